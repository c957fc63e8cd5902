"""The images of a survey, assembled from its files: all bands of one part of the sky on one grid of pixels."""

from contextlib import ExitStack
from dataclasses import dataclass, replace

import numpy as np

from workflow_scripts.formats.celestial_wcs import header_text
from workflow_scripts.formats.image_planes import warn_once
from workflow_scripts.formats.images import tangent_wcs
from workflow_scripts.formats.photometry import Photometry
from workflow_scripts.formats.sky_images import Pixels, SkyImage
from workflow_scripts.imaging.levels import square_type
from workflow_scripts.surveys.calibration import common_calibration
from workflow_scripts.surveys.exposures import Exposure, calibration_of, open_exposure, opened_layer, pixel_scale_of
from workflow_scripts.surveys.grids import ResampledExposure, is_same_grid, on_grid
from workflow_scripts.surveys.plan import BandPlan
from workflow_scripts.surveys.psf import read_psf

MIDDLE = 64  # side of the window in the middle of an image by which the type of its variances is chosen


@dataclass(frozen=True)
class BandImage:
    """The image of one band.

    Attributes
    ----------
    plan : BandPlan
    exposure : Exposure or ResampledExposure
    """

    plan: BandPlan
    exposure: Exposure | ResampledExposure

    @property
    def pixel_scale_arcsec(self):
        """Return the pixel scale of the files, by option, WCS or preset; None if it is unknown."""
        native = getattr(self.exposure, "exposure", self.exposure)
        return pixel_scale_of(native.science, self.plan.pixel_scale_arcsec) or self.plan.preset_scale_arcsec or None

    @property
    def psf_fwhm_arcsec(self):
        """Return the full width at half maximum of the PSF, by option or preset; None if it is unknown."""
        if not self.plan.psf:
            return self.plan.psf_fwhm_arcsec
        width, scale = read_psf(self.plan.psf).fwhm, self.pixel_scale_arcsec
        return scale and width * scale


def open_survey(bands, grid="", centre=()):
    """Yield the images of a survey; each can be read until the next one is requested.

    Parameters
    ----------
    bands : tuple of BandPlan
        With equally many exposures; the first of each are one part of the sky, and so on.
    grid : str
        Band to whose grid the others are resampled; empty: the first.
    centre : (ra, dec) or ()
        Of images without a WCS, deg.
    """
    calibrations = [calibrations_of(band) for band in bands]
    for number in range(len(bands[0].exposures)):
        with ExitStack() as opened:
            images = []
            for band, found in zip(bands, calibrations, strict=True):
                exposure = open_exposure(band.exposures[number], band.given, found[number])
                images.append(BandImage(band, opened.enter_context(exposure)))
            reference = next((image for image in images if image.plan.name == grid), images[0])
            yield sky_image([on_grid_of(reference, image) for image in images], reference, centre)


def calibrations_of(band):
    """Return the calibration of each exposure of a band, which brings all to the unit and zero point of the first."""
    found = {}
    for files in band.exposures:
        with opened_layer(files.science, "science") as science:
            found[science.name] = calibration_of(science, band.given)
    return list(common_calibration(found).values())


def on_grid_of(reference, image):
    """Return an image of a band on the grid of the reference; resampling is logged."""
    if is_same_grid(image.exposure, reference.exposure):
        return image
    resampled = on_grid(image.exposure, reference.exposure)
    words = ", ".join(f"{value:.3f} along {lag}" for lag, value in resampled.noise_correlation().items())
    warn_once(
        f"{image.exposure.name}: resampled to the pixels of {reference.exposure.name}; correlation of its noise at "
        f"a lag of one pixel: {words or 'unknown'}"
    )
    return replace(image, exposure=resampled)


def sky_image(images, reference, centre):
    """Return the image of all bands on one grid.

    Parameters
    ----------
    images : list of BandImage
    reference : BandImage
        Whose grid it is.
    centre : (ra, dec) or ()
    """
    scale, psf = reference.pixel_scale_arcsec, [image.psf_fwhm_arcsec for image in images]
    exposures = [image.exposure for image in images]
    found = [exposure.calibration for exposure in exposures]
    photometry = Photometry(
        tuple(image.plan.name for image in images),
        tuple(calibration.unit for calibration in found),
        tuple(calibration.zeropoint_ab for calibration in found),
        scale,
        (None,) * len(images),
    )
    more = f" and {len(images) - 1} more bands" if len(images) > 1 else ""
    return SkyImage(
        f"{reference.exposure.name}{more}",
        reference.exposure.shape,
        photometry,
        lambda window: read_bands(exposures, window),
        may_be_masked=True,
        psf_fwhm_arcsec=tuple(psf),
        wcs=wcs_of(reference.exposure.science, scale, centre),
        variance_type=variance_type(exposures, reference.exposure.shape),
    )


def read_bands(exposures, window):
    """Return the `Pixels` of a window in all bands: (y, x) of one band, else (y, x, band).

    The variance is known if that of all bands is.
    """
    found = [exposure.read(window) for exposure in exposures]
    if len(found) == 1:
        return found[0]
    image, masked = (np.stack([getattr(one, name) for one in found], axis=-1) for name in ("image", "masked"))
    known = all(one.variance is not None for one in found)
    return Pixels(image, np.stack([one.variance for one in found], axis=-1) if known else None, masked)


def wcs_of(science, scale, centre):
    """Return the header of the WCS of an image; that of the options if it has none; empty if there is neither.

    Raises
    ------
    ValueError
        If the options give the position of the centre, but no pixel scale is known.
    """
    if science.wcs is not None:
        return header_text(science.wcs)
    if not centre:
        return ""
    if not scale:
        raise ValueError(f"{science.name}: the option centre needs a pixel scale: set the option pixel_scale_arcsec")
    wcs = tangent_wcs(science.shape, scale)
    wcs.wcs.crval = centre
    return header_text(wcs)


def variance_type(exposures, shape):
    """Return the type of stored variances: float64 if those in the middle are out of the range of float32."""
    corner = [max((side - MIDDLE) // 2, 0) for side in shape]
    window = tuple(slice(low, low + MIDDLE) for low in corner)
    variances = [one.read(window).variance for one in exposures if one.has_variance]
    sigmas = [np.sqrt(values[np.isfinite(values)]) for values in variances]
    return np.float64 if any(square_type(values) is np.float64 for values in sigmas if len(values)) else np.float32
