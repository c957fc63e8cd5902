"""From pixel values to the range that a network works in, and back."""

import numpy as np


def fit_stretch(images, kind, softening=None):
    """Return the stretch that maps the images' values to [-1, 1], as a dict that JSON can hold.

    Parameters
    ----------
    images : array
    kind : {"linear", "asinh", "none"}
        `asinh` maps asinh((I - low) / softening); `none` leaves values as they are.
    softening : float or None
        In units of the images; None takes a hundredth of their range.
    """
    if kind == "none":
        return {"kind": kind}
    low, high = float(np.min(images)), float(np.max(images))
    if not high > low:
        raise ValueError(f"all training images have the one value {low}: there is nothing to learn")
    stretch = {"kind": kind, "low": low, "high": high}
    return stretch if kind == "linear" else {**stretch, "softening": float(softening or (high - low) / 100)}


def apply_stretch(images, stretch):
    """Map pixel values to [-1, 1]; float32."""
    if stretch["kind"] == "none":
        return np.asarray(images, np.float32)
    low, high = stretch["low"], stretch["high"]
    if stretch["kind"] == "linear":
        scaled = (images - low) / (high - low)
    else:
        scaled = np.arcsinh((images - low) / stretch["softening"]) / np.arcsinh((high - low) / stretch["softening"])
    return (2.0 * scaled - 1.0).astype(np.float32)


def invert_stretch(values, stretch):
    """Map values of [-1, 1] back to pixel values; float32."""
    if stretch["kind"] == "none":
        return np.asarray(values, np.float32)
    low, high = stretch["low"], stretch["high"]
    scaled = (np.asarray(values, np.float64) + 1.0) / 2.0
    if stretch["kind"] == "asinh":
        scaled = np.sinh(scaled * np.arcsinh((high - low) / stretch["softening"])) * stretch["softening"] / (high - low)
    return (low + scaled * (high - low)).astype(np.float32)
