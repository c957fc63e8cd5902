"""What the page at the end shows."""

import re
from types import SimpleNamespace

from workflow_scripts.settings import pages


def figures(wildcards):
    """Return the figures of a study's page."""
    names = pages.figures_of(SETTINGS[wildcards.study])
    return [f"results/{wildcards.study}/figures/{name}.png" for name in names]


def captions(wildcards):
    """Return what stands below the figures of a study's page."""
    return [resource(f"captions/{name}.rst") for name in pages.figures_of(SETTINGS[wildcards.study])]


def for_section(section, path):
    """Return an input function: a product of a study whose page has a section for it; else nothing."""
    return lambda wildcards: (
        [path.format(study=wildcards.study)] if section in pages.sections(SETTINGS[wildcards.study]) else []
    )


def images_of_data(wildcards):
    """Return the images whose unit, size and number the page states."""
    study = SETTINGS[wildcards.study]
    if study.of_galaxies:
        return f"results/{wildcards.study}/galaxies/test.h5"
    if study.of_stamps and study.real != "blends":
        return f"results/{wildcards.study}/stamps/all.h5"
    return stack_of(wildcards.study, "real_test")


def sources_of_test(ending):
    """Return an input function: a product of detection on the real test fields; nothing where they are blends."""
    return lambda wildcards: (
        [f"results/{wildcards.study}/sources/test{ending}"] if SETTINGS[wildcards.study].real == "fields" else []
    )


def shown(study):
    """Return the samples whose images are shown beside each other: the real test part and the skies."""
    return ["real_test", *SETTINGS[study].samples]


def extreme_scores(wildcards):
    """Return the scores and intervals of the samples shown by the study's first scorer; nothing where it has none."""
    first = SETTINGS[wildcards.study].chosen("scorers")[:1]
    return [
        f"results/{wildcards.study}/scores/{scorer}/details/{sample}.csv"
        for scorer in first
        for sample in shown(wildcards.study)
    ]


def explained(path):
    """Return an input function: a product of the metric that says by which features it tells each sky from real."""
    return lambda wildcards: [
        path.format(study=wildcards.study, metric=SETTINGS[wildcards.study].explained, sample=sample)
        for sample in SETTINGS[wildcards.study].samples
    ]


def explained_features(wildcards):
    """Return the features of the real test part and of every sky that this metric takes, the real ones first."""
    study = SETTINGS[wildcards.study]
    judge = study.judge("metrics", study.explained)
    return [features_path(wildcards.study, judge, sample) for sample in shown(wildcards.study)]


def for_stages(pattern):
    """Return an input function: a file of every stage that the study's skies are made of."""
    return lambda wildcards: [
        pattern.format(study=wildcards.study, stage=stage) for stage in SETTINGS[wildcards.study].stages_used()
    ]


def stages_with_data(study):
    """Return [stage, its training data] for every stage that the study's skies are made of."""
    return [[stage, data_of_stage(study, stage, "train")] for stage in SETTINGS[study].stages_used()]


def training_data_of_stages(wildcards):
    """Return the training data of every stage that the study's skies are made of."""
    return [path for _, path in stages_with_data(wildcards.study)]


def spectra_of_samples(wildcards):
    """Return the logarithmic power spectra of all samples; nothing where no set of features has them."""
    feature, samples = pages.spectrum(SETTINGS[wildcards.study]), samples_of(wildcards.study)
    return [f"results/{wildcards.study}/features/{feature}/{sample}.h5" for sample in samples] if feature else []


def products_of(study):
    """Return what a bare run makes: the page at the end, and what no page shows."""
    return [f"results/{study}/report.html", *other_products(SimpleNamespace(study=study))]


def other_products(wildcards):
    """Return what a bare run makes and no page shows."""
    study, made = wildcards.study, [*truth_of_fields(wildcards.study), *own_scores(wildcards.study)]
    if SETTINGS[study].of_galaxies:
        made += [f"results/{study}/galaxies/{name}" for name in ("train.h5", "valid.h5", "test.h5", "all.ecsv")]
        made += requested(study)
    if SETTINGS[study].of_stamps:
        made += [f"results/{study}/stamps/all.ecsv"]
    return [*made, *blend_products(wildcards)]


def truth_of_fields(study):
    """Return the true sources of the fields, where the data set knows them."""
    known = SETTINGS[study].fields_of_known_truth
    return [f"results/{study}/fields/{split}_truth.ecsv" for split in ("train", "valid", "test")] if known else []


def own_scores(study):
    """Return the scores of the user's own images, where the study asks for them."""
    settings = SETTINGS[study]
    return [f"results/{study}/scores/{scorer}/own.csv" for scorer in settings.chosen("scorers") if settings.own_images]


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
    study = SETTINGS[wildcards.study]
    prices, on_gpu = study.config["costs"]["usd_per_hour"], rules_on_gpu() if gpu_count(wildcards) else []
    return {
        "made": study.making(JUDGED),
        "on_gpu": on_gpu,
        "rules": rules_measured(wildcards.study),
        "usd_per_hour": dict(sorted(prices.items())),
    }
