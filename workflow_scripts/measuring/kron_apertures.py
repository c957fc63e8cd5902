"""Fluxes in the Kron ellipses of sources, by SEP."""

import numpy as np
import sep

from workflow_scripts.imaging.levels import float32_unit, in_unit

# The SExtractor convention: Kron aperture 2.5 times the Kron radius, at least 3.5 px.
KRON_FACTOR, KRON_MINIMUM = 2.5, 3.5


def kron_flux(clean, neighbours, objects):
    """Return the flux in the Kron ellipse of each object, at least the flux above the threshold."""
    x, y, a, b, theta = (objects[name] for name in ("x", "y", "a", "b", "theta"))
    scale = kron_scale(clean, neighbours, objects)
    flux, _, _ = sep.sum_ellipse(clean, x, y, a, b, theta, scale, subpix=5, **neighbours)
    return np.maximum(flux, objects["flux"])


def kron_scale(clean, neighbours, objects):
    """Return the semi-axes of the Kron ellipse of each object, in units of its moments a and b."""
    x, y, a, b, theta = (objects[name] for name in ("x", "y", "a", "b", "theta"))
    kron, _ = sep.kron_radius(clean, x, y, a, b, theta, 6.0, **neighbours)
    kron = np.where(np.isfinite(kron) & (kron > 0), kron, KRON_MINIMUM)
    return np.maximum(KRON_FACTOR * kron, KRON_MINIMUM / np.sqrt(np.maximum(a * b, 1e-6)))


def own_kron_flux(image, segmentation, segval):
    """Return the flux of one source of a stamp in its Kron ellipse, without the pixels of other sources.

    The ellipse is that of the second moments of the light in the pixels of the source.

    Parameters
    ----------
    image : (y, x) float
        Background-subtracted.
    segmentation : (y, x) int
    segval : int
        Label of the source.

    Returns
    -------
    flux : float
    x, y : float
        Centre, first pixel 0.
    """
    y, x = np.nonzero(segmentation == segval)
    light = np.asarray(image[y, x], float)
    weight = np.maximum(light, 0) if (light > 0).any() else np.ones_like(light)
    centre = np.average([x, y], axis=1, weights=weight)
    # ASSUME: no source is thinner than the second moment of one pixel.
    moments = np.atleast_2d(np.cov([x, y], aweights=weight, ddof=0)) + np.eye(2) / 12
    (minor, major), axes = np.linalg.eigh(moments)
    theta = np.arctan(axes[1, 1] / axes[0, 1]) if axes[0, 1] else np.pi / 2
    values = {"x": centre[0], "y": centre[1], "a": major**0.5, "b": minor**0.5, "theta": theta, "flux": light.sum()}
    labels = np.where(segmentation == segval, 1, 2 * (segmentation != 0)).astype(np.int32)  # SEP's labels have 32 bits
    neighbours = {"segmap": labels, "seg_id": np.ones(1, np.int32)}
    unit = float32_unit(image)
    pixels, values["flux"] = in_unit(np.ascontiguousarray(image, np.float32), unit), values["flux"] / unit
    flux = unit * kron_flux(pixels, neighbours, {name: np.array([value]) for name, value in values.items()})
    return float(flux[0]), *centre
