"""Presets of surveys: what their published images have in common, for files that do not state it themselves."""

from functools import cache
from pathlib import Path

from pydantic import model_validator

from workflow_scripts.settings.declared import Declared, checked, nearest, option
from workflow_scripts.settings.yaml_files import read_settings

FOLDER = Path(__file__).parents[2] / "resources" / "surveys"
REFERENCED = ("pixel_scale_arcsec", "zeropoint_ab", "psf_fwhm_arcsec", "depth_ab")


class SurveyBand(Declared):
    """One band of a survey."""

    filters: list[str] = option([], "Values of the keyword FILTER, besides the name of the band.")
    zeropoint_ab: float | None = option(None, "AB magnitude of one unit; null: that of the survey.", unit="mag")
    pixel_scale_arcsec: float | None = option(None, "Pixel scale; null: that of the survey.", unit="arcsec", gt=0)
    psf_fwhm_arcsec: float | None = option(
        None, "Typical full width at half maximum of the PSF; null: not published as one number.", unit="arcsec", gt=0
    )
    depth_ab: float | None = option(None, "Typical depth; null: it depends on the observations.", unit="mag")


class Survey(Declared):
    """A survey, its bands, and the source of every number."""

    title: str = option(..., "Survey and kind of its images.")
    pixel_scale_arcsec: float = option(..., "Pixel scale of its images.", unit="arcsec", gt=0)
    unit: str = option("", "Unit of its pixels; empty: arbitrary.")
    zeropoint_ab: float | None = option(
        None, "AB magnitude of one unit in all bands; null: that of the band, or of the header.", unit="mag"
    )
    per_second: bool = option(False, "The zero points belong to counts per second.")
    depth_kind: str = option("", "Meaning of the depths.")
    bands: dict[str, SurveyBand] = option(..., "Bands by name.", min_length=1)
    references: dict[str, str] = option(..., "Source of each kind of number.")

    @model_validator(mode="after")
    def check_references(self):
        """Raise an error for numbers without a source, and for depths without a meaning."""
        given = {name for part in (self, *self.bands.values()) for name in REFERENCED if getattr(part, name, None)}
        if missing := sorted(given - set(self.references)):
            raise ValueError(f"references: no source of {', '.join(missing)}")
        if "depth_ab" in given and not self.depth_kind:
            raise ValueError("depth_kind: missing, but bands have depths")
        return self

    def band(self, name):
        """Return the name and the numbers of a band, those of the survey filled in; None if it is unknown.

        Parameters
        ----------
        name : str
            Name of the band, or a value of FILTER; upper and lower case are the same.
        """
        key = next((key for key, one in self.bands.items() if name.lower() in names_of(key, one)), None)
        if key is None:
            return None
        common = {field: getattr(self, field) for field in ("zeropoint_ab", "pixel_scale_arcsec")}
        own = self.bands[key].model_dump(exclude_none=True)
        return key, SurveyBand(**{**common, **own})


def names_of(key, band):
    """Return all names of a band in lower case."""
    return {key.lower(), *(name.lower() for name in band.filters)}


def survey_names():
    """Return the names of all presets, sorted."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


@cache
def survey(name, where="preset"):
    """Return a preset.

    Parameters
    ----------
    name : str
        A file of resources/surveys.
    where : str
        The key it stands under, for messages.

    Raises
    ------
    ValueError
        If there is no such preset; the message names a similar one, or all.
    """
    if name not in survey_names():
        raise ValueError(f"{where}: no survey {name!r}{nearest(name, survey_names())}")
    return checked(Survey, read_settings(FOLDER / f"{name}.yaml"), f"resources/surveys/{name}.yaml")
