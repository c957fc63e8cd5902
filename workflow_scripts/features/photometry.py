"""Fluxes, sizes and shapes of all detected sources. A row per source."""

import numpy as np

from workflow_scripts.attributes.known import ELLIPTICITY, FLUX, FLUX_RADIUS
from workflow_scripts.measuring.detection import detect
from workflow_scripts.settings.bases.features import SourceLimitOptions
from workflow_scripts.settings.contracts.features import Column, Feature

DECLARATION = Feature(rows="sources")
COLUMNS = [
    Column(f"log_{FLUX.name}", f"{FLUX.label} of a source", log=True),
    Column(FLUX_RADIUS.name, f"{FLUX_RADIUS.label} of a source"),
    Column(ELLIPTICITY.name, f"{ELLIPTICITY.label} of a source"),
]


class Options(SourceLimitOptions):
    """Selection of sources."""


def count(images, options):
    """Return the number of sources of each image, (n,) int."""
    return np.array([len(detect(image, **options.detection)[0]["x"]) for image in images], int)


def extract(images, options, chosen):
    """Return some of the sources of images (n, y, x).

    Parameters
    ----------
    chosen : list of (k,) int arrays
        For each image, which of its sources, counted from 0.

    Returns
    -------
    values : (m, 3) float
        log10 of the flux, half-light radius (pixel), ellipticity; NaN where the flux is not positive.
    columns : list of Column
    owner : (m,) int
        Image of each source.
    """
    rows = [measured(image, selected, options) for image, selected in zip(images, chosen, strict=True)]
    owner = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
    return np.concatenate([np.empty((0, len(COLUMNS))), *rows]), COLUMNS, owner


def measured(image, selected, options):
    """Return the rows of selected sources of an image."""
    if not len(selected):
        return np.empty((0, len(COLUMNS)))
    sources, _ = detect(image, **options.detection)
    with np.errstate(divide="ignore", invalid="ignore"):
        log_flux = np.log10(sources[FLUX.name])
    return np.column_stack([log_flux, sources[FLUX_RADIUS.name], sources[ELLIPTICITY.name]])[selected]
