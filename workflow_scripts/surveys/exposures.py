"""An image of a survey with its maps: calibrated pixels, variance and mask, window by window."""

import logging
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import numpy as np

from workflow_scripts.formats.image_planes import ImagePlane, open_plane, strips, warn_once
from workflow_scripts.formats.sky_images import Pixels
from workflow_scripts.measuring.noise_scale import noise_scale
from workflow_scripts.surveys.calibration import NOTHING_GIVEN, Calibration, calibrate
from workflow_scripts.surveys.coverage import Coverage, find_coverage
from workflow_scripts.surveys.pixel_scales import AsinhScale, LinearScale, scale_of
from workflow_scripts.surveys.uncertainty import SCALED, MaskRule, check_shape, variance_of

WINDOW, N_WINDOWS = 256, 6  # side of the windows of which the noise is measured, and their number along each axis
SCALE_TOLERANCE = 0.01  # relative difference of pixel scales that is no contradiction


@dataclass(frozen=True)
class Layer:
    """An image in a file.

    Attributes
    ----------
    path : str
    extension : int, str or None
        See `formats.fits_files.find_image`.
    band : int or None
        Number of the plane of a cube.
    """

    path: str
    extension: int | str | None = None
    band: int | None = None


@dataclass(frozen=True)
class ExposureFiles:
    """The files of one image of a survey.

    Attributes
    ----------
    science : Layer
    uncertainty : Layer or None
        A map of the kind `kind`, a key of `uncertainty.KINDS`.
    mask : Layer or None
    mask_rule : MaskRule
    uncovered : {"auto", "none"}
        Whether a constant border is taken as not covered, if there is neither uncertainty nor mask.
    """

    science: Layer
    uncertainty: Layer | None = None
    kind: str = "weight"
    mask: Layer | None = None
    mask_rule: MaskRule = MaskRule()
    uncovered: str = "auto"


@dataclass(frozen=True)
class Exposure:
    """An open image of a survey with its maps.

    Attributes
    ----------
    science : ImagePlane
    calibration : Calibration
    linearity : AsinhScale or LinearScale
    coverage : Coverage
    kind : str
        Of the uncertainty.
    uncertainty, mask : ImagePlane or None
    variance_scale : float
        Variance, in the unit of the file, where the map is 1.
    mask_rule : MaskRule
    """

    science: ImagePlane
    calibration: Calibration
    linearity: AsinhScale | LinearScale
    coverage: Coverage
    kind: str = "weight"
    uncertainty: ImagePlane | None = None
    mask: ImagePlane | None = None
    variance_scale: float = 1.0
    mask_rule: MaskRule = MaskRule()

    @property
    def name(self):
        """Return the name of the science image."""
        return self.science.name

    @property
    def shape(self):
        """Return the shape (y, x)."""
        return self.science.shape

    @property
    def has_variance(self):
        """Return whether the variance of the pixels is known."""
        return self.uncertainty is not None

    def read(self, window=np.s_[:, :]):
        """Return the `Pixels` of a window, slices of rows and columns, in the unit of the calibration."""
        factor = self.calibration.factor
        image = self.linearity.linear(self.science.read(window)) * factor
        masked = ~np.isfinite(image) | self.coverage.uncovered(window)
        variance = None
        if self.uncertainty is not None:
            variance = variance_of(self.kind, self.uncertainty.read(window), self.variance_scale) * factor**2
            masked |= ~np.isfinite(variance)
        if self.mask is not None:
            masked |= self.mask_rule.masked(self.mask.read(window), self.mask.header, self.mask.name)
        variance = None if variance is None else np.where(masked, np.inf, variance)
        return Pixels(np.where(masked, image.dtype.type(np.nan), image), variance, masked)


