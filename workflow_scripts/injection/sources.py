"""Sources to inject: magnitudes and shapes by simple laws, positions that avoid masks."""

import numpy as np

from workflow_scripts.measuring.photometry import magnitude_to_flux

MAX_TRIES = 200  # draws of positions per source
COLUMNS = ("x", "y", "mag", "flux", "half_light_radius", "axis_ratio", "theta")


def draw_sources(exposure, avoided, law, rng):
    """Draw the sources of one injection.

    Parameters
    ----------
    exposure : injection.exposures.Exposure
    avoided : (y, x) bool
        Pixels that no centre may be on.
    law : settings.injection.InjectSources
    rng : numpy.random.Generator

    Returns
    -------
    sources : dict of str to (n,) float
        `x, y` (pixel, first pixel 0), `mag`, `flux` (in the unit of the exposure), `half_light_radius` (along the
        major axis, before the PSF, pixel; 0: a point source), `axis_ratio`, `theta` (deg).
    """
    n = law.n_per_image
    x, y = grid_positions(avoided, n, law.spacing, rng) if law.positions == "grid" else positions(avoided, n, rng)
    magnitude = draw_magnitudes(law.mag_low, law.mag_high, law.slope, n, rng)
    shapes = draw_shapes(law, n, rng) if law.sources == "discs" else points(n)
    return {"x": x, "y": y, "mag": magnitude, "flux": magnitude_to_flux(magnitude, exposure.zeropoint), **shapes}


def draw_magnitudes(low, high, slope, n, rng):
    """Return n magnitudes in [low, high] with a number density proportional to 10^(slope mag)."""
    quantile = rng.random(n)
    if not slope:
        return low + quantile * (high - low)
    ends = 10 ** (slope * np.array([low - high, 0.0]))
    return high + np.log10(ends[0] + quantile * (ends[1] - ends[0])) / slope


def draw_shapes(law, n, rng):
    """Return the shapes of n discs: radii uniform in their logarithm, axis ratios and angles uniform."""
    radius = np.exp(rng.uniform(np.log(law.radius_low), np.log(law.radius_high), n))
    ratio, theta = rng.uniform(law.axis_ratio_low, 1, n), rng.uniform(-90, 90, n)
    return {"half_light_radius": radius, "axis_ratio": ratio, "theta": theta}


def points(n):
    """Return the shapes of n point sources."""
    return {"half_light_radius": np.zeros(n), "axis_ratio": np.ones(n), "theta": np.zeros(n)}


def positions(avoided, n, rng):
    """Return x, y of n uniform positions.

    Raises
    ------
    ValueError
        If hardly any pixel is left.
    """
    shape, found = np.array(avoided.shape), np.zeros((0, 2))
    for _ in range(MAX_TRIES):
        if len(found) >= n:
            break
        drawn = rng.uniform(-0.5, shape[::-1] - 0.5, (n, 2))
        found = np.concatenate([found, drawn[~on_pixels(avoided, *drawn.T)]])
    if len(found) < n:
        raise ValueError(f"{n} sources, but {avoided.mean():.2%} of the pixels are masked or avoided: avoid fewer")
    return found[:n].T


def grid_positions(avoided, n, spacing, rng):
    """Return x, y of n nodes of a square grid with a random origin, each shifted within its pixel.

    Raises
    ------
    ValueError
        If the grid has fewer usable nodes.
    """
    start = rng.uniform(0, spacing, 2)
    axes = [np.arange(first, side - 0.5, spacing) for first, side in zip(start, avoided.shape, strict=True)]
    y, x = (axis.ravel() for axis in np.meshgrid(*axes, indexing="ij"))
    x, y = x + rng.uniform(-0.5, 0.5, x.size), y + rng.uniform(-0.5, 0.5, y.size)
    usable = np.flatnonzero(~on_pixels(avoided, x, y))
    if len(usable) < n:
        raise ValueError(
            f"{n} sources per image, but a grid with a spacing of {spacing:g} pixels has {len(usable)} positions that "
            "are neither masked nor avoided: lower n_per_image or spacing"
        )
    chosen = np.sort(rng.choice(usable, n, replace=False))
    return x[chosen], y[chosen]


def on_pixels(mask, x, y):
    """Return which positions are on pixels of a mask, or outside of it, (n,) bool."""
    column, row = np.rint(x).astype(int), np.rint(y).astype(int)
    inside = (row >= 0) & (row < mask.shape[0]) & (column >= 0) & (column < mask.shape[1])
    return ~inside | mask[row.clip(0, mask.shape[0] - 1), column.clip(0, mask.shape[1] - 1)]
