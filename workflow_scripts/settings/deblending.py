"""Settings of deblenders and of their comparison; the options and inputs of the rules of rules/deblending.smk."""

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import model_validator

from workflow_scripts.settings import plugins
from workflow_scripts.settings.bases.deblenders import ExtractionOptions, MatchingOptions, ResultOptions
from workflow_scripts.settings.declared import Declared, option
from workflow_scripts.settings.files import existing


class Deblender(Declared):
    """A deblender, and the positions that it receives."""

    deblender: str = option(..., "A file of workflow_scripts/deblenders.")
    positions: Literal["detected", "known"] = option(
        "detected", "detected: those of SEP, with the settings of deblending; known: those of the galaxies."
    )
    options: dict[str, Any] = option({}, "Options of the deblender.")


class Deblending(MatchingOptions, ExtractionOptions):
    """Detection for deblenders that do not detect sources themselves, and comparison with the truth."""

    snr_edges: list[float] = option(
        [0, 10, 20, 50, 100, 1000], "Edges of the bins in signal-to-noise ratio, ascending.", min_length=2
    )
    aperture_radius: float = option(
        3, "Radius of the aperture of fluxes, and standard deviation of the weight of moments.", unit="pixel", gt=0
    )

    @model_validator(mode="after")
    def ascend(self):
        """Raise an error for edges of bins that are not ascending."""
        for name in ("blendedness_edges", "snr_edges"):
            edges = getattr(self, name)
            if sorted(set(edges)) != edges:
                raise ValueError(f"{name}: {edges} is not ascending")
        return self


@dataclass(frozen=True)
class SeparateBlends:
    """A deblender with its complete options, and the detection of the positions that it receives."""

    deblender: str
    options: dict
    positions: str
    detection: ExtractionOptions


@dataclass(frozen=True)
class MeasureSeparations:
    """Matching radius and aperture, pixel."""

    match_radius: float
    aperture_radius: float


@dataclass(frozen=True)
class CompareDeblenders:
    """The deblenders to compare, the edges of the bins, and the number of bootstrap samples."""

    deblenders: list
    blendedness_edges: list
    snr_edges: list
    n_bootstrap: int


def deblender_options(study, deblender):
    """Return the complete options of a deblender.

    Raises
    ------
    ValueError
        If known positions are set for a deblender that detects sources itself.
    """
    entry = study.entry("deblenders", deblender)
    options = study.check_options("deblenders", entry.deblender, entry.options, "deblenders", deblender)
    if entry.positions == "known" and plugins.declaration("deblenders", entry.deblender).detects:
        where = study.where("deblenders", deblender, "positions")
        raise ValueError(f"{where}: {entry.deblender} detects the sources itself: leave it out")
    return options


def options_for(study, blend, deblender, split):
    """Return the complete options of a deblender, the names of blends and part in the path of its results filled in."""
    entry, options = study.entry("deblenders", deblender), deblender_options(study, deblender)
    if issubclass(plugins.options_class("deblenders", entry.deblender), ResultOptions):
        path = options["file"].replace("{blend}", blend).replace("{split}", split)
        options["file"] = existing(path, study.where("deblenders", deblender, "options", "file"))
    return options


def separate_blends(study, blend, deblender, split) -> SeparateBlends:
    """Return the settings of a deblender."""
    entry, options = study.entry("deblenders", deblender), options_for(study, blend, deblender, split)
    given = study.config.deblending.model_dump()
    detection = ExtractionOptions(**{key: given[key] for key in ExtractionOptions.model_fields})
    return SeparateBlends(entry.deblender, options, entry.positions, detection)


def measure_separations(study) -> MeasureSeparations:
    """Return the settings of the comparison of one deblender with the truth."""
    return MeasureSeparations(study.config.deblending.match_radius, study.config.deblending.aperture_radius)


def compare_deblenders(study) -> CompareDeblenders:
    """Return the settings of the comparison of the deblenders of a study."""
    given = study.config.deblending
    return CompareDeblenders(study.make.deblenders, given.blendedness_edges, given.snr_edges, given.n_bootstrap)


def results_of_user(study, blend, deblender, split):
    """Return the user's file of results, which Snakemake tracks; nothing for other deblenders."""
    path = options_for(study, blend, deblender, split).get("file")
    return [path] if path else []


def plugin_of_deblender(study, deblender):
    """Return the plugin of a deblender."""
    return [f"deblenders/{study.entry('deblenders', deblender).deblender}"]


def check_deblenders(study):
    """Raise an error for deblenders with invalid options or without their file, and for a study without blends."""
    for deblender in study.config.deblenders:
        deblender_options(study, deblender)
    if study.make.deblenders and not study.make.blends:
        raise ValueError(f"{study.where('make.deblenders')}: there are no blends: set make.blends")
    for deblender in study.make.deblenders:
        for blend in study.make.blends:
            options_for(study, blend, deblender, "test")


def first_described(study):
    """Return the first set of test blends of a study, of which some are drawn."""
    return f"results/{study.name}/blends/{study.make.blends[0]}/test_blends.h5"


def first_separated(study):
    """Return the sources of this set that every deblender separates."""
    return of_deblenders(study, study.make.blends[0], "sources.h5")


def of_deblenders(study, blend, name):
    """Return a product of every deblender for the test blends of a set."""
    return [f"results/{study.name}/deblended/{blend}/{one}/test_{name}" for one in study.make.deblenders]


def of_deblended(study, name):
    """Return a product of the comparison of deblenders on every set of blends; nothing without deblenders."""
    blends = study.make.blends if study.make.deblenders else []
    return [f"results/{study.name}/deblended/{blend}/{name}" for blend in blends]
