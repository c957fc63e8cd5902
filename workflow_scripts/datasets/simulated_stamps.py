"""Noiseless models of the galaxies of `simulated_galaxies`, as stamps for blends with known truth. No download."""

from typing import Literal

import galsim
import numpy as np

from workflow_scripts.datasets import simulated_galaxies
from workflow_scripts.measuring.photometry import flux_to_magnitude
from workflow_scripts.settings.bases.datasets import SimulatedGalaxyOptions
from workflow_scripts.settings.contracts.datasets import Dataset
from workflow_scripts.settings.declared import option

DECLARATION = Dataset(holds="stamps")
BANDS = ("blue", "middle", "red")
PSF_SIZE = 4  # side of the image of the PSF, in full widths at half maximum


class Options(SimulatedGalaxyOptions):
    """Models; a pixel of the exposure that they represent has noise of standard deviation 1 in each band."""

    n_bands: Literal[1, 3] = option(3, "Number of bands: blue, middle and red, or the middle one alone.")


def fetch(folder, options):
    """Record what the galaxies depend on; nothing is downloaded."""
    return simulated_galaxies.fetch(folder, options)


def bands_of(options):
    """Return the bands."""
    return list(BANDS) if options.n_bands == 3 else [BANDS[1]]


def describe(folder, options):
    """Return the properties of the pixels of all stamps."""
    bands = bands_of(options)
    about = {"unit": "noise deviations", "band": bands if len(bands) > 1 else bands[0], "psf_matched": 1, "model": 1}
    return {**about, "pixel_scale_arcsec": None, "zeropoint_ab": None}


def read(folder, options):
    """Yield each model and its row; magnitudes are instrumental, of the mean of the bands within the stamp."""
    psf = draw_psf(options.psf_fwhm)
    for item in range(options.n):
        light, known, _ = simulated_galaxies.draw_light(item, options)
        image = (light if options.n_bands == 3 else light[..., 1]).astype(np.float32)
        mean = image.mean(axis=-1) if options.n_bands == 3 else image
        own = own_pixels(mean, options.n_bands**-0.5)
        stamp = {"image": image, "segmentation": own, "noise": np.ones(image.shape[2:], np.float32), "psf": psf}
        yield stamp, row_of(item, known, mean)


def row_of(item, known, mean):
    """Return the row of a galaxy, given its attributes and its mean over the bands."""
    shape = {name: known[name] for name in ("half_light_radius", "axis_ratio", "theta")}
    photometry = {"mag": float(flux_to_magnitude(mean.sum(), 0.0)), "mag_err": 0.0, "flux_radius": half_radius(mean)}
    return {"id": item, **photometry, "z": np.nan, "galtype": known["class"], "segval": 1, **shape}


def draw_psf(fwhm):
    """Return the PSF, (p, p) float32 with an odd side."""
    side = 2 * int(np.ceil(PSF_SIZE * fwhm / 2)) + 1
    return galsim.Gaussian(fwhm=fwhm).drawImage(nx=side, ny=side, scale=1.0).array.astype(np.float32)


def own_pixels(light, noise):
    """Return 1 for pixels brighter than the noise, (y, x) int32; of faint galaxies, for those above half the peak."""
    return (light > min(noise, light.max() / 2)).astype(np.int32)


def half_radius(light):
    """Return the radius of the circle with the area of the brightest pixels that have half of the light."""
    brightest = np.sort(light, axis=None)[::-1]
    n = np.searchsorted(np.cumsum(brightest), brightest.sum() / 2) + 1
    return float(np.sqrt(n / np.pi))
