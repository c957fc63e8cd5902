"""Settings of skies; the options and inputs of the rules of rules/generation.smk."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from workflow_scripts.settings import plugins
from workflow_scripts.settings.declared import Declared, option
from workflow_scripts.settings.files import existing
from workflow_scripts.settings.kinds import FOLDER
from workflow_scripts.settings.training import hardware, weights


class Sky(Declared):
    """A recipe for wide fields, and its inputs."""

    recipe: str = option(..., "A file of workflow_scripts/skies.")
    parts: dict[str, str] = option(
        {},
        "The trained stage for each role of the recipe; for a list of sources its path (ECSV, FITS).",
    )
    options: dict[str, Any] = option({}, "Options of the recipe.")


class Generation(Declared):
    """Number of fields of each sky."""

    n_fields: int = option(192, "Fields of each sky.", ge=1)
    n_shards: int = option(2, "Number of jobs; it does not affect the result.", ge=1)
    n_examples: int = option(4, "Number of fields that are also written as FITS.", ge=1)
    as_delivered: bool = option(True, "Round and clip pixels as the training fields are; else skies are linear.")
    grey_levels: bool = option(False, "Round pixels to whole grey levels from 0 to 255, as in 8-bit pictures.")


@dataclass(frozen=True)
class Role:
    """An input of a sky: its role in the recipe, its kind, and the stage or the user's file."""

    role: str
    kind: str
    name: str


@dataclass(frozen=True)
class PartFile:
    """An input of a recipe: its kind, and its file without the prefix of an importing workflow."""

    kind: str
    path: str


@dataclass(frozen=True)
class CheckSources:
    """The fields of a sky with a list of sources."""

    n_fields: int


@dataclass(frozen=True)
class GenerateSkies:
    """Settings of one shard of a sky; whether patches include the background."""

    sky: str
    recipe: str
    options: dict
    roles: dict[str, PartFile]
    shard: int
    n_shards: int
    n_fields: int
    as_delivered: bool
    grey_levels: bool
    patches_hold_sky: bool
    device: str
    torch_threads: int


@dataclass(frozen=True)
class GatherSkies:
    """Settings of the files of a sky."""

    n_examples: int


@cache
def roles(study, sky):
    """Return the inputs of a sky, sorted by role; a list of sources is optional.

    Raises
    ------
    ValueError
        If a role has no stage, or one that does not fit it.
    """
    entry, where = study.entry("skies", sky), study.where("skies", sky)
    recipe = plugins.declared_at(where, "skies", entry.recipe)
    stages, lists = recipe.roles("stage"), recipe.roles("list")
    if not stages <= set(entry.parts) <= stages | lists:
        may = f" and may have {sorted(lists)}" if lists else ""
        raise ValueError(f"{where}.parts: {sorted(entry.parts)}; recipe {entry.recipe} needs {sorted(stages)}{may}")
    for role in stages:
        check_part(study, sky, role)
    given = recipe.parts.keys() - (lists - set(entry.parts))
    return [Role(role, recipe.parts[role].kind, entry.parts.get(role, "")) for role in sorted(given)]


def check_part(study, sky, role):
    """Raise an error for a stage whose training data or conditions do not match its role in a recipe."""
    entry, where = study.entry("skies", sky), f"{study.where('skies', sky)}.parts.{role}"
    name, recipe = entry.parts[role], entry.recipe
    stage = study.entry("stages", name, "skies", sky, "parts", role)
    part = plugins.declared_at(where, "skies", recipe).parts[role]
    if not part.trained_on:
        return
    columns = part.conditioning
    if stage.data not in part.trained_on:
        allowed = " or ".join(part.trained_on)
        raise ValueError(
            f"{where}: stage {name} is trained on {stage.data}; recipe {recipe} needs a stage of {allowed}"
        )
    if bool(stage.condition) != bool(columns) or set(stage.condition) - set(columns):
        has = f"is conditioned on {', '.join(stage.condition)}" if stage.condition else "has no condition"
        raise ValueError(f"{where}: stage {name} {has}; recipe {recipe} gives {', '.join(columns) or 'none'}")


