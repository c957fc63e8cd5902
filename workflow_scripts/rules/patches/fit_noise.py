"""Rule fit_noise: the background levels of the fields, and the distribution and correlation of the noise."""

import numpy as np

from workflow_scripts.formats.stacks import copy_attributes, create_stack, open_stack
from workflow_scripts.measuring.background import background_mask, no_background
from workflow_scripts.measuring.noise import brightest, normal_scores, products, quantiles_of
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.settings.patches import Noise

MOST_PIXELS, MOST_FIELDS = 2**22, 200  # used for the distribution and for the correlation


def fit_noise(*, fields, segmentation, noise, options: Noise, seed, code):
    """Fit the noise of the background.

    Parameters
    ----------
    fields, segmentation : str
        Outputs of `import_dataset` and `detect_sources`.
    noise : str
        Stack of one row written: `level (1, n)`, the median background of each field; `quantile (1, 361)` of the
        residuals; `correlation (1, 2 reach + 1, 2 reach + 1)` of their normal scores, lag 0 at the centre.
    options : settings.patches.Noise

    Raises
    ------
    ValueError
        If no background pixel is left between the sources.
    """
    with open_stack(fields) as images, open_stack(segmentation) as maps:
        about, n_fields = copy_attributes(images), len(images)

        def field(row):
            image = images["image"][row].astype(float)
            free = background_mask(maps["segmentation"][row], options.grow)
            return image - (np.median(image[free]) if free.any() else np.nan), free, image

        levels, residuals = [], []
        for row in range(n_fields):
            residual, free, image = field(row)
            if free.any():
                levels.append(np.median(image[free]))
                residuals.append(residual[free][:: max(1, free.sum() * n_fields // MOST_PIXELS)])
        if not levels:
            raise ValueError(f"{fields}: {no_background(options.grow, 'noise.grow')}")
        residuals = np.concatenate(residuals)
        limit = brightest(residuals, options.clip_sigma)
        quantiles = quantiles_of(residuals[residuals <= limit])

        def noise_of(row):
            residual, free, _ = field(row)
            return normal_scores(residual, quantiles), free & (residual <= limit)

        correlation = correlation_of(map(noise_of, spaced_fields(n_fields)), quantiles, options.reach)
    with create_stack(noise, seed=seed, code=code, **about) as writer:
        writer.append(level=np.array([levels]), quantile=quantiles[None], correlation=correlation[None])


def spaced_fields(n_fields):
    """Return the rows of the fields used for the correlation, evenly spaced, at most `MOST_FIELDS`."""
    return range(0, n_fields, -(-n_fields // MOST_FIELDS))


def correlation_of(fields, quantiles, reach):
    """Return the correlation of normal scores, pooled over pairs (scores, free); of constant pixels, white noise."""
    white = np.zeros((2 * reach + 1, 2 * reach + 1))
    white[reach, reach] = 1.0
    if quantiles[0] == quantiles[-1]:
        return white
    total, number = white * 0, white * 0
    for scores, free in fields:
        one = products(scores, free, reach)
        total, number = total + one[0], number + one[1]
    covariance = total / np.maximum(number, 1)
    return covariance / covariance[reach, reach]


if "snakemake" in globals():
    run_rule(fit_noise, snakemake)
