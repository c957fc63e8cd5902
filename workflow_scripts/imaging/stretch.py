"""Stretches from pixel values to the range [-1, 1] of networks, and their inverse."""

import numpy as np


def fit_stretch(images, kind, softening=None):
    """Return the stretch that maps the values of images to [-1, 1], as a dict that can be written as JSON.

    Parameters
    ----------
    images : array
    kind : {"linear", "asinh", "asinh_noise", "light_and_weight", "none"}
        `asinh` maps asinh((I - low) / softening); `asinh_noise` maps asinh((I - middle) / softening), which is
        linear for the noise about the sky level and logarithmic for bright pixels; `light_and_weight` maps the light in
        all planes but the last one to asinh(I / softening) and leaves their weight, in the last one, unchanged; `none`
        leaves values unchanged.
    softening : float or None
        In the unit of the images; None: a hundredth of their range, or three standard deviations of the noise.
    """
    if kind == "none":
        return {"kind": kind}
    low, high = float(np.min(images)), float(np.max(images))
    if kind == "light_and_weight":
        return {"kind": kind, "softening": float(softening or (high - low) / 100 or 1.0)}
    if not high > low:
        raise ValueError(f"all training images have the constant value {low}: they cannot be used for training")
    stretch = {"kind": kind, "low": low, "high": high}
    if kind == "asinh_noise":
        middle = float(np.median(images))
        # ASSUME: most pixels are sky, so that the MAD is that of the noise.
        noise = 1.4826 * float(np.median(np.abs(images - middle)))
        return {**stretch, "middle": middle, "softening": float(softening or 3 * noise or (high - low) / 100)}
    return stretch if kind == "linear" else {**stretch, "softening": float(softening or (high - low) / 100)}


def apply_stretch(images, stretch):
    """Map pixel values to [-1, 1]; float32. Planes are along the third axis from the end."""
    if stretch["kind"] == "none":
        return np.asarray(images, np.float32)
    if stretch["kind"] == "light_and_weight":
        return by_plane(images, lambda light: np.arcsinh(light / stretch["softening"]))
    low, high = stretch["low"], stretch["high"]
    if stretch["kind"] == "asinh_noise":
        return (np.arcsinh((images - stretch["middle"]) / stretch["softening"]) / reach(stretch)).astype(np.float32)
    if stretch["kind"] == "linear":
        scaled = (images - low) / (high - low)
    else:
        scaled = np.arcsinh((images - low) / stretch["softening"]) / np.arcsinh((high - low) / stretch["softening"])
    return (2.0 * scaled - 1.0).astype(np.float32)


def invert_stretch(values, stretch):
    """Map values of [-1, 1] back to pixel values; float32. Planes are along the third axis from the end."""
    if stretch["kind"] == "none":
        return np.asarray(values, np.float32)
    if stretch["kind"] == "light_and_weight":
        return by_plane(values, lambda light: np.sinh(light) * stretch["softening"])
    low, high = stretch["low"], stretch["high"]
    if stretch["kind"] == "asinh_noise":
        light = np.sinh(np.asarray(values, np.float64) * reach(stretch)) * stretch["softening"]
        return (stretch["middle"] + light).astype(np.float32)
    scaled = (np.asarray(values, np.float64) + 1.0) / 2.0
    if stretch["kind"] == "asinh":
        scaled = np.sinh(scaled * np.arcsinh((high - low) / stretch["softening"])) * stretch["softening"] / (high - low)
    return (low + scaled * (high - low)).astype(np.float32)


def by_plane(planes, function):
    """Return planes (..., plane, y, x) with a function applied to all but the last one; float32."""
    mapped = np.array(planes, np.float64)
    mapped[..., :-1, :, :] = function(mapped[..., :-1, :, :])
    return mapped.astype(np.float32)


def reach(stretch):
    """Return the stretched value farthest from the middle, which is scaled to 1."""
    far = max(stretch["high"] - stretch["middle"], stretch["middle"] - stretch["low"])
    return np.arcsinh(far / stretch["softening"])