@cache
def complete_options(study, sky):
    """Return the complete options of the recipe of a sky."""
    entry = study.entry("skies", sky)
    return study.check_options("skies", entry.recipe, entry.options, "skies", sky)


def check_sources(study) -> CheckSources:
    """Return the fields of a sky with a list of sources."""
    return CheckSources(study.config.generation.n_fields)


def generate_skies(study, sky, shard=0) -> GenerateSkies:
    """Return the settings of one shard of a sky."""
    made = study.config.generation
    return GenerateSkies(
        sky=sky,
        recipe=study.entry("skies", sky).recipe,
        options=complete_options(study, sky),
        roles={one.role: PartFile(one.kind, part_of_sky(study, sky, one)) for one in roles(study, sky)},
        shard=int(shard),
        n_shards=made.n_shards,
        n_fields=made.n_fields,
        as_delivered=made.as_delivered,
        grey_levels=made.grey_levels,
        patches_hold_sky=study.config.patches.background == "keep",
        **hardware(study),
    )


def gather_skies(study) -> GatherSkies:
    """Return the settings of the files of a sky."""
    return GatherSkies(study.config.generation.n_examples)


def stages_of_sky(study, sky):
    """Return the stages of a sky."""
    return [one.name for one in roles(study, sky) if one.kind == "stage"]


def plugins_of_sky(study, sky):
    """Return the plugins of a sky: its recipe and its models."""
    models = {f"models/{study.entry('stages', stage).model}" for stage in stages_of_sky(study, sky)}
    return [f"skies/{study.entry('skies', sky).recipe}", *sorted(models)]


PARTS = {
    "stage": f"{FOLDER}/stages/{{name}}/weights.safetensors",
    "patches": f"{FOLDER}/patches/train.h5",
    "background": f"{FOLDER}/background/histogram.h5",
    "noise": f"{FOLDER}/background/noise.h5",
    "process": f"{FOLDER}/process/process.h5",
    "catalogue": f"{FOLDER}/sources/train.ecsv",
    "fields": f"{FOLDER}/fields/train.h5",
    "library": f"{FOLDER}/library/sources.h5",
    "library_pixels": f"{FOLDER}/library/pixels.h5",
    "unresolved": f"{FOLDER}/library/unresolved.h5",
}


def parts_of_sky(study, sky):
    """Return the files of all roles of a recipe."""
    return [part_of_sky(study, sky, one) for one in roles(study, sky)]


def part_of_sky(study, sky, part):
    """Return the file of one role: a product, or the user's list."""
    if part.kind == "list":
        return existing(part.name, study.where("skies", sky, "parts", part.role))
    return PARTS[part.kind].format(study=study.name, name=part.name)


def listed_sources(study, sky):
    """Return the user's list of sources of a sky.

    Raises
    ------
    ValueError
        If the sky takes none.
    """
    for part in roles(study, sky):
        if part.kind == "list":
            return part_of_sky(study, sky, part)
    raise ValueError(f"{study.where('skies', sky, 'parts')}: no list of sources among them")


def descriptions_of_parts(study, sky):
    """Return the JSON of each stage, and the check of a list of sources."""
    listed = [part for part in roles(study, sky) if part.kind == "list"]
    checked = [f"results/{study.name}/skies/{sky}/sources.json" for _ in listed]
    return [*weights(study, *stages_of_sky(study, sky), endings=["json"]), *checked]


def sky_shards(study, sky, name):
    """Return one file of each shard of a sky."""
    folder = f"results/{study.name}/skies/{sky}/shards"
    return [f"{folder}/{name}_{shard}.h5" for shard in range(study.config.generation.n_shards)]
