"""The exposure that sources are injected into: one image of a data set, in one band, with mask, noise and PSF."""

from dataclasses import dataclass, replace

import numpy as np
from astropy.io import fits

from workflow_scripts.formats.photometry import Photometry
from workflow_scripts.formats.sky_images import sky_images
from workflow_scripts.surveys.exposures import Layer, open_exposure
from workflow_scripts.surveys.pixel_scales import LinearScale
from workflow_scripts.surveys.plan import plan_bands
from workflow_scripts.surveys.psf import GaussianPsf, read_psf


@dataclass(frozen=True)
class Exposure:
    """One image in one band, in memory.

    Attributes
    ----------
    name : str
        For messages.
    pixels : (y, x) float32
        0 where masked.
    masked : (y, x) bool
    variance : (y, x) float or None
        Infinite where masked; None if it is unknown.
    zeropoint_ab : float or None
    unit : str
    factor : float
        Flux per unit of the file.
    file : surveys.exposures.Layer or None
        The image in a FITS file; None for a data set that has no such file.
    psf : surveys.psf.GaussianPsf, StampPsf, VariablePsf or None
    gain : float or None
        Electrons per unit of the file, by the keyword GAIN; None without it.
    wcs : astropy.wcs.WCS or None
    weight : surveys.exposures.Layer or None
        Map of the uncertainty in a FITS file.
    """

    name: str
    pixels: np.ndarray
    masked: np.ndarray
    variance: np.ndarray | None
    zeropoint_ab: float | None
    unit: str
    factor: float = 1.0
    file: Layer | None = None
    psf: object = None
    gain: float | None = None
    wcs: object = None
    weight: Layer | None = None

    @property
    def zeropoint(self):
        """Return the zero point of magnitudes: 0 if fluxes are not calibrated."""
        return self.zeropoint_ab or 0.0


def read_exposure(source, folder, options, number, band, injected=None):
    """Return an exposure of a data set.

    Parameters
    ----------
    source : module
        Plugin of datasets/ that holds images.
    folder : str
    options : settings.declared.Declared
        Of the plugin.
    number : int
        Number of the image in the data set, from 0.
    band : str
        Band of a survey; empty: its only band.
    injected : str or None
        FITS file of the same image with injected sources, whose pixels replace those of the data set.

    Raises
    ------
    ValueError
        If there is no such image or band, or pixels are not proportional to flux.
    """
    if source.DECLARATION.by_windows:
        return of_survey(options, number, band, injected)
    images = (image for place, image in enumerate(sky_images(source, folder, options)) if place == number)
    image = next(images, None)
    if image is None:
        raise ValueError(f"no image {number} in the data set: set exposure to a smaller number, from 0")
    pixels = image.read()
    return of_pixels(image.name, pixels.image if injected is None else fits.getdata(injected), image.photometry)


def of_pixels(name, pixels, photometry: Photometry):
    """Return the exposure of an image in memory."""
    masked = ~np.isfinite(pixels)
    clean = np.where(masked, 0, pixels).astype(np.float32)
    return Exposure(name, clean, masked, None, photometry.zeropoint_ab, photometry.unit)


def of_survey(options, number, band, injected):
    """Return the exposure of a survey."""
    plan = chosen_band(plan_bands(options), band)
    if number >= len(plan.exposures):
        raise ValueError(f"band {plan.name}: no image {number}; it has {len(plan.exposures)}, numbered from 0")
    files = plan.exposures[number]
    own = files if injected is None else replace(files, science=replace(files.science, path=str(injected)))
    with open_exposure(own, plan.given) as image:
        if not isinstance(image.linearity, LinearScale):
            raise ValueError(f"{image.name}: its pixels are not proportional to flux: no sources can be injected")
        pixels, calibration, gain = image.read(), image.calibration, image.science.header.get("GAIN")
        scale = plan.pixel_scale_arcsec or image.science.pixel_scale_arcsec or plan.preset_scale_arcsec
        return Exposure(
            image.name,
            np.where(pixels.masked, 0, pixels.image).astype(np.float32),
            pixels.masked,
            pixels.variance,
            calibration.zeropoint_ab,
            calibration.unit,
            calibration.factor,
            files.science,
            psf_of(plan, scale),
            float(gain) if isinstance(gain, int | float) and gain > 0 else None,
            image.science.wcs,
            files.uncertainty,
        )


def chosen_band(plans, band):
    """Return the plan of a band of a survey."""
    names = ", ".join(plan.name for plan in plans)
    if not band and len(plans) > 1:
        raise ValueError(f"the survey has the bands {names}: set band to one of them")
    found = [plan for plan in plans if plan.name == (band or plan.name)]
    if not found:
        raise ValueError(f"no band {band!r} in the survey; it has {names}")
    return found[0]


def psf_of(plan, pixel_scale_arcsec):
    """Return the PSF of a band: of a file, or a Gaussian of a known width; None if it is unknown."""
    if plan.psf:
        return read_psf(plan.psf)
    known = plan.psf_fwhm_arcsec and pixel_scale_arcsec
    return GaussianPsf(plan.psf_fwhm_arcsec / pixel_scale_arcsec) if known else None
