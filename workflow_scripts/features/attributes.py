"""Attributes of the galaxy at the centre of a stamp: flux, half-light radius, axis ratio, concentration."""

import numpy as np

from workflow_scripts.attributes.known import AXIS_RATIO, CONCENTRATION, FLUX, HALF_LIGHT_RADIUS
from workflow_scripts.measuring.attributes import estimate_noise, measure_attributes, one_plane
from workflow_scripts.settings.contracts.features import Column, Feature
from workflow_scripts.settings.declared import Declared, option

DECLARATION = Feature(rows="images")
COLUMNS = [
    *(Column(f"log_{one.name}", one.label, log=True) for one in (FLUX, HALF_LIGHT_RADIUS)),
    *(Column(one.name, one.label) for one in (AXIS_RATIO, CONCENTRATION)),
]


class Options(Declared):
    """Correction for the PSF."""

    psf_fwhm: float = option(
        0.0,
        "Full width at half maximum of the PSF to correct sizes and shapes for; 0: no correction.",
        unit="pixel",
        ge=0,
    )


def extract(images, options):
    """Measure images (n, y, x).

    Returns
    -------
    values : (n, 4) float
        log10 of the flux, of images without a galaxy of the noise of a pixel; log10 of the half-light radius in pixels;
        axis ratio; concentration.
    columns : list of Column
    """
    found = measure_attributes(images, options.psf_fwhm)
    # a flux may be negative where there is no galaxy
    flux = np.maximum(found[FLUX.name], estimate_noise(one_plane(np.asarray(images, float))))
    logs = np.log10(flux), np.log10(found[HALF_LIGHT_RADIUS.name])
    return np.column_stack([*logs, found[AXIS_RATIO.name], found[CONCENTRATION.name]]), COLUMNS
