"""The background between the sources: the histogram of its pixel values."""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import binary_dilation

from workflow_scripts.imaging.levels import float32_unit, round_to_step

LEVELS = 2**16  # number of values of two random bytes


@dataclass(frozen=True)
class Histogram:
    """Distribution of pixel values.

    Attributes
    ----------
    edges : (bins + 1,) float
    probability : (bins,) float
        Of each bin, sum 1.
    """

    edges: np.ndarray
    probability: np.ndarray

    @property
    def mean(self):
        """Return the mean of the pixel values."""
        middles = (self.edges[1:] + self.edges[:-1]) / 2
        return float(np.sum(self.probability * middles) / np.sum(self.probability))


def background_pixels(image, segmentation, grow):
    """Return the pixels that lie at least `grow` pixels from any source, as a flat array."""
    return image[background_mask(segmentation, grow)]


def background_mask(segmentation, grow):
    """Return a mask of the pixels that lie at least `grow` pixels from any source."""
    lit = segmentation > 0
    return ~(binary_dilation(lit, iterations=grow) if grow else lit)


def no_background(grow, setting):
    """Return the message for fields without background pixels."""
    return (
        f"no background is seen, every pixel lies within {grow} px of a source: "
        f"lower {setting}, or raise detection.threshold_sigma"
    )


def brightness_histogram(pixels, bins, clip_sigma=0.0):
    """Return the histogram of pixel values.

    Parameters
    ----------
    pixels : (n,) float
    bins : int
    clip_sigma : float
        Values more than clip_sigma standard deviations above the median (measured below it) are excluded as undetected
        sources; 0 keeps all.

    Returns
    -------
    histogram : Histogram
    """
    unit = float32_unit(pixels)
    pixels = pixels if unit == 1 else pixels / unit
    low, high = np.percentile(pixels, [0.0, 99.9])
    if clip_sigma:
        median = np.median(pixels)
        high = min(high, median + clip_sigma * np.sqrt(np.mean((pixels[pixels <= median] - median) ** 2)))
    if not high > low:  # a single value
        return Histogram(np.full(bins + 1, unit * low), np.full(bins, 1 / bins))
    counts, edges = np.histogram(pixels, bins=bins, range=(low, high))
    return Histogram(unit * edges, counts / counts.sum())


def draw_background(shape, histogram, rng, round_to=0.0):
    """Draw independent pixels from a histogram, uniform within a bin, through 65536 values of equal probability.

    Parameters
    ----------
    round_to : float
        Step of the data's grey levels; 0 leaves the values as they fall.

    Returns
    -------
    image : shape, float32
    """
    cumulative = np.concatenate([[0.0], np.cumsum(histogram.probability)])
    values = np.interp((np.arange(LEVELS) + 0.5) / LEVELS, cumulative / cumulative[-1], histogram.edges)
    values = round_to_step(values, round_to).astype(np.float32)
    if values[0] == values[-1]:
        return np.full(shape, values[0])
    chosen = np.frombuffer(rng.bytes(2 * int(np.prod(shape))), "<u2")
    return values.take(chosen).reshape(shape)
