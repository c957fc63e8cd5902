"""Performance of deblenders: statistics over galaxies with intervals over blends, and paired differences."""

from dataclasses import dataclass

import numpy as np

from workflow_scripts.imaging.levels import SIGMA_PER_MAD

RANKED_BY = "flux_error"  # bounded, and defined for every galaxy, detected or not; the smallest is the best


@dataclass(frozen=True)
class Estimate:
    """A statistic with its 95 % interval; NaN where it is undefined."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Results:
    """What a deblender returned for the galaxies of a set of blends.

    Attributes
    ----------
    galaxies : dict of str to (n,) array
        `blend` int, and the columns of the statistics; NaN where unknown.
    n_sources, n_matched : (b,) int
        Sources of each blend, and those matched to a galaxy.
    """

    galaxies: dict
    n_sources: np.ndarray
    n_matched: np.ndarray


def median(values):
    """Return the median; NaN without values."""
    return np.median(values) if len(values) else np.nan


def mean(values):
    """Return the mean; NaN without values."""
    return np.mean(values) if len(values) else np.nan


def scatter(values):
    """Return 1.4826 times the median deviation from the median, the standard deviation of a Gaussian."""
    return SIGMA_PER_MAD * median(np.abs(values - median(values)))


STATISTICS = {  # name: column of the galaxies, and function of its known values
    "flux_error": ("flux_error", mean),
    "completeness": ("detected", mean),
    "iou": ("iou", mean),
    "flux_bias": ("flux_bias", median),
    "flux_scatter": ("flux_bias", scatter),
    "aperture_bias": ("aperture_bias", median),
    "pull": ("pull", median),
    "pull_width": ("pull", scatter),
    "colour_bias": ("colour_bias", median),
    "colour_scatter": ("colour_bias", scatter),
    "ellipticity_bias": ("ellipticity_bias", median),
    "psnr": ("psnr", median),
    "ssim": ("ssim", median),
}


def draw_multiplicities(n_blends, n_bootstrap, rng):
    """Return how often each blend occurs in each bootstrap sample, (n_bootstrap + 1, b); the first is the set itself.

    ASSUME: blends are independent, although a galaxy may occur in several.
    """
    drawn = rng.integers(n_blends, size=(n_bootstrap, n_blends))
    return np.array([np.ones(n_blends, int), *(np.bincount(row, minlength=n_blends) for row in drawn)])


def statistic_draws(galaxies, multiplicities):
    """Return every statistic of galaxies in each bootstrap sample, a dict of (n_bootstrap + 1,) float."""
    draws = {}
    for name, (column, function) in STATISTICS.items():
        known = np.isfinite(galaxies[column])
        values, blend = galaxies[column][known], galaxies["blend"][known]
        draws[name] = np.array([function(np.repeat(values, times[blend])) for times in multiplicities])
    return draws


def purity_draws(results, multiplicities):
    """Return the fraction of the sources that are galaxies in each bootstrap sample; NaN without sources."""
    n_sources, n_matched = multiplicities @ results.n_sources, multiplicities @ results.n_matched
    return np.divide(n_matched, n_sources, out=np.full(len(n_sources), np.nan), where=n_sources > 0)


def all_draws(results, multiplicities):
    """Return every statistic of a deblender in each bootstrap sample, with its purity."""
    return {**statistic_draws(results.galaxies, multiplicities), "purity": purity_draws(results, multiplicities)}


def estimate(draws):
    """Return the value of the set, the first one, and the 95 % range of the bootstrap samples."""
    known = draws[1:][np.isfinite(draws[1:])]
    low, high = np.percentile(known, [2.5, 97.5]) if len(known) else (np.nan, np.nan)
    return Estimate(float(draws[0]), float(low), float(high))


def rank(found):
    """Return the names of deblenders, the smallest flux error first.

    Parameters
    ----------
    found : dict of str to dict of str to (n,) float
        Return value of `all_draws` of each deblender.
    """
    return sorted(found, key=lambda name: found[name][RANKED_BY][0])


def bins_of(values, edges):
    """Return a mask of the galaxies in each bin; the first bin includes values below it, the last its upper edge."""
    number = np.digitize(values, np.asarray(edges)[1:-1])
    known = np.isfinite(values) & (values <= edges[-1])
    return [known & (number == which) for which in range(len(edges) - 1)]


def select(galaxies, chosen):
    """Return some of the galaxies."""
    return {name: values[chosen] for name, values in galaxies.items()}
