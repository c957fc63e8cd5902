"""From members and shifts to pixels, with noise whose variance is known everywhere."""

import numpy as np

from workflow_scripts.blending.noise import standard_normal
from workflow_scripts.blending.stamps import like
from workflow_scripts.imaging.levels import square_type

BLOCK = 32  # blends that share a generator of noise: part of the result, whatever the number of jobs


def render(stamps, members, shifts, noise, rng):
    """Return several blends.

    Real stamps bring noise inside their masks. Where they overlap their noises add, and nothing honest takes that
    away: `uniform` tops every pixel up to the noisiest one, `natural` fills the pixels that no stamp covers with the
    noise of the shallowest stamp, `none` adds nothing. Models bring no noise: one exposure's lies everywhere.

    Parameters
    ----------
    stamps : StampSet
    members : (b, g) int
        -1 where a blend has fewer.
    shifts : (b, g, 2) float
        x, y.
    noise : dict
        `noise` (`uniform`, `natural`, `none`), `noise_sigma` (least level of real stamps, level of models; None: that
        of the shallowest stamp), `gain` (electrons per unit of the pixels: Poisson noise of models; None: none).
    rng : numpy.random.Generator

    Returns
    -------
    blends : (b, y, x[, band]) float32

    Raises
    ------
    ValueError
        Where Poisson noise is asked for of real stamps, which hold it already.
    """
    check_gain(stamps, noise)
    blends = np.zeros((len(members), *stamps.shape), np.float32)
    kind = variance_type(stamps, noise)
    present = np.zeros(stamps.shape, kind) if noise["noise"] != "none" else None
    levels = noise_levels(stamps, members, noise["noise_sigma"]).astype(kind)
    for blend, own, places, level in zip(blends, members.tolist(), shifts.tolist(), levels, strict=True):
        add_light(stamps, own, places, blend)
        if present is not None:
            present[:] = 0
            add_variance(stamps, own, places, present)
        if noise["gain"] is not None:
            own_variance = add_poisson(blend, noise["gain"], rng, kind)
            present = present if present is None else present + own_variance
        if present is not None:
            wanted = wanted_variance(present, level, "model" if stamps.model else noise["noise"])
            blend += np.sqrt(wanted - present) * standard_normal(blend.shape, rng)
    return blends


def map_variance(stamps, members, shifts, noise):
    """Return the variance maps (b, y, x[, band]) of what `render` returns for the same arguments."""
    check_gain(stamps, noise)
    variances = np.zeros((len(members), *stamps.shape), variance_type(stamps, noise))
    levels = noise_levels(stamps, members, noise["noise_sigma"]).astype(variances.dtype)
    for present, own, places, level in zip(variances, members.tolist(), shifts.tolist(), levels, strict=True):
        add_variance(stamps, own, places, present)
        if noise["gain"] is not None:
            light = np.zeros(stamps.shape, np.float32)
            add_light(stamps, own, places, light)
            present += np.maximum(light, 0).astype(present.dtype) / present.dtype.type(noise["gain"])
        if noise["noise"] != "none":
            present[...] = wanted_variance(present, level, "model" if stamps.model else noise["noise"])
    return variances


def variance_type(stamps, noise):
    """Return the type of the variance maps: float32, or float64 where float32 does not hold them."""
    levels = [stamps.noise.max(initial=0), noise["noise_sigma"] or 0]
    levels += [light.max() for light in stamps.light] if noise["gain"] is not None else []
    return np.result_type(*(square_type(level) for level in levels))


def check_gain(stamps, noise):
    """Refuse Poisson noise of real stamps."""
    if noise["gain"] is not None and not stamps.model:
        raise ValueError("gain: real stamps hold the Poisson noise of their sources already; set it to null")


def noise_levels(stamps, members, sigma):
    """Return the variance that blends are brought to, (b,) or (b, band): the shallowest stamp's, or that asked for."""
    noise = stamps.noise[members]
    noise[members < 0] = 0
    level = noise.max(axis=1) ** 2
    if sigma is not None:
        level = np.maximum(0 if stamps.model else level, sigma**2 + np.zeros_like(level))
    return level


def add_light(stamps, members, shifts, blend):
    """Add the light of one blend's members to zeros."""
    for member, shift in zip(members, shifts, strict=True):
        if member >= 0:
            window, light, _ = stamps.place(member, shift)
            blend[window] += light


def add_variance(stamps, members, shifts, variance):
    """Add the variance that one blend's members bring to zeros; models bring none."""
    for member, shift in zip(members, shifts, strict=True):
        if member >= 0 and not stamps.model:
            window, mask = stamps.own(member, shift)
            variance[window] += like(mask, variance) * variance.dtype.type(stamps.noise[member] ** 2)


def wanted_variance(present, level, kind):
    """Return the variance of every pixel of a blend that has the variance `present` so far.

    Parameters
    ----------
    present : (y, x[, band]) float32
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
    """Replace light by a Poisson draw of it; return its variance, light / gain. Negative light stays as it is."""
    bright = np.maximum(light, 0)
    light += (rng.poisson(bright * gain) / gain - bright).astype(np.float32)
    return bright.astype(kind) / np.dtype(kind).type(gain)
