"""Rendering of blends from members and shifts, with noise of known variance."""

import numpy as np

from workflow_scripts.blending.noise import standard_normal
from workflow_scripts.blending.stamps import like
from workflow_scripts.imaging.levels import square_type

BLOCK = 32  # blends that share a random generator of noise; it affects the result, the number of jobs does not


def render(stamps, members, shifts, noise, rng):
    """Render several blends.

    Real stamps contribute noise inside their masks, and where masks overlap the variances add. `uniform` adds noise so
    that all pixels have the variance of the noisiest one, `natural` adds the noise of the shallowest stamp to pixels
    outside all masks, `none` adds nothing. Models are noiseless: the noise of one exposure is added to all pixels.

    Parameters
    ----------
    stamps : StampSet
    members : (b, g) int
        -1 in empty slots.
    shifts : (b, g, 2) float
        x, y.
    noise : settings.blending.RenderVariances
        `noise` (`uniform`, `natural`, `none`), `noise_sigma` (minimum for real stamps, noise level of models; None:
        that of the shallowest stamp), `gain` (electrons per unit of the pixels, for Poisson noise of models; None: no
        Poisson noise).
    rng : numpy.random.Generator

    Returns
    -------
    blends : (b, y, x[, band]) float32

    Raises
    ------
    ValueError
        If `gain` is set for real stamps, which contain the Poisson noise already.
    """
    check_gain(stamps, noise)
    blends = np.zeros((len(members), *stamps.shape), np.float32)
    kind = variance_type(stamps, noise)
    present = np.zeros(stamps.shape, kind) if noise.noise != "none" else None
    levels = noise_levels(stamps, members, noise.noise_sigma).astype(kind)
    for blend, own, places, level in zip(blends, members.tolist(), shifts.tolist(), levels, strict=True):
        add_light(stamps, own, places, blend)
        if present is not None:
            present[:] = 0
            add_variance(stamps, own, places, present)
        if noise.gain is not None:
            own_variance = add_poisson(blend, noise.gain, rng, kind)
            present = present if present is None else present + own_variance
        if present is not None:
            target = target_variance(present, level, "model" if stamps.model else noise.noise)
            blend += np.sqrt(target - present) * standard_normal(blend.shape, rng)
    return blends


def map_variance(stamps, members, shifts, noise):
    """Return the variance maps (b, y, x[, band]) of the blends that `render` returns for the same arguments."""
    check_gain(stamps, noise)
    variances = np.zeros((len(members), *stamps.shape), variance_type(stamps, noise))
    levels = noise_levels(stamps, members, noise.noise_sigma).astype(variances.dtype)
    for present, own, places, level in zip(variances, members.tolist(), shifts.tolist(), levels, strict=True):
        add_variance(stamps, own, places, present)
        if noise.gain is not None:
            light = np.zeros(stamps.shape, np.float32)
            add_light(stamps, own, places, light)
            present += np.maximum(light, 0).astype(present.dtype) / present.dtype.type(noise.gain)
        if noise.noise != "none":
            present[...] = target_variance(present, level, "model" if stamps.model else noise.noise)
    return variances


def variance_type(stamps, noise):
    """Return the type of the variance maps: float32, or float64 beyond its range."""
    levels = [stamps.noise.max(initial=0), noise.noise_sigma or 0]
    levels += [light.max() for light in stamps.light] if noise.gain is not None else []
    return np.result_type(*(square_type(level) for level in levels))


def check_gain(stamps, noise):
    """Raise an error for Poisson noise of real stamps."""
    if noise.gain is not None and not stamps.model:
        raise ValueError("gain: real stamps contain the Poisson noise of their sources already; set it to null")


def noise_levels(stamps, members, sigma):
    """Return the target variance of blends, (b,) or (b, band): that of the shallowest stamp, or the requested one."""
    noise = stamps.noise[members]
    noise[members < 0] = 0
    level = noise.max(axis=1) ** 2
    if sigma is not None:
        level = np.maximum(0 if stamps.model else level, sigma**2 + np.zeros_like(level))
    return level


def add_light(stamps, members, shifts, blend):
    """Add the light of the members of one blend in place."""
    for member, shift in zip(members, shifts, strict=True):
        if member >= 0:
            window, light, _ = stamps.place(member, shift)
            blend[window] += light


def add_variance(stamps, members, shifts, variance):
    """Add the noise variance of the members of one blend in place; models have none."""
    for member, shift in zip(members, shifts, strict=True):
        if member >= 0 and not stamps.model:
            window, mask = stamps.own(member, shift)
            variance[window] += like(mask, variance) * variance.dtype.type(stamps.noise[member] ** 2)


def target_variance(present, level, kind):
    """Return the target variance of every pixel of a blend.

    Parameters
    ----------
    present : (y, x[, band]) float32
        Variance that the members contribute.
    level : float or (band,)
        Variance of one exposure.
    kind : {"uniform", "natural", "model"}
    """
    if kind == "model":
        return present + level
    if kind == "natural":
        return np.where(present > 0, present, level)
    return np.broadcast_to(np.maximum(present.max(axis=(0, 1)), level), present.shape)


def add_poisson(light, gain, rng, kind=np.float32):
    """Replace light by a Poisson draw in place; return its variance, light / gain. Negative light is unchanged."""
    bright = np.maximum(light, 0)
    light += (rng.poisson(bright * gain) / gain - bright).astype(np.float32)
    return bright.astype(kind) / np.dtype(kind).type(gain)
