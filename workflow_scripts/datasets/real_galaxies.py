"""Galaxies of a GalSim RealGalaxyCatalog (such as COSMOS): real stamps with their PSFs, or their Sersic fits."""

import logging
from pathlib import Path
from typing import Literal

import galsim
import numpy as np
from skimage.segmentation import expand_labels

from workflow_scripts.formats.downloads import checksum
from workflow_scripts.formats.real_galaxy_catalogues import open_catalogue
from workflow_scripts.imaging.optics import check_target, noise_variance, render
from workflow_scripts.imaging.stamps import frame
from workflow_scripts.measuring.detection import find
from workflow_scripts.measuring.photometry import flux_to_magnitude
from workflow_scripts.measuring.stamp_checks import central_label
from workflow_scripts.settings.bases.datasets import FileOptions, StampOptions, ZeroPoint
from workflow_scripts.settings.bases.deblenders import ThresholdOptions
from workflow_scripts.settings.contracts.datasets import Dataset
from workflow_scripts.settings.declared import option

DECLARATION = Dataset(holds="stamps")
FITTED = ("sersicfit", "bulgefit", "fit_status", "use_bulgefit", "viable_sersic", "flux", "hlr")


class Options(FileOptions, StampOptions, ThresholdOptions):
    """Kind and size of the stamps, and detection of the galaxy in each.

    `files` are the catalogue, `_fits.fits` beside it, and all files of images, PSFs and noise that it refers to.
    """

    size: int = option(128, "Side of the stamps.", unit="pixel", ge=8)
    kind: Literal["real", "parametric"] = option("real", "Real stamps, or noiseless models from the fits.")
    psf: Literal["own", "common"] = option("own", "Keep the PSF of each galaxy, or match all to one Gaussian.")
    psf_fwhm_arcsec: float = option(
        0.15, "Full width at half maximum of the common PSF, including the pixel.", unit="arcsec", gt=0
    )
    psf_size: int = option(51, "Side of the images of PSFs.", unit="pixel", ge=3)
    zeropoint_ab: ZeroPoint = 25.94
    threshold_sigma: float = option(1.0, "Detection threshold above the background, in standard deviations.", gt=0)
    min_area: int = option(10, "Smallest area of a source.", unit="pixel2", ge=1)
    deblend_contrast: float = option(0.05, "Smallest fraction of the flux that makes a peak a source.", ge=0, le=1)
    grow: int = option(6, "Dilation of the segmentation map.", unit="pixel", ge=0)


def fetch(folder, options):
    """Record sizes and checksums of the files; nothing is copied."""
    open_catalogue(tuple(options.files))
    paths = map(Path, options.files)
    return [{"file": str(path), "bytes": path.stat().st_size, "sha256": checksum(path, "sha256")} for path in paths]


def describe(folder, options):
    """Return the properties of the pixels of all stamps."""
    _, table, _ = open_catalogue(tuple(options.files))
    bands = sorted({str(name).strip() for name in table["BAND"]}) if "BAND" in table.dtype.names else [""]
    return {
        "unit": "electron / s",
        "band": ",".join(bands),
        "pixel_scale_arcsec": pixel_scale(options),
        "zeropoint_ab": options.zeropoint_ab,
        "model": int(options.kind == "parametric"),
        "psf_matched": int(options.psf == "common"),
        "psf_fwhm_arcsec": options.psf_fwhm_arcsec if options.psf == "common" else np.nan,
    }


def pixel_scale(options):
    """Return the pixel scale of all stamps.

    Raises
    ------
    ValueError
        If they differ.
    """
    path, table, _ = open_catalogue(tuple(options.files))
    scales = np.unique(table["PIXEL_SCALE"])
    if len(scales) != 1:
        raise ValueError(f"{path}: pixel scales {scales.min()} to {scales.max()} arcsec; all stamps need the same")
    return float(scales[0])


def read(folder, options):
    """Yield each galaxy's stamp, above the local background, and its row of the catalogue.

    Raises
    ------
    ValueError
        If the catalogue has no fits for parametric galaxies, a PSF is wider than the common one, or a stamp has no
        object at its centre and `unusable` is `refuse`.
    """
    path, table, fitted = open_catalogue(tuple(options.files))
    draw = real_drawer(path, table, options) if options.kind == "real" else model_drawer(path, table, fitted, options)
    for number in range(len(table)):
        name = f"{path}: galaxy {table['IDENT'][number]}"
        drawn = draw(number, name)
        finite = np.isfinite(drawn["image"]).all()
        labels, radius = find_segments(drawn, options) if finite else (np.zeros((1, 1), int), [])
        segval = central_label(labels)
        if segval == 0:
            refuse_or_log(name, finite, options)
            continue
        row = describe_galaxy(number, table, fitted, options)
        row |= {"segval": segval, **drawn.get("row", {})}
        row["flux_radius"] = row["flux_radius"] if row["flux_radius"] > 0 else float(radius[segval - 1])
        kept = {name: drawn[name] for name in ("image", "noise", "psf")}
        yield {**kept, "segmentation": labels}, row


