"""What the page at the end shows."""

import re
from types import SimpleNamespace

from workflow_scripts.job import pages

FIGURES = [
    "fields",
    "sources",
    "power_spectra",
    "histograms",
    "comparisons",
    "scores",
    "extremes",
    "training",
    "samples",
    "blends",
    "blend_properties",
    "baseline",
]


def sources_of_test(ending):
    """Return an input function: a product of detection on the real test fields; nothing where they are blends."""
    return lambda wildcards: (
        [f"results/{wildcards.study}/sources/test{ending}"] if SETTINGS[wildcards.study].real == "fields" else []
    )


def shown(study):
    """Return the samples whose images are shown beside each other: the real test part and the skies."""
    return ["real_test", *SETTINGS[study].chosen("skies")]


def extreme_scores(wildcards):
    """Return the scores and intervals of the samples shown by the study's first scorer; nothing where it has none."""
    first = SETTINGS[wildcards.study].chosen("scorers")[:1]
    return [
        f"results/{wildcards.study}/scores/{scorer}/details/{sample}.csv"
        for scorer in first
        for sample in shown(wildcards.study)
    ]


def for_stages(pattern):
    """Return an input function: a file of every stage that the study's skies are made of."""
    return lambda wildcards: [
        pattern.format(study=wildcards.study, stage=stage) for stage in SETTINGS[wildcards.study].stages_used()
    ]


def learnt_by_stages(wildcards):
    """Return the training data of every stage that the study's skies are made of."""
    study = SETTINGS[wildcards.study]
    kinds = [study.config["stages"][stage]["data"] for stage in study.stages_used()]
    return [TRAINING_DATA[kind].format(study=wildcards.study, split="train") for kind in kinds]


def spectra_of_samples(wildcards):
    """Return the logarithmic power spectra of all samples; nothing where no set of features has them."""
    feature, samples = pages.spectrum(SETTINGS[wildcards.study]), samples_of(wildcards.study)
    return [f"results/{wildcards.study}/features/{feature}/{sample}.h5" for sample in samples] if feature else []


def products_of(study):
    """Return what a bare run makes: the page at the end, or the sets of blends of a study that has no more to show.

    A data set that is made of stamps has no fields to judge skies by; it has blends (`real: blends`).
    One that is made of galaxies has these, with their attributes.
    """
    settings = SETTINGS[study]
    if settings.of_galaxies:
        stacks = [f"results/{study}/galaxies/{name}" for name in ("train.h5", "valid.h5", "test.h5", "all.ecsv")]
        return [*stacks, *([f"results/{study}/sliders.csv"] if settings.galaxies_of_known_truth else [])]
    if not settings.chosen("skies") and settings.compared_scorers:
        return scorer_products(study)
    if not settings.of_stamps or SETTINGS[study].real == "blends":
        return [f"results/{study}/report.html", *truth_of_fields(study), *scorer_products(study)]
    return [f"results/{study}/stamps/all.ecsv", *blend_products(SimpleNamespace(study=study))]


def truth_of_fields(study):
    """Return the true sources of the fields, where the data set knows them."""
    known = SETTINGS[study].fields_of_known_truth
    return [f"results/{study}/fields/{split}_truth.ecsv" for split in ("train", "valid", "test")] if known else []


def scorer_products(study):
    """Return the table of scorers, and the scores of the user's own images, where the study asks for them."""
    settings = SETTINGS[study]
    table = [f"results/{study}/scorers.csv"] if settings.compared_scorers else []
    own = [f"results/{study}/scores/{scorer}/own.csv" for scorer in settings.chosen("scorers") if settings.own_images]
    return table + own


def rules_on_gpu():
    """Return the rules whose jobs may run on a GPU."""
    return sorted(one.name for one in workflow.rules if "gpu" in one.resources)


def rules_measured(study):
    """Return, for every rule that writes benchmarks, a pattern of those that belong to the study as it is now."""
    known = pages.names_in_paths(SETTINGS[study])
    found = {one.name: str(one.benchmark) for one in workflow.rules if one.benchmark}
    return {
        name: re.sub(r"\{(\w+)[^}]*\}", lambda wildcard: known[wildcard[1]], path)
        for name, path in sorted(found.items())
    }


def pricing(wildcards):
    """Return what the cost table depends on: prices, the rules that are counted, those that ran on a GPU."""
    prices = SETTINGS[wildcards.study].config["costs"]["usd_per_hour"]
    on_gpu = rules_on_gpu() if gpu_count(wildcards) else []
    return {"on_gpu": on_gpu, "rules": rules_measured(wildcards.study), "usd_per_hour": dict(sorted(prices.items()))}
