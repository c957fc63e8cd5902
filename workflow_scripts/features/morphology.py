"""Shapes of single sources: Gini, M20, concentration, asymmetry, smoothness, Sérsic index, axis ratio, radius.

Lotz et al. 2004, Conselice 2003, as statmorph (Rodriguez-Gomez et al. 2019) measures them. A row per source.
"""

import warnings

import numpy as np
from statmorph import SourceMorphology

from workflow_scripts.imaging.levels import float32_unit
from workflow_scripts.measuring.detection import detect
from workflow_scripts.settings.bases.features import MaxSources, SourceLimitOptions
from workflow_scripts.settings.contracts.features import Column, Feature
from workflow_scripts.settings.declared import option

DECLARATION = Feature(rows="sources")
COLUMNS = [
    Column("gini", "Gini coefficient"),
    Column("m20", "M20"),
    Column("concentration", "concentration"),
    Column("asymmetry", "asymmetry"),
    Column("smoothness", "smoothness"),
    Column("sersic_n", "Sérsic index"),
    Column("axis_ratio", "axis ratio"),
    Column("half_light_radius", "half-light radius"),
]
BAD = 2  # statmorph's flags: 0 good, 1 suspect, 2 bad, 4 nothing measured
WINDOW = 96  # pixel; a source is measured in a window of this side, or of three times its own extent


class Shape(SourceMorphology):
    """Statmorph without the unused measurements, which take half of the time and raise flags."""

    multimode = intensity = deviation = shape_asymmetry = outer_asymmetry = rms_asymmetry2 = 0.0


class Options(SourceLimitOptions):
    """Selection of sources: resolved, bright and away from the border."""

    max_sources: MaxSources = 1000
    min_snr_pixel: float = option(2.5, "Smallest mean signal-to-noise ratio per pixel.", ge=0)
    psf_fwhm: float = option(2.5, "Full width at half maximum of the PSF of the data.", unit="pixel", ge=0)
    min_radius: float = option(1.1, "Smallest half-light radius, in that of a point source (psf_fwhm / 2).", ge=0)
    min_npix: int = option(20, "Smallest area.", unit="pixel2", ge=1)


def count(images, options):
    """Return the number of measurable sources of each image, (n,) int."""
    return np.array([len(eligible(*detect(image, **options.detection), options)) for image in images], int)


def extract(images, options, chosen):
    """Measure some of the sources of images (n, y, x).

    Parameters
    ----------
    chosen : list of (k,) int arrays
        For each image, which of its measurable sources, counted from 0.

    Returns
    -------
    values : (m, 8) float
        A row is NaN where the measurement failed.
    columns : list of Column
    owner : (m,) int
        Image of each source.
    """
    rows, owner = [], []
    for number, (image, selected) in enumerate(zip(images, chosen, strict=True)):
        if len(selected):
            sources, labels = detect(image, **options.detection)
            for label in eligible(sources, labels, options)[selected]:
                unit = float32_unit(image)  # statmorph compares pixels with fixed numbers
                clean = (np.asarray(image, float) - sources["background"][label - 1]) / unit
                rows.append(shape_of(clean, labels, label, sources["noise"][0] / unit))
                owner.append(number)
    return np.array(rows, float).reshape(-1, len(COLUMNS)), COLUMNS, np.array(owner, int)


def eligible(sources, labels, options):
    """Return the labels of the sources that can be measured."""
    edge = np.unique(np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]]))
    label = np.arange(len(sources["x"])) + 1
    resolved = sources["flux_radius"] > options.min_radius * options.psf_fwhm / 2
    bright = sources["snr"] > options.min_snr_pixel * np.sqrt(sources["npix"])  # sum over sqrt(npix): per pixel
    return label[resolved & bright & (sources["npix"] >= options.min_npix) & ~np.isin(label, edge)]


def shape_of(clean, labels, label, noise):
    """Return the row of one source, NaN if the measurement fails or is flagged as bad.

    Parameters
    ----------
    clean : (y, x) float
        Above the background.
    labels : (y, x) int
    label : int
    noise : float
        Standard deviation of the background.
    """
    part = window(labels == label)
    own, light = labels[part] == label, np.ascontiguousarray(clean[part])
    others = (labels[part] > 0) & ~own
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            found = Shape(
                light,
                own.astype(int),
                1,
                mask=others,
                weightmap=np.full(light.shape, noise),
                n_sigma_outlier=0,  # ASSUME: bad pixels are removed already; outliers are cores of compact sources
            )
        except Exception:  # statmorph raises many kinds of exceptions
            return np.full(len(COLUMNS), np.nan)
    return np.full(len(COLUMNS), np.nan) if max(found.flag, found.flag_sersic) >= BAD else row_of(found)


def row_of(found):
    """Return the columns of a measured source."""
    names = ("gini", "m20", "concentration", "asymmetry", "smoothness", "sersic_n")
    axis_ratio = 1 - found.ellipticity_asymmetry
    return np.array([*(getattr(found, name) for name in names), axis_ratio, found.rhalf_ellip], float)


def window(own):
    """Return the slices of a square window around a source's pixels, cut at the border."""
    y, x = np.nonzero(own)
    half = max(WINDOW, 3 * (1 + max(np.ptp(y), np.ptp(x)))) // 2
    middle = (y.min() + y.max() + 1) // 2, (x.min() + x.max() + 1) // 2
    return tuple(slice(max(c - half, 0), c + half) for c in middle)