def refuse_or_log(name, finite, options):
    """Log why a galaxy is unusable, or raise an error.

    Raises
    ------
    ValueError
        If `unusable` is `refuse`.
    """
    why = f"no object above {options.threshold_sigma} sigma at the centre" if finite else "NaN or infinite pixels"
    if options.unusable == "refuse":
        raise ValueError(f"{name}: {why} (set unusable: skip to continue without it)")
    logging.warning("%s: %s: excluded", name, why)


def find_segments(drawn, options):
    """Return the segmentation map of a stamp and the half-light radii of its sources."""
    sources, labels = find(
        drawn["image"],
        float(drawn["noise"]),
        ~drawn["covered"],
        np.zeros_like(drawn["image"]),
        threshold_sigma=options.threshold_sigma,
        min_area=options.min_area,
        deblend_thresholds=options.deblend_thresholds,
        deblend_contrast=options.deblend_contrast,
    )
    grown = expand_labels(labels, options.grow) if options.grow else labels
    return np.where(drawn["covered"], grown, 0).astype(np.int32), sources["flux_radius"]


def describe_galaxy(number, table, fitted, options):
    """Return the row of a galaxy from the catalogue and the fits; a radius of 0 if it is unknown."""
    row, fit = table[number], None if fitted is None else fitted[number]
    names = () if fit is None else fit.dtype.names
    redshift = next((float(fit[name]) for name in ("ZPHOT", "zphot") if name in names), np.nan)
    radius = 0.0
    if "flux_radius" in names:
        radius = float(fit["flux_radius"])
    elif "hlr" in names:
        radius = float(fit["hlr"][0]) / pixel_scale(options)
    known = {"id": int(row["IDENT"]), "ra": float(row["RA"]), "dec": float(row["DEC"]), "mag": float(row["MAG"])}
    return {**known, "mag_err": np.nan, "flux_radius": radius, "z": redshift, "galtype": "unknown"}


def real_drawer(path, table, options):
    """Return a function that draws one real galaxy: `image`, `covered`, `noise` (standard deviation), `psf`."""
    catalogue = galsim.RealGalaxyCatalog(path.name, dir=str(path.parent))
    scale, target = pixel_scale(options), galsim.Gaussian(fwhm=options.psf_fwhm_arcsec)

    def own(number, name):
        image = catalogue.getGalImage(number).array.astype(np.float32)
        image, covered = frame(image, options.size)
        level, noise = np.float32(table["NOISE_MEAN"][number]), np.float32(table["NOISE_VARIANCE"][number] ** 0.5)
        psf = render(catalogue.getPSF(number), options.psf_size, scale)
        return {
            "image": np.where(covered, image - level, 0),
            "covered": covered,
            "noise": noise,
            "psf": psf,
        }

    def common(number, name):
        drawn, galaxy = own(number, name), galsim.RealGalaxy(catalogue, index=number)
        check_target(galaxy.original_psf, target, name)
        matched = galsim.Convolve(galaxy, target)
        level = np.float32(table["NOISE_MEAN"][number])
        image = np.where(drawn["covered"], render(matched, options.size, scale) - level, 0)
        noise, psf = noise_variance(matched.noise, target) ** 0.5, render(target, options.psf_size, scale)
        return {**drawn, "image": image, "noise": np.float32(noise), "psf": psf}

    return own if options.psf == "own" else common


def model_drawer(path, table, fitted, options):
    """Return a function that draws one galaxy from its fit, without noise.

    `noise` is that of the exposure that the model represents.

    Raises
    ------
    ValueError
        If the catalogue has no fits.
    """
    where = path.with_name(f"{path.stem}_fits.fits")
    if fitted is None:
        raise ValueError(f"kind: parametric: {where} is not among files")
    missing = [name for name in FITTED if name not in fitted.dtype.names]
    if missing:
        raise ValueError(f"kind: parametric: {where} has no columns {', '.join(missing)}: set kind: real")
    catalogue = galsim.RealGalaxyCatalog(path.name, dir=str(path.parent))
    models = galsim.GalaxySample(str(where), use_real=False, exclusion_level="none")
    scale, covered = pixel_scale(options), np.ones((options.size, options.size), bool)
    target = galsim.Gaussian(fwhm=options.psf_fwhm_arcsec)

    def draw(number, name):
        galaxy = models.makeGalaxy(number, gal_type="parametric")
        psf = catalogue.getPSF(number) if options.psf == "own" else target
        image = render(galsim.Convolve(galaxy, psf), options.size, scale)
        noise = np.float32(table["NOISE_VARIANCE"][number] ** 0.5)
        magnitude = {"mag": float(flux_to_magnitude(galaxy.flux, options.zeropoint_ab))}
        psf = render(psf, options.psf_size, scale)
        return {"image": image, "covered": covered, "noise": noise, "psf": psf, "row": magnitude}

    return draw
