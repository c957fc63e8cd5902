"""Settings of deblenders and of their comparison; the options and inputs of the rules of rules/deblending.smk."""

from dataclasses import dataclass
from typing import Any, Literal

from workflow_scripts.settings import plugins
from workflow_scripts.settings.bases.deblenders import ExtractionOptions, ResultOptions
from workflow_scripts.settings.declared import Declared, option
from workflow_scripts.settings.files import existing


class Deblender(Declared):
    """A deblender, and the positions that it receives."""

    deblender: str = option(..., "A file of workflow_scripts/deblenders.")
    positions: Literal["detected", "known"] = option(
        "detected", "detected: those of SEP, with the settings of deblending; known: those of the galaxies."
    )
    options: dict[str, Any] = option({}, "Options of the deblender.")


class Deblending(ExtractionOptions):
    """Detection for deblenders that do not detect sources themselves, on the weighted mean of the bands."""


@dataclass(frozen=True)
class SeparateBlends:
    """A deblender with its complete options, and the detection of the positions that it receives."""

    deblender: str
    options: dict
    positions: str
    detection: ExtractionOptions


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
    detection = ExtractionOptions(**study.config.deblending.model_dump())
    return SeparateBlends(entry.deblender, options, entry.positions, detection)


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


def deblended(study, name, split="test"):
    """Return a product of every deblender for every set of blends of a study."""
    folder = f"results/{study.name}/deblended"
    pairs = [(blend, deblender) for blend in study.make.blends for deblender in study.make.deblenders]
    return [f"{folder}/{blend}/{deblender}/{split}_{name}" for blend, deblender in pairs]
