"""Attributes of the galaxy at the centre of a stamp: flux, half-light radius, axis ratio, concentration."""

from dataclasses import dataclass

import numpy as np

from workflow_scripts.attributes.known import AXIS_RATIO, CONCENTRATION, FLUX, HALF_LIGHT_RADIUS
from workflow_scripts.measuring.attributes import estimate_noise, measure_attributes, one_plane

ROWS = "images"
COLUMNS = [f"log_{FLUX.name}", f"log_{HALF_LIGHT_RADIUS.name}", AXIS_RATIO.name, CONCENTRATION.name]


@dataclass(frozen=True)
class Options:
    """`psf_fwhm` in pixels is taken out of sizes and shapes; 0 leaves them as they are seen."""

    psf_fwhm: float = 0.0

    def __post_init__(self):
        if self.psf_fwhm < 0:
            raise ValueError(f"psf_fwhm: {self.psf_fwhm} is negative")


def extract(images, options):
    """Measure images (n, y, x).

    Returns
    -------
    values : (n, 4) float
        log10 of the flux, of images without a galaxy of the noise of a pixel; log10 of the half-light radius in pixels;
        axis ratio; concentration.
    columns : list of str
    """
    found = measure_attributes(images, options.psf_fwhm)
    # a flux may be negative where there is no galaxy
    flux = np.maximum(found[FLUX.name], estimate_noise(one_plane(np.asarray(images, float))))
    logs = np.log10(flux), np.log10(found[HALF_LIGHT_RADIUS.name])
    return np.column_stack([*logs, found[AXIS_RATIO.name], found[CONCENTRATION.name]]), COLUMNS
