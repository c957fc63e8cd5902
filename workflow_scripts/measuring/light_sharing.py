"""The light of an image shared among its sources by smooth weights, in the place of masks with edges.

Each source has a model of its own light: that of its pixels above the threshold, continued below the isophote by an
exponential of the source's own scale length. Its share of a pixel is its model's share of all models' light, and falls
to 0 where that light is lost in the noise: w_i = m_i / M * M^2 / (M^2 + n^2), M the sum of the models. The weights of
all sources and that of the sky, n^2 / (M^2 + n^2), sum to 1.
"""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import distance_transform_edt, find_objects, gaussian_filter

SMOOTH = 0.8  # pixel: standard deviation of the Gaussian that a model is smoothed with
LEAST_SCALE = 0.8  # pixel: no wing falls faster than the PSF's
LEAST_CONTRAST = 7.4  # e^2: the wings of a source that hardly rises above the isophote reach no farther than its radius
NEGLIGIBLE = 0.1  # of `faintest`: a model below it holds no more than 1 % of a pixel


@dataclass(frozen=True)
class Share:
    """The weights of one source.

    Attributes
    ----------
    rows, columns : slice
        Where they lie in the image.
    weight : (y, x) float32
        The source's share of the light of each pixel.
    """

    rows: slice
    columns: slice
    weight: np.ndarray


def share_light(light, segmentation, *, isophote, faintest):
    """Return the weights of every source of a segmentation map.

    Parameters
    ----------
    light : (y, x) float
        Above the background.
    segmentation : (y, x) int
        0 for none, else 1 + the row of the source.
    isophote : float
        Threshold of the detection, above 0.
    faintest : float
        Model light at which half of a pixel belongs to the sky.

    Returns
    -------
    shares : list of Share
        In the order of the labels.
    remaining : (y, x) float32
        Share of the light that belongs to no source.
    """
    models = [
        model_of(light, segmentation, label, place, isophote, faintest) for label, place in labelled(segmentation)
    ]
    total = np.zeros(light.shape, np.float32)
    for rows, columns, model in models:
        total[rows, columns] += model
    # M / (M^2 + 1) in units of n: a model times it is the source's weight
    factor = total / (total**2 + 1)
    return [Share(rows, columns, model * factor[rows, columns]) for rows, columns, model in models], 1 - total * factor


def labelled(segmentation):
    """Return the labels of a segmentation map with the windows that hold their pixels."""
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
    # ASSUME: a pixel of a source has at least half of the isophote's light, the rest is noise
    known = np.maximum(np.where(own, light[rows, columns], 0), isophote / 2)
    model = known[tuple(nearest)] * np.exp(-distance / scale)
    # less what is negligible, so that the model ends within its window
    return rows, columns, np.maximum(gaussian_filter(model / faintest, SMOOTH) - NEGLIGIBLE, 0).astype(np.float32)


def scale_length(n_pixels, contrast):
    """Return the scale length of an exponential profile that fills so many pixels above 1 / contrast of its peak."""
    return max(LEAST_SCALE, np.sqrt(n_pixels / np.pi) / np.log(max(contrast, LEAST_CONTRAST)))
