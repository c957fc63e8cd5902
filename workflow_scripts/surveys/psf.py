"""PSFs of the images of a survey: a Gaussian, a stamp, a PSFEx model, or an estimate from point-like sources."""

from dataclasses import dataclass

import galsim
import numpy as np
from galsim.des import DES_PSFEx

from workflow_scripts.formats.fits_files import open_fits
from workflow_scripts.formats.image_planes import open_plane
from workflow_scripts.measuring.point_sources import MIN_SOURCES, select_point_sources, stack_point_sources

EXTENT = 4.0  # side of the kernel of a Gaussian, in FWHM


@dataclass(frozen=True)
class GaussianPsf:
    """A Gaussian PSF, which includes the response of the pixel.

    Attributes
    ----------
    fwhm : float
        Full width at half maximum, pixel.
    origin : str
        What states the PSF.
    """

    fwhm: float
    origin: str = "option psf_fwhm_arcsec"

    def kernel(self, x=0.0, y=0.0):
        """Return the PSF at a position, (s, s) float64 with an odd side and sum 1."""
        side = 2 * int(np.ceil(EXTENT * self.fwhm / 2)) + 1
        return normalised(drawn(galsim.Gaussian(fwhm=self.fwhm), side))


@dataclass(frozen=True)
class StampPsf:
    """A PSF that is the same in all of the image.

    Attributes
    ----------
    pixels : (s, s) float64
        Sum 1.
    fwhm : float
        Full width at half maximum, pixel.
    origin : str
    """

    pixels: np.ndarray
    fwhm: float
    origin: str

    def kernel(self, x=0.0, y=0.0):
        """Return the PSF at a position, (s, s) float64 with sum 1."""
        return self.pixels


@dataclass(frozen=True)
class VariablePsf:
    """A PSFEx model, which varies over the image.

    Attributes
    ----------
    model : galsim.des.DES_PSFEx
    side : int
        Side of the kernels, odd, pixel.
    fwhm : float
        Full width at half maximum at the centre of the model's positions, pixel.
    origin : str
    """

    model: DES_PSFEx
    side: int
    fwhm: float
    origin: str

    def kernel(self, x=0.0, y=0.0):
        """Return the PSF at a position (first pixel 0), (s, s) float64 with sum 1."""
        return normalised(drawn(self.model.getPSF(galsim.PositionD(x + 1, y + 1)), self.side))


def read_psf(path, extension=None):
    """Read a PSF from a FITS file: a PSFEx model, or a stamp.

    Raises
    ------
    ValueError
        If the file has neither, or the stamp is not that of a PSF at its centre.
    """
    with open_fits(path) as file:
        tables = [hdu for hdu in file if "POLNAXIS" in hdu.header]
        if extension is None and tables:
            return psfex(tables[0], path)
    with open_plane(path, extension, role="psf") as plane:
        return stamp_psf(plane.read(), plane.name)


def psfex(table, path):
    """Return the PSF of a table of PSFEx."""
    try:
        model = DES_PSFEx(table)
        header = table.header
        side = 2 * int(header["PSFAXIS1"] * header["PSF_SAMP"] / 2) + 1
        middle = galsim.PositionD(*(header[f"POLZERO{axis}"] for axis in (1, 2)))
        fwhm = float(model.getPSF(middle).calculateFWHM())
    except (KeyError, galsim.GalSimError, OSError) as error:
        raise ValueError(f"{path}: not a PSFEx model ({' '.join(str(error).split())})") from None
    return VariablePsf(model, side, fwhm, f"PSFEx model {path}")


def stamp_psf(pixels, name):
    """Return the PSF of a stamp.

    Raises
    ------
    ValueError
        If the stamp has pixels that are not finite, no light, or its peak is not at its centre.
    """
    pixels = np.asarray(pixels, np.float64)
    if not np.isfinite(pixels).all() or pixels.sum() <= 0:
        raise ValueError(f"{name}: not the image of a PSF: its pixels are not finite, or their sum is not above 0")
    peak = np.array(np.unravel_index(pixels.argmax(), pixels.shape))
    if (np.abs(peak - (np.array(pixels.shape) - 1) / 2) > np.maximum(1.0, np.array(pixels.shape) / 8)).any():
        raise ValueError(
            f"{name}: the peak of the PSF is at x={peak[1]}, y={peak[0]} of {pixels.shape[1]}x{pixels.shape[0]} px: "
            "give a stamp with the PSF at its centre"
        )
    return StampPsf(normalised(pixels), fwhm_of(pixels), f"stamp {name}")


def estimate_psf(exposure, sources, size):
    """Estimate the PSF of an exposure from its point-like sources.

    Parameters
    ----------
    exposure : surveys.exposures.Exposure
    sources : mapping of str to (n,)
        Catalogue of the exposure, see `select_point_sources`.
    size : int
        Side of the kernel, odd, pixel.

    Raises
    ------
    ValueError
        If there are fewer than `MIN_SOURCES` point-like sources.
    """
    rows = select_point_sources(sources, size / 2)
    x, y = (np.asarray(sources[name])[rows] for name in ("x", "y"))
    pixels, n = stack_point_sources(lambda window: exposure.read(window).image, exposure.shape, x, y, size)
    if n < MIN_SOURCES:
        raise ValueError(
            f"{exposure.science.name}: {n} isolated point-like sources, too few to estimate the PSF: give a file psf, "
            "or psf_fwhm_arcsec"
        )
    return StampPsf(pixels, fwhm_of(pixels), f"estimated from {n} point-like sources")


def check_psf(psf, stamp_size, name):
    """Raise an error for a PSF that is larger than the stamps.

    Raises
    ------
    ValueError
        If it is; the message has both sides.
    """
    side = max(psf.kernel().shape)
    if side > stamp_size:
        raise ValueError(
            f"{name}: the PSF ({psf.origin}) has {side} px, a stamp {stamp_size} px: crop the PSF, or raise stamps.size"
        )


def fwhm_of(pixels):
    """Return the full width at half maximum of the image of a PSF, pixel."""
    image = galsim.Image(np.ascontiguousarray(pixels, np.float64), scale=1.0)
    return float(galsim.InterpolatedImage(image, x_interpolant="lanczos5").calculateFWHM())


def drawn(profile, side):
    """Return a profile that includes the response of the pixel, drawn at a scale of one pixel, (side, side)."""
    return profile.drawImage(nx=side, ny=side, scale=1.0, method="no_pixel", dtype=np.float64).array


def normalised(pixels):
    """Return pixels with sum 1."""
    return pixels / pixels.sum()
