"""Smooth weights that share the light of an image among its sources, instead of masks with edges.

The model m_i of a source is its light above the threshold, extrapolated below the isophote by an exponential with the
scale length of the source. The mean light l of the pixels is measured as a function of the sum M of the models, as
extrapolations are too bright. The weight of a source is its share of the mean light times a factor that tends to 0
where M is below the noise level n: w_i = l(m_i) / sum l(m_j) * M^2 / (M^2 + n^2). The weights of all sources and that
of the sky, n^2 / (M^2 + n^2), sum to 1. The light that the sky would keep, l n^2 / (M^2 + n^2), is the sources' too.
"""

from dataclasses import dataclass, field

import numpy as np
from scipy.ndimage import distance_transform_edt, find_objects, gaussian_filter

SMOOTH = 0.8  # pixel: standard deviation of the Gaussian by which models are smoothed
LEAST_SCALE = 0.8  # pixel: scale length of the wings of the PSF
LEAST_CONTRAST = 7.4  # e^2: limits the scale length of faint sources to half of their radius
FAINTEST_BIN, BRIGHTEST_BIN, N_BINS = 0.1, 10.0, 24  # of the models, in which the mean light is measured
TINY = 1e-6  # of the brightest mean light: least light per model, by which weights are shared where the mean is 0
NEGLIGIBLE = 0.1  # of `faintest`: the weight of a fainter model is below 1 %


@dataclass(frozen=True)
class Share:
    """The weights of one source.

    Attributes
    ----------
    rows, columns : slice
        Their position in the image.
    weight : (y, x) float32
        Fraction of the light of each pixel that belongs to the source.
    """

    rows: slice
    columns: slice
    weight: np.ndarray


@dataclass(frozen=True)
class Models:
    """Models of the light of the sources of an image, in units of `faintest`.

    Attributes
    ----------
    parts : list of (rows, columns, (y, x) float32)
        Window and model of every source, in the order of the labels.
    total : (y, x) float32
        Their sum.
    """

    parts: list
    total: np.ndarray

    @property
    def weight(self):
        """Return the weight of all sources together, (y, x) float32."""
        return self.total**2 / (self.total**2 + 1)


@dataclass(frozen=True)
class MeanLight:
    """Mean light of a pixel as a function of the models of its sources; by default the models themselves.

    Attributes
    ----------
    model : (k,) float
        In units of `faintest`, ascending from 0.
    light : (k,) float
        In the unit of the pixels, not descending from 0; beyond the last one in proportion to the model.
    """

    model: np.ndarray = field(default_factory=lambda: np.array([0.0, 1.0]))
    light: np.ndarray = field(default_factory=lambda: np.array([0.0, 1.0]))

    def __call__(self, model):
        """Return the mean light of pixels, float32."""
        beyond = np.maximum(model / self.model[-1], 1)
        return (np.interp(model, self.model, self.light) * beyond).astype(np.float32)


def model_sources(light, segmentation, *, isophote, faintest):
    """Return the models of the sources of a segmentation map.

    Parameters
    ----------
    light : (y, x) float
        Background-subtracted.
    segmentation : (y, x) int
        0 for none, else 1 + the row of the source.
    isophote : float
        Threshold of the detection, above 0.
    faintest : float
        Level of the models at which the weight of the sky is one half.

    Returns
    -------
    models : Models
    """
    parts = [model_of(light, segmentation, label, place, isophote, faintest) for label, place in labelled(segmentation)]
    total = np.zeros(light.shape, np.float32)
    for rows, columns, model in parts:
        total[rows, columns] += model
    return Models(parts, total)


def measure_light(light, models, covered):
    """Measure the mean light of the pixels as a function of the models of their sources.

    Parameters
    ----------
    light : list of (y, x) float
        Background-subtracted images.
    models : list of Models
    covered : list of (y, x) bool
        Where the images have data.

    Returns
    -------
    mean : MeanLight
    """
    seen = list(zip(light, models, covered, strict=True))
    pixels, total = (np.concatenate(one) for one in zip(*((a[c], b.total[c]) for a, b, c in seen), strict=True))
    bins = np.digitize(total, np.geomspace(FAINTEST_BIN, BRIGHTEST_BIN, N_BINS + 1))
    number, model, mean = (np.bincount(bins, values, N_BINS + 2)[1:-1] for values in (total**0, total, pixels))
    filled = number > 0
    if not filled.any():
        return MeanLight()
    model, mean = (np.concatenate([[0.0], one[filled] / number[filled]]) for one in (model, mean))
    if mean.max() <= 0:
        return MeanLight()
    return MeanLight(model, np.maximum(np.maximum.accumulate(mean), TINY * mean.max() * model))


def share_light(models, mean):
    """Return the weights of every source of an image.

    Parameters
    ----------
    models : Models
    mean : MeanLight

    Returns
    -------
    shares : list of Share
        In the order of the labels.
    """
    lights = [(rows, columns, mean(model)) for rows, columns, model in models.parts]
    total = np.zeros(models.total.shape, np.float32)
    for rows, columns, light in lights:
        total[rows, columns] += light
    factor = np.divide(models.weight, total, out=np.zeros_like(total), where=total > 0)
    return [Share(rows, columns, light * factor[rows, columns]) for rows, columns, light in lights]


def light_of_sources(light, models, mean):
    """Return the image (y, x) whose pixels times the weight of a source are its light: with what the sky would keep."""
    weight = np.maximum(models.weight, NEGLIGIBLE**2)
    return light + mean(models.total) * (1 - weight) / weight


def labelled(segmentation):
    """Return the labels of a segmentation map with the bounding boxes of their pixels."""
    return [(label, place) for label, place in enumerate(find_objects(segmentation), 1) if place]


def model_of(light, segmentation, label, place, isophote, faintest):
    """Return the window and the model of one source's light, in units of `faintest`: rows, columns, (y, x) float32."""
    own = segmentation[place] == label
    peak = max(float(light[place][own].max()), isophote)
    scale = scale_length(own.sum(), peak / isophote)
    reach = int(np.ceil(scale * np.log(peak / (NEGLIGIBLE * faintest)) + 3 * SMOOTH))
    rows, columns = (
        slice(max(one.start - reach, 0), min(one.stop + reach, n)) for one, n in zip(place, light.shape, strict=True)
    )
    own = segmentation[rows, columns] == label
    distance, nearest = distance_transform_edt(~own, return_indices=True)
    # ASSUME: the light of a pixel of a source is at least half of the isophote; lower values are noise
    known = np.maximum(np.where(own, light[rows, columns], 0), isophote / 2)
    model = known[tuple(nearest)] * np.exp(-distance / scale)
    # the subtraction makes the model 0 at the border of its window
    return rows, columns, np.maximum(gaussian_filter(model / faintest, SMOOTH) - NEGLIGIBLE, 0).astype(np.float32)


def scale_length(n_pixels, contrast):
    """Return the scale length of an exponential profile with n_pixels above 1 / contrast of its peak."""
    return max(LEAST_SCALE, np.sqrt(n_pixels / np.pi) / np.log(max(contrast, LEAST_CONTRAST)))