@contextmanager
def open_exposure(files, given=NOTHING_GIVEN, calibration=None):
    """Yield an open `Exposure`.

    Parameters
    ----------
    files : ExposureFiles
    given : GivenCalibration
    calibration : Calibration or None
        None: that of its header and of `given`.

    Raises
    ------
    ValueError
        If a file cannot be read, a map has another shape, the calibration is contradictory, or no pixel is left.
    """
    with ExitStack() as opened:
        science = opened.enter_context(opened_layer(files.science, "science"))
        linearity = scale_of(science.header, science.name)
        calibration = calibration or calibration_of(science, given)
        maps, scale = {}, 1.0
        for role, layer in (("uncertainty", files.uncertainty), ("mask", files.mask)):
            if layer is not None:
                maps[role] = opened.enter_context(opened_layer(layer, files.kind if role == "uncertainty" else role))
                check_shape(science, maps[role], "mask" if role == "mask" else f"{files.kind} map")
        if "uncertainty" in maps and files.kind in SCALED:
            scale = scale_by_noise(science, linearity, maps["uncertainty"])
        coverage = Coverage(science.shape) if maps or files.uncovered == "none" else find_coverage(science)
        if coverage.n_uncovered:
            warn_once(f"{science.name}: {coverage.words}")
        yield Exposure(
            *(science, calibration, linearity, coverage, files.kind, maps.get("uncertainty"), maps.get("mask")),
            variance_scale=scale,
            mask_rule=files.mask_rule,
        )


def calibration_of(science, given):
    """Return the calibration of an open image by its header and what is given."""
    area = science.pixel_scale_arcsec and science.pixel_scale_arcsec**2
    return calibrate(science.header, science.name, given, area)


def opened_layer(layer, role):
    """Return the context of an open plane."""
    return open_plane(layer.path, layer.extension, layer.band, role)


def scale_by_noise(science, linearity, weight):
    """Return the variance of an image where a relative map is 1, from the noise in a grid of windows."""
    windows = grid(science.shape)
    scale = noise_scale((linearity.linear(science.read(one)), weight.read(one)) for one in windows)
    if not np.isfinite(scale):
        raise ValueError(f"{weight.name}: too few pixels have a weight above 0 to measure the noise of {science.name}")
    logging.info("%s: the variance of a pixel with the value 1 is %.4g, from the noise", weight.name, scale)
    return scale


def grid(shape):
    """Return windows evenly distributed over an image."""
    starts = [np.unique(np.linspace(0, max(side - WINDOW, 0), N_WINDOWS).astype(int)) for side in shape]
    return [(slice(y, y + WINDOW), slice(x, x + WINDOW)) for y in starts[0] for x in starts[1]]


def covered_fraction(exposure):
    """Return the fraction of the pixels of an exposure that are not masked.

    Raises
    ------
    ValueError
        If there is none.
    """
    n_finite = n_left = 0
    for window in strips(exposure.shape):
        n_left += int(np.count_nonzero(~exposure.read(window).masked))
        n_finite += int(np.count_nonzero(np.isfinite(exposure.science.read(window)))) if not n_left else 0
    if n_left:
        return n_left / (exposure.shape[0] * exposure.shape[1])
    if not n_finite:
        raise ValueError(f"{exposure.science.name}: all pixels are NaN: choose another extension")
    maps = [plane.name for plane in (exposure.uncertainty, exposure.mask) if plane is not None]
    cause = " and ".join(maps) or "its constant border (option uncovered)"
    raise ValueError(f"{exposure.science.name}: no pixel is left by {cause}: correct the map, or leave out this image")


def pixel_scale_of(science, given_arcsec=0.0):
    """Return the pixel scale of an image, arcsec; None if it is unknown.

    The option has precedence over the WCS; a contradiction costs a warning.
    """
    measured = science.pixel_scale_arcsec
    if given_arcsec and measured and abs(measured / given_arcsec - 1) > SCALE_TOLERANCE:
        warn_once(
            f"{science.name}: the option pixel_scale_arcsec, {given_arcsec:g}, replaces {measured:.6g} of the header"
        )
    return given_arcsec or measured


def common_pixel_scale(scales):
    """Return the pixel scale of several images, arcsec.

    Parameters
    ----------
    scales : dict of str to float or None
        By the name of the image.

    Raises
    ------
    ValueError
        If they differ: resampling is not exact.
    """
    (first, target), *others = scales.items()
    for name, scale in others:
        both = (scale, target)
        if None in both and scale != target or None not in both and abs(scale / target - 1) > SCALE_TOLERANCE:
            words = [f"{one:.6g} arcsec" if one else "unknown" for one in both]
            raise ValueError(
                f"{name}: its pixel scale is {words[0]}, that of {first} {words[1]}: resample it, or set the option "
                "pixel_scale_arcsec if a header is wrong"
            )
    return target
