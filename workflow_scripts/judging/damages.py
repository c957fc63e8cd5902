"""Damages of known strength, from which the realism ladder is built.

Every damage takes a scene and a strength d in [0, 1], and returns the damaged image and the strength applied: a
fraction of few sources cannot take every value. Several damages combine as 1 - prod(1 - d).
"""

from dataclasses import dataclass

import numpy as np
from astropy.stats import gaussian_fwhm_to_sigma
from scipy.ndimage import find_objects
from skimage.segmentation import expand_labels

from workflow_scripts.imaging.blur import convolve_gaussian


@dataclass(frozen=True)
class Scene:
    """A field, its segmentation map and the properties of the data.

    Attributes
    ----------
    image : (y, x) float
    segmentation : (y, x) int
        0 for background, else the label of a source.
    noise : float
        Standard deviation of the background.
    psf_fwhm : float
        Pixel.
    flux_spread : float
        Standard deviation of ln(flux) over the data's sources.
    """

    image: np.ndarray
    segmentation: np.ndarray
    noise: float
    psf_fwhm: float
    flux_spread: float

    @property
    def sky(self):
        """Return the background pixels."""
        return self.image[self.segmentation == 0]

    @property
    def labels(self):
        """Return the labels of the sources."""
        found = np.unique(self.segmentation)
        return found[found > 0]


def scene_of(image, segmentation, catalogue, psf_fwhm):
    """Return a field as a scene.

    Parameters
    ----------
    image, segmentation : (y, x)
    catalogue : astropy.table.Table
        Sources of all fields, with `noise` and `flux`.
    psf_fwhm : float
        Pixel.
    """
    spread = float(np.std(np.log(catalogue["flux"]))) if len(catalogue) > 1 else 0.0
    # ASSUME: a source shines one PSF width beyond its detected pixels; left alone, that is a ring.
    labels = expand_labels(count_up(segmentation), psf_fwhm)
    return Scene(image, labels, float(np.median(catalogue["noise"])), psf_fwhm, spread)


def count_up(segmentation):
    """Return a segmentation map whose labels are 1, 2, ...; 0 stays the background."""
    names = np.union1d([0], segmentation)
    return np.searchsorted(names, segmentation).astype(np.int32)


def choose(labels, strength, rng):
    """Return a random fraction of the sources, and the fraction that was taken."""
    n = int(np.floor(strength * len(labels) + rng.random()))
    n = min(n, len(labels))
    return rng.permutation(labels)[:n], (n / len(labels) if len(labels) else 0.0)


def remove(scene, strength, rng):
    """Replace a fraction of the sources by background."""
    labels, fraction = choose(scene.labels, strength, rng)
    return erase(scene, labels, rng), fraction


def move(scene, strength, rng):
    """Move a fraction of the sources to random positions."""
    labels, fraction = choose(scene.labels, strength, rng)
    return add_copies(erase(scene, labels, rng), scene, labels, rng), fraction


def duplicate(scene, strength, rng):
    """Add copies of a fraction of the sources at random positions."""
    labels, fraction = choose(scene.labels, strength, rng)
    return add_copies(scene.image.copy(), scene, labels, rng), fraction


def blur(scene, strength, rng):
    """Convolve with a Gaussian whose FWHM is the strength times two PSF FWHM."""
    return convolve_gaussian(scene.image, 2 * strength * scene.psf_fwhm * gaussian_fwhm_to_sigma), strength


def shift_background(scene, strength, rng):
    """Raise the background by the strength times three standard deviations of its noise."""
    return scene.image + np.float32(3 * strength * scene.noise), strength


def shift_fluxes(scene, strength, rng):
    """Dim all sources: the distribution of ln(flux) is shifted by the strength times three standard deviations.

    Noise is added where it is dimmed together with a source, so that its variance stays.
    """
    image, lit, level = scene.image.copy(), scene.segmentation > 0, np.median(scene.sky)
    factor = np.exp(-3 * strength * scene.flux_spread)
    noise = (rng.choice(scene.sky, int(lit.sum())) - level) * np.sqrt(1 - factor**2)
    image[lit] = level + (image[lit] - level) * factor + noise
    return image, strength


def brighten(scene, strength, rng):
    """Raise the flux of all sources by a fraction, their noise with them."""
    level = np.median(scene.sky)
    image = scene.image.copy()
    image[scene.segmentation > 0] += strength * (scene.image - level)[scene.segmentation > 0]
    return image, strength


