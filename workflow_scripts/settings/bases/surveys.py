"""Options of a survey: the files of each band, and what their headers do not state."""

import re
from typing import Literal

from pydantic import field_validator, model_validator

from workflow_scripts.settings.declared import Declared, option
from workflow_scripts.settings.files import expand, split_extension
from workflow_scripts.settings.surveys import survey

UNCERTAINTIES = ("weight", "inverse_variance", "rms", "variance", "exposure")
MAPS = (*UNCERTAINTIES, "mask")
NAME = re.compile("[a-z][a-z0-9_]*")


class BandOptions(Declared):
    """One band: paths or patterns of its files (`image.fits[SCI]` names an extension), and its calibration."""

    science: list[str] = option([], "Science images.")
    weight: list[str] = option([], "Weight maps, one for each science image, in the same order; their factor is free.")
    inverse_variance: list[str] = option([], "Inverse variance maps, likewise.")
    rms: list[str] = option([], "Maps of the standard deviation, likewise.")
    variance: list[str] = option([], "Variance maps, likewise.")
    exposure: list[str] = option([], "Exposure time maps, likewise; their factor is free.")
    mask: list[str] = option([], "Masks, likewise; pixels with another value than 0 are not used.")
    mask_bits: list[int | str] = option([], "Bits of the masks, from 0 or by name, that exclude a pixel; empty: all.")
    mask_values: list[int] = option([], "Values of the masks that exclude a pixel, in place of bits.")
    plane: int | None = option(None, "Plane of cubes, from 0.", ge=0)
    unit: str = option("", "Unit of the pixels; empty: that of the header.")
    zeropoint_ab: float | None = option(
        None, "AB magnitude of one unit; null: that of the header, or of the preset.", unit="mag"
    )
    per_second: bool = option(False, "zeropoint_ab belongs to counts per second.")
    vega_to_ab: float | None = option(
        None, "m_AB - m_Vega: the zero point, given or of the header, is one of Vega magnitudes.", unit="mag"
    )
    pixel_scale_arcsec: float = option(
        0.0, "Pixel scale; 0: that of the WCS, or of the preset, or unknown.", unit="arcsec", ge=0
    )
    psf: str = option("", "PSF of the images, of which the width is recorded: a FITS stamp or a PSFEx model.")
    psf_fwhm_arcsec: float | None = option(
        None, "Full width at half maximum of the PSF, in place of psf; null: that of the preset.", unit="arcsec", gt=0
    )

    @model_validator(mode="after")
    def check_alternatives(self):
        """Raise an error for options that exclude each other."""
        given = [kind for kind in UNCERTAINTIES if getattr(self, kind)]
        if len(given) > 1:
            raise ValueError(f"{given[1]}: {given[0]} is given as well: keep one of them")
        for one, other in (("mask_values", "mask_bits"), ("psf_fwhm_arcsec", "psf")):
            if getattr(self, one) and getattr(self, other):
                raise ValueError(f"{one}: {other} is given as well: keep one of them")
        return self


class SurveyOptions(Declared):
    """Files of a survey: grouped by band and role with `files`, or listed by band."""

    files: list[str] = option(
        [], "Paths or patterns of images and maps, grouped by the names of files and extensions and by FILTER."
    )
    bands: dict[str, BandOptions] = option({}, "Bands by name: their files, if not in `files`, and calibration.")
    preset: str = option("", "Survey of resources/surveys that fills in what files and options do not state.")
    uncovered: Literal["auto", "none"] = option(
        "auto", "Whether a constant border is taken as not covered, in images with neither map nor mask."
    )
    grid: str = option("", "Band to whose pixels other bands are resampled if they differ; empty: the first by name.")
    centre: list[float] = option(
        [], "Right ascension and declination of the centre of images without a WCS, north up.", unit="deg", max_length=2
    )

    @field_validator("bands", mode="after")
    @classmethod
    def check_names(cls, bands):
        """Raise an error for a band whose name cannot be part of the name of a column."""
        for name in bands:
            if not NAME.fullmatch(name):
                raise ValueError(f"{name!r}: the name of a band has small letters, digits and _, a letter first")
        return bands

    @model_validator(mode="after")
    def check_files(self):
        """Raise an error for a survey without files, an unknown preset, or half a position."""
        if not self.files and not any(band.science for band in self.bands.values()):
            raise ValueError("files: give files, or science images of a band")
        if self.files and (twice := [name for name, band in self.bands.items() if band.science]):
            raise ValueError(f"bands: {twice[0]} has science images, and files are given: list files in one of them")
        if self.preset:
            survey(self.preset)
        if len(self.centre) == 1:
            raise ValueError("centre: give right ascension and declination")
        return self


def expand_survey(options, where):
    """Return the options of a survey, a dict, with patterns expanded.

    Raises
    ------
    ValueError
        If a pattern matches nothing, or a band does not have one map for each science image.
    """
    bands = {name: expand_band(band, f"{where}.bands.{name}") for name, band in options["bands"].items()}
    return {**options, "files": expand(options["files"], f"{where}.files"), "bands": bands}


def expand_band(band, where):
    """Return the options of a band with patterns expanded."""
    band = {**band, **{role: expand_layers(band[role], f"{where}.{role}") for role in ("science", *MAPS)}}
    band["psf"] = expand([band["psf"]], f"{where}.psf")[0] if band["psf"] else ""
    n_science = len(band["science"])
    for role in MAPS:
        if band[role] and len(band[role]) != n_science:
            raise ValueError(f"{where}.{role}: {len(band[role])} files, but {n_science} science images: give one each")
    return band


def expand_layers(patterns, where):
    """Return files of patterns, each followed by the extension of its pattern."""
    split = [split_extension(pattern) for pattern in patterns]
    found = [(path, extension) for pattern, extension in split for path in expand([pattern], where)]
    return [path if extension is None else f"{path}[{extension}]" for path, extension in found]


def files_of_survey(options):
    """Return all files that the options of a survey, a dict, name."""
    layers = [layer for band in options["bands"].values() for role in ("science", *MAPS) for layer in band[role]]
    psfs = [band["psf"] for band in options["bands"].values() if band["psf"]]
    return sorted({*options["files"], *(split_extension(layer)[0] for layer in layers), *psfs})
