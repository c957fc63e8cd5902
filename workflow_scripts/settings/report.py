"""Settings of costs; the sections of the page; the options and inputs of the rules of rules/report.smk."""

import re
from dataclasses import dataclass
from typing import get_args

from workflow_scripts.settings import data
from workflow_scripts.settings.blending import blend_products
from workflow_scripts.settings.contracts.metrics import DamageKind
from workflow_scripts.settings.declared import Declared, option
from workflow_scripts.settings.galaxies import networks_applied, requested_products
from workflow_scripts.settings.judging import explaining_metric, needs_training_images
from workflow_scripts.settings.kinds import CONTROL_SAMPLES, DAMAGED_SAMPLES, LADDER_SAMPLES, PARTS, REAL_SAMPLES
from workflow_scripts.settings.referees import skies_of_controls
from workflow_scripts.settings.scoring import own_scores, scorers_fitted
from workflow_scripts.settings.stages import making, stages_trained, stages_used, stages_with_physics_loss

SECTIONS = {  # of the page, in its order, with the figures of each; templates are resources/report/<section>.html.j2
    "quiz": ["quiz"],
    "fields": ["fields"],
    "leaderboard": ["comparisons"],
    "differences": ["differences"],
    "neighbours": ["neighbours"],
    "power_spectra": ["power_spectra"],
    "histograms": ["histograms"],
    "scores": ["scores", "extremes"],
    "scorers": ["scorers"],
    "galaxies": ["galaxies", "recovery", "strips"],
    "networks": [],
    "training": ["training", "samples"],
    "health": ["health"],
    "blends": ["blends", "blend_properties", "baseline"],
    "deblenders": ["deblenders", "separations"],
    "injections": ["completeness", "injected"],
    "sources": ["sources"],
    "costs": [],
    "run": [],
}
TEMPLATES = ["page.html.j2", "figure.html.j2", *(f"{section}.html.j2" for section in SECTIONS)]


class Prices(Declared):
    """Price of a machine."""

    cpu: float = option(0.17, "Without GPU, like t3.xlarge (2020).", unit="USD / h", ge=0)
    gpu: float = option(12.24, "With GPU, like p3.8xlarge (2020).", unit="USD / h", ge=0)


class Costs(Declared):
    """Prices, for the table of costs."""

    usd_per_hour: Prices = option(Prices(), "Price of a machine.")


@dataclass(frozen=True)
class TabulateCosts:
    """Prices, the rules to count, those on a GPU, and the jobs of each generated sample."""

    made: dict
    on_gpu: list
    rules: dict
    usd_per_hour: dict


@dataclass(frozen=True)
class WriteReport:
    """Settings stated in the report."""

    name: str
    blends: list
    injections: list
    metrics: list
    metrics_of_copies: list
    scorers: list
    skies: list
    sections: list
    tables: list
    config: dict


def sections(study):
    """Return the sections of a study's page: those that it makes something for."""
    make = study.make
    skies, judged = bool(make.skies), bool(study.samples)
    made = {
        "quiz": judged and bool(make.metrics),  # else none is the best
        "fields": skies,
        **dict.fromkeys(("leaderboard", "neighbours", "power_spectra", "histograms"), judged),
        "differences": judged and explaining_metric(study) is not None,
        "scores": skies and bool(make.scorers),
        "scorers": bool(make.compare_scorers),
        "training": bool(stages_used(study)),
        "health": bool(stages_with_physics_loss(study)),
        "galaxies": bool(make.generators),
        "networks": bool(networks_applied(study)),
        "blends": bool(make.blends),
        "deblenders": bool(make.deblenders),
        "injections": bool(make.injections),
        "sources": skies and study.kind.name == "fields",
        **dict.fromkeys(("costs", "run"), True),
    }
    return [section for section in SECTIONS if made[section]]


def figure_names(study):
    """Return the names of the figures of a study's page."""
    return [figure for section in sections(study) for figure in SECTIONS[section]]


def write_report(study) -> WriteReport:
    """Return the settings stated in the report."""
    make = study.make
    about = {
        "blends": make.blends,
        "injections": make.injections,
        "metrics": make.metrics,
        "scorers": make.scorers,
        "skies": study.samples,
    }
    dataset = vars(data.fetch_dataset(study))
    config = study.config.model_dump(exclude={"study", "dataset", "make"})
    return WriteReport(
        **about,
        name=study.name,
        metrics_of_copies=[name for name in make.metrics if needs_training_images(study, name)],
        sections=sections(study),
        tables=networks_applied(study),
        config={**config, "study": {"dataset": dataset, **about}},
    )


def tabulate_costs(study, rules, on_gpu) -> TabulateCosts:
    """Return the settings of the costs.

    Parameters
    ----------
    rules : dict of str to str
        Pattern of the benchmarks of each rule.
    on_gpu : list of str
        Rules that ran on a GPU.
    """
    known = names_in_paths(study)
    counted = {name: re.sub(r"\{(\w+)[^}]*\}", lambda one: known[one[1]], path) for name, path in rules.items()}
    return TabulateCosts(making(study), on_gpu, counted, study.config.costs.usd_per_hour.model_dump())


def names_in_paths(study):
    """Return a regular expression for each wildcard: the names of the current products of the study."""
    config, make = study.config, study.make
    n_shards = max(entry.n_shards for entry in (*config.blends.values(), config.generation))
    n_shards = max(n_shards, *(config.injections[name].n_images for name in make.injections), 0)
    names = {
        "blend": make.blends,
        "damage": get_args(DamageKind),
        "deblender": make.deblenders,
        "injection": make.injections,
        "metric": make.metrics,
        "request": config.requests,
        "sample": [*REAL_SAMPLES, *LADDER_SAMPLES, *DAMAGED_SAMPLES, *CONTROL_SAMPLES, *study.samples],
        "scorer": scorers_fitted(study),
        "shard": map(str, range(n_shards)),
        "sky": {*make.skies, *skies_of_controls(study)},
        "split": PARTS,
        "stage": stages_trained(study),
        "study": [study.name],
    }
    any_name = dict.fromkeys(("feature", "method", "use"), "[a-z0-9_]+")
    return any_name | {wildcard: f"({'|'.join(sorted(found))})" for wildcard, found in names.items()}


def figures(study):
    """Return the figures of the report."""
    return [f"results/{study.name}/figures/{name}.png" for name in figure_names(study)]


def captions(study):
    """Return the captions of the figures, relative to resources/."""
    return [f"captions/{name}.rst" for name in figure_names(study)]


def of_section(study, section, name):
    """Return a product of the study if the report has a section for it; else nothing."""
    return [f"results/{study.name}/{name}"] if section in sections(study) else []


def tables(study):
    """Return the tables of networks applied to generated galaxies."""
    return [f"results/{study.name}/{name}.csv" for name in networks_applied(study)]


def described_images(study):
    """Return the images whose unit, size and number are stated in the report."""
    return study.kind.described.format(study=study.name)


def page(study):
    """Return the report."""
    return f"results/{study.name}/report.html"


def products_of_run(study):
    """Return the products of a run without targets: the report, and products that it does not contain."""
    return [page(study), *other_products(study)]


def other_products(study):
    """Return the products of a run without targets that the report does not contain."""
    imported = [pattern.format(study=study.name) for pattern in study.kind.imported]
    galaxies = requested_products(study) if study.kind.name == "galaxies" else []
    made = [*data.truth_of_fields(study), *own_scores(study), *imported, *galaxies]
    return [*made, *blend_products(study)]
