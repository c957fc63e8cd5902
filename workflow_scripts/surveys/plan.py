"""The bands of a survey by its options: the files of their images, and what is given about them."""

from dataclasses import dataclass, replace

from workflow_scripts.settings.bases.surveys import UNCERTAINTIES, BandOptions
from workflow_scripts.settings.files import split_extension
from workflow_scripts.settings.surveys import survey
from workflow_scripts.surveys.bands import check_bands
from workflow_scripts.surveys.calibration import GivenCalibration
from workflow_scripts.surveys.exposures import ExposureFiles, Layer
from workflow_scripts.surveys.grouping import describe_images, group_images
from workflow_scripts.surveys.uncertainty import MaskRule
from workflow_scripts.surveys.zero_points import ZeroPoint


@dataclass(frozen=True)
class BandPlan:
    """One band of a survey.

    Attributes
    ----------
    name : str
    exposures : tuple of ExposureFiles
    given : GivenCalibration
    pixel_scale_arcsec : float
        Of the options; 0 without one.
    preset_scale_arcsec : float
        Of the preset, for images that do not state one; 0 without one.
    psf : str
        File of the PSF; empty without one.
    psf_fwhm_arcsec : float or None
        Of the option or the preset.
    """

    name: str
    exposures: tuple
    given: GivenCalibration
    pixel_scale_arcsec: float = 0.0
    preset_scale_arcsec: float = 0.0
    psf: str = ""
    psf_fwhm_arcsec: float | None = None


def plan_bands(options):
    """Return the bands of a survey, sorted by name.

    Parameters
    ----------
    options : settings.bases.surveys.SurveyOptions
        With patterns expanded.

    Raises
    ------
    ValueError
        If files cannot be grouped, a band has no images, bands are named twice or have unequally many images.
    """
    preset = survey(options.preset) if options.preset else None
    found = grouped(options, preset) if options.files else listed(options.bands)
    check_bands([*found])
    unknown = next((name for name in [*options.bands, options.grid] if name and name not in found), None)
    if unknown:
        raise ValueError(f"band {unknown}: no science image; bands with images are {', '.join(sorted(found))}")
    first = min(found)
    for name, exposures in found.items():
        if len(exposures) != len(found[first]):
            numbers = f"{len(exposures)} images, band {first} {len(found[first])}"
            raise ValueError(f"band {name}: {numbers}: give one image of each band for each part of the sky")
    return tuple(plan_band(name, found[name], options, preset) for name in sorted(found))


def grouped(options, preset):
    """Return the exposures of each band, by the names of files and extensions and by headers."""
    return group_images(image for path in options.files for image in describe_images(path, preset))


def listed(bands):
    """Return the exposures of each band with science images in the options."""
    return {name: list(map(exposure_files, *layers_of(band))) for name, band in bands.items() if band.science}


def layers_of(band):
    """Return science images, uncertainties, their kind, and masks of a band, lists of equal length."""
    n = len(band.science)
    kind = next((kind for kind in UNCERTAINTIES if getattr(band, kind)), None)
    maps = getattr(band, kind) if kind else [None] * n
    return band.science, maps, [kind or "weight"] * n, band.mask or [None] * n


def exposure_files(science, uncertainty, kind, mask):
    """Return the files of one exposure, each given as `file.fits` or `file.fits[extension]`, or None."""
    layers = [None if text is None else Layer(*split_extension(text)) for text in (science, uncertainty, mask)]
    return ExposureFiles(layers[0], layers[1], kind, layers[2])


def plan_band(name, exposures, options, preset):
    """Return the plan of one band."""
    band, known = options.bands.get(name, BandOptions()), preset and preset.band(name)
    numbers = known[1] if known else None
    rule = MaskRule(tuple(band.mask_bits), tuple(band.mask_values))
    complete = [replace(in_plane(one, band.plane), mask_rule=rule, uncovered=options.uncovered) for one in exposures]
    scale = (numbers.pixel_scale_arcsec if numbers else None) or 0.0
    return BandPlan(
        name,
        tuple(complete),
        given_calibration(band, preset, numbers),
        band.pixel_scale_arcsec,
        scale,
        band.psf,
        band.psf_fwhm_arcsec or (numbers.psf_fwhm_arcsec if numbers else None),
    )


def in_plane(files, plane):
    """Return the files of an exposure of which cubes are read in one plane."""
    layers = {name: getattr(files, name) for name in ("science", "uncertainty", "mask")}
    return replace(files, **{name: layer and replace(layer, band=plane) for name, layer in layers.items()})


def given_calibration(band, preset, numbers):
    """Return what options and preset state about the calibration of a band."""
    point = fallback = None
    if band.zeropoint_ab is not None:
        point = ZeroPoint(band.zeropoint_ab, "option zeropoint_ab", band.per_second)
    if numbers and numbers.zeropoint_ab is not None:
        fallback = ZeroPoint(numbers.zeropoint_ab, f"preset {preset.title}", preset.per_second)
    scale = band.pixel_scale_arcsec or (numbers.pixel_scale_arcsec if numbers else None)
    return GivenCalibration(band.unit, point, band.vega_to_ab, fallback, scale and scale**2)
