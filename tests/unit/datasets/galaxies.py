"""A small RealGalaxyCatalog of galaxies whose truth is known."""

import galsim
import numpy as np
from astropy.io import fits
from astropy.table import Table

SCALE, SIGMA, PSF_FWHM, LEVEL = 0.03, 0.002, 0.1, 0.0005
NAME = "galaxies.fits"


def write_catalogue(folder, *, n=4, side=96, fitted=True, psf_fwhm=PSF_FWHM, flux=20.0, seed=0, centred=True):
    """Write a catalogue of n exponential discs with white noise; return its files."""
    psf, images, psfs = galsim.Gaussian(fwhm=psf_fwhm), [fits.PrimaryHDU()], [fits.PrimaryHDU()]
    rng, radii = np.random.default_rng(seed), 0.15 + 0.05 * np.arange(n)
    for radius in radii:
        galaxy = galsim.Convolve(galsim.Exponential(half_light_radius=radius, flux=flux), psf)
        galaxy = galaxy if centred else galaxy.shift(30 * SCALE, 0)
        image = galaxy.drawImage(nx=side, ny=side, scale=SCALE, method="no_pixel").array
        images.append(fits.ImageHDU((image + LEVEL + rng.normal(0, SIGMA, image.shape)).astype(np.float32)))
        psfs.append(fits.ImageHDU(psf.drawImage(nx=41, ny=41, scale=SCALE, method="no_pixel").array))
    fits.HDUList(images).writeto(folder / "images.fits")
    fits.HDUList(psfs).writeto(folder / "psfs.fits")
    Table(columns(n, flux)).write(folder / NAME)
    table = {"IDENT": np.arange(n) + 100, "ZPHOT": np.full(n, 0.7), "flux_radius": radii / SCALE}
    Table({**table, **(fits_of(radii, flux) if fitted else {})}).write(folder / "galaxies_fits.fits")
    return [str(folder / name) for name in (NAME, "galaxies_fits.fits", "images.fits", "psfs.fits")]


def columns(n, flux):
    """Return the columns of the catalogue."""
    same = {"RA": 150.0, "DEC": 2.0, "MAG": 25.94 - 2.5 * np.log10(flux), "BAND": "F814W", "WEIGHT": 1.0}
    same |= {"PIXEL_SCALE": SCALE, "NOISE_MEAN": LEVEL, "NOISE_VARIANCE": SIGMA**2}
    same |= {"GAL_FILENAME": "images.fits", "PSF_FILENAME": "psfs.fits"}
    number = np.arange(n)
    return {
        "IDENT": number + 100,
        **{name: np.full(n, value) for name, value in same.items()},
        "GAL_HDU": number + 1,
        "PSF_HDU": number + 1,
    }


def fits_of(radii, flux):
    """Return the columns of Sersic fits."""
    n = len(radii)
    sersic = np.tile([0, 0, 1.0, 1.0, 0, 0, 0, 0.0], (n, 1))
    return {
        "sersicfit": sersic,
        "bulgefit": np.zeros((n, 16)),
        "fit_status": np.ones((n, 5), int),
        "use_bulgefit": np.zeros(n, int),
        "viable_sersic": np.ones(n, int),
        "flux": np.tile([flux, 0, 0, 0.0], (n, 1)),
        "hlr": np.column_stack([radii, radii, radii]),
    }