def add_noise(scene, strength, rng):
    """Raise the variance of the noise by a fraction.

    ASSUME: the noise added is white, whatever the correlation of the data's.
    """
    return scene.image + rng.normal(0, np.sqrt(strength) * scene.noise, scene.image.shape), strength


def exchange(scene, strength, rng):
    """Replace a fraction of the sources by smooth ellipses of the same flux, size and shape.

    ASSUME: this parametric model stands for all generators that draw sources without substructure.
    """
    labels, fraction = choose(scene.labels, strength, rng)
    image, level, boxes = erase(scene, labels, rng), np.median(scene.sky), find_objects(scene.segmentation)
    for label in labels:
        box = boxes[label - 1]
        light = np.where(scene.segmentation[box] == label, scene.image[box] - level, 0)
        add_ellipse(image, light, [part.start for part in box])
    return image, fraction


# In the order in which several are applied: sources are dimmed before they leave their segments, and blurred last.
DAMAGES = {
    "shift_fluxes": shift_fluxes,
    "exchange": exchange,
    "remove": remove,
    "move": move,
    "duplicate": duplicate,
    "blur": blur,
    "shift_background": shift_background,
}

# Kinds that the power of a metric is measured by, each alone: the damage, and its strength at one unit of the kind.
# Units: all sources, their flux, the FWHM of the PSF, the variance of the noise, its standard deviation.
KINDS = {
    "removed": (remove, 1),
    "added": (duplicate, 1),
    "moved": (move, 1),
    "brightened": (brighten, 1),
    "blurred": (blur, 1 / 2),
    "noise": (add_noise, 1),
    "background": (shift_background, 1 / 3),
}


def damage_by(scene, kind, strength, rng):
    """Return the image of a scene damaged by one kind, the strength in the unit of the kind."""
    apply, unit = KINDS[kind]
    return apply(scene, strength * unit, rng)[0]


def erase(scene, labels, rng):
    """Return the image with sources replaced by pixels drawn from the background."""
    image, erased = scene.image.copy(), np.isin(scene.segmentation, labels)
    image[erased] = rng.choice(scene.sky, int(erased.sum()))
    return image


def add_copies(image, scene, labels, rng):
    """Add the light of sources at random positions, in place; light beyond the border is lost."""
    level, boxes = np.median(scene.sky), find_objects(scene.segmentation)
    for label in labels:
        box = boxes[label - 1]
        light = np.where(scene.segmentation[box] == label, scene.image[box] - level, 0)
        y, x = (
            int(rng.integers(-(side // 2), size - side // 2))
            for side, size in zip(light.shape, image.shape, strict=True)
        )
        rows = slice(max(y, 0), min(y + light.shape[0], image.shape[0]))
        columns = slice(max(x, 0), min(x + light.shape[1], image.shape[1]))
        image[rows, columns] += light[rows.start - y : rows.stop - y, columns.start - x : columns.stop - x]
    return image


def add_ellipse(image, light, corner):
    """Add a Gaussian with the flux, the centroid and the second moments of a source, in place.

    Parameters
    ----------
    image : (y, x) float
    light : (h, w) float
        The source, 0 outside it.
    corner : (y, x)
        Position of the first pixel of `light` in the image.
    """
    weight = np.maximum(light, 0)
    if not weight.sum():
        return
    y, x = np.nonzero(weight)
    pixels = np.stack([y, x]).astype(float) + np.array(corner)[:, None]
    centre = np.average(pixels, axis=1, weights=weight[y, x])
    # ASSUME: no source is thinner than the second moment of one pixel.
    moments = np.atleast_2d(np.cov(pixels, aweights=weight[y, x], ddof=0)) + np.eye(2) / 12
    radius = int(np.ceil(4 * np.sqrt(np.linalg.eigvalsh(moments)[-1])))
    low, high = np.maximum(np.round(centre).astype(int) - radius, 0), np.round(centre).astype(int) + radius + 1
    part = image[low[0] : high[0], low[1] : high[1]]
    offset = np.indices(part.shape) + (low - centre)[:, None, None]
    shape = np.exp(-0.5 * np.einsum("iyx,ij,jyx->yx", offset, np.linalg.inv(moments), offset))
    part += light.sum() * shape / shape.sum()


def combine(strengths):
    """Return the combined strength of several damages, 1 - prod(1 - d)."""
    return 1 - np.prod(1 - np.asarray(strengths, float))


def divide(total, n, rng):
    """Divide a total damage at random into n strengths that combine to the total."""
    return 1 - (1 - total) ** rng.dirichlet(np.ones(n))
