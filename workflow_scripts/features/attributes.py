"""Attributes of the galaxy at the centre of a stamp: flux, half-light radius, axis ratio, concentration."""

from dataclasses import dataclass

import numpy as np

from workflow_scripts.measuring.attributes import estimate_noise, measure_attributes, one_plane

ROWS = "images"
COLUMNS = ["log_flux", "log_half_light_radius", "axis_ratio", "concentration"]


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
    flux = np.maximum(found["flux"], estimate_noise(one_plane(np.asarray(images, float))))
    logs = np.log10(flux), np.log10(found["half_light_radius"])
    return np.column_stack([*logs, found["axis_ratio"], found["concentration"]]), COLUMNS
