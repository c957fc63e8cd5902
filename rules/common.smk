"""What all rules share. Settings of a study, inputs looked up by key, resources."""

import os
import re
import sys
from pathlib import Path
from types import SimpleNamespace

from workflow_scripts.job import pages
from workflow_scripts.job.device import gpus_here
from workflow_scripts.job.fingerprint import fingerprint
from workflow_scripts.job.settings import LADDER_SAMPLES, REAL_SAMPLES, Settings

# Threads of networks that wait for each other shall sleep: spinning, they make training crawl on a busy machine.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

try:
    SETTINGS = Settings(config)
except ValueError as error:
    sys.exit(f"skyloom: {error}")  # one line; an exception would bring Snakemake's own lines around it


wildcard_constraints:
    study=SETTINGS.pattern("studies"),
    stage=SETTINGS.pattern("stages"),
    sky=SETTINGS.pattern("skies"),
    blend=SETTINGS.pattern("blends"),
    scorer=SETTINGS.pattern("scorers"),
    metric=SETTINGS.pattern("metrics"),
    feature=SETTINGS.pattern("features"),
    sample="[a-z][a-z0-9_]*",
    split="train|valid|test",
    method="gg_masks|ogg_masks|bogg_masks|single_images",
    use="learn|judge",
    shard="[0-9]+",


TRAINING_DATA = {
    "patches": "results/{study}/patches/{split}.h5",
    "coordinates": "results/{study}/coordinates/{split}.h5",
    "crops": "results/{study}/crops/learn/{split}.h5",
}
PARTS_OF_SKIES = {
    "stage": "results/{study}/stages/{stage}/weights.safetensors",
    "background": "results/{study}/background/density.h5",
    "catalogue": "results/{study}/sources/train.ecsv",
}
REAL = {"fields": "results/{study}/fields/{split}.h5", "blends": "results/{study}/crops/judge/{split}.h5"}
FIGURES = [
    "fields",
    "sources",
    "power_spectra",
    "histograms",
    "comparisons",
    "scores",
    "training",
    "samples",
    "blends",
]


def resource(name):
    """Return a file of resources/, by its relative name where products lie beside it: a moved folder reruns nothing."""
    folder = Path(workflow.basedir)
    return str(Path("resources" if Path.cwd() == folder else folder / "resources", name))


def section(name):
    """Return a params function: a section of the study's settings."""
    return lambda wildcards: SETTINGS[wildcards.study].section(name)


def seed(wildcards):
    """Return the study's seed."""
    return SETTINGS[wildcards.study].config["seed"]


def seed_of_blends(wildcards):
    """Return the seed of a set of blends."""
    return SETTINGS[wildcards.study].seed_of(wildcards.blend)


def stack_of(study, sample):
    """Return the stack of images that a sample's name stands for: a real part, a ladder, or a sky."""
    kind, _, split = sample.partition("_")
    if sample in REAL_SAMPLES:
        return REAL[SETTINGS[study].real].format(study=study, split=split)
    return (
        f"results/{study}/ladder/{split}.h5"
        if sample in LADDER_SAMPLES
        else f"results/{study}/skies/{sample}/fields.h5"
    )


def real_stack(split):
    """Return an input function: the real images of one part, which the study's skies are compared with."""
    return lambda wildcards: stack_of(wildcards.study, f"real_{split}")


def sources_of_test(ending):
    """Return an input function: a product of detection on the real test fields; nothing where they are blends."""
    return lambda wildcards: (
        [f"results/{wildcards.study}/sources/test{ending}"] if SETTINGS[wildcards.study].real == "fields" else []
    )


def blends_to_crop(product):
    """Return an input function: a product of the blends that crops are taken from."""
    return lambda wildcards: "results/{study}/blends/{blend}/{split}_{product}".format(
        study=wildcards.study,
        blend=SETTINGS[wildcards.study].config["crops"]["blend"],
        split=wildcards.split,
        product=product,
    )


def judged(study):
    """Return the samples that are compared with the real test part: the real training part, and the skies."""
    return ["real_train", *SETTINGS[study].chosen("skies")]


def gpu_count(wildcards):
    """Return the GPUs of a job that runs a network: 0 on a machine that has none, so that jobs run side by side."""
    return gpus_here(SETTINGS[wildcards.study].config["device"])


def network_threads(wildcards):
    """Return the threads of a job that runs a network."""
    return SETTINGS[wildcards.study].config["torch_threads"]


def code_of_dataset(entry, wildcards):
    """Return the fingerprint of an entry that runs the study's data set plugin."""
    return fingerprint(entry, f"datasets/{SETTINGS[wildcards.study].dataset['source']}")


def stamps_for(ending):
    """Return an input function: the stamps that the blends of a part are made of, or their catalogue."""
    return lambda wildcards: "results/{study}/stamps/{part}.{ending}".format(
        study=wildcards.study, part=SETTINGS[wildcards.study].stamp_part(wildcards.split), ending=ending
    )


def blend_shards(wildcards):
    """Return the shards of a set of blends."""
    n_shards = SETTINGS[wildcards.study].config["blends"][wildcards.blend]["n_shards"]
    folder = f"results/{wildcards.study}/blends/{wildcards.blend}/shards"
    return [f"{folder}/{wildcards.split}_{shard}.h5" for shard in range(n_shards)]


def training_data(split):
    """Return an input function: the stage's data of one part."""
    return lambda wildcards: TRAINING_DATA[SETTINGS[wildcards.study].config["stages"][wildcards.stage]["data"]].format(
        study=wildcards.study, split=split
    )


def parts_of_sky(wildcards):
    """Return the file of each role of a sky's recipe, in the order of the roles."""
    return [
        PARTS_OF_SKIES[kind].format(study=wildcards.study, stage=stage)
        for _, kind, stage in SETTINGS[wildcards.study].roles(wildcards.sky)
    ]


def descriptions_of_parts(wildcards):
    """Return the JSON beside the weights of each stage that a sky is made of."""
    weights = [path for path in parts_of_sky(wildcards) if path.endswith(".safetensors")]
    return [path.replace(".safetensors", ".json") for path in weights]


def gpu_count_of_sky(wildcards):
    """Return the GPUs of a job that composes a sky: 0 where no network takes part."""
    kinds = {kind for _, kind, _ in SETTINGS[wildcards.study].roles(wildcards.sky)}
    return gpu_count(wildcards) if "stage" in kinds else 0


def sky_shards(name):
    """Return an input function: one file of each shard of a sky."""
    return lambda wildcards: [
        f"results/{wildcards.study}/skies/{wildcards.sky}/shards/{name}_{shard}.h5"
        for shard in range(SETTINGS[wildcards.study].config["generation"]["n_shards"])
    ]


def features_for(kind, sample):
    """Return an input function: the features of a sample that a scorer or a metric takes."""
    return lambda wildcards: "results/{study}/features/{feature}/{sample}.h5".format(
        study=wildcards.study,
        feature=SETTINGS[wildcards.study].judge(kind, wildcards.get(kind.removesuffix("s")))["features"],
        sample=sample or wildcards.sample,
    )


def code_of_judge(entry, kind):
    """Return a params function: the fingerprint of an entry that runs a scorer or a metric."""
    return lambda wildcards: fingerprint(
        entry, f"{kind}/{SETTINGS[wildcards.study].judge(kind, wildcards.get(kind.removesuffix('s')))['plugin']}"
    )


def samples_of(study):
    """Return all samples of a study: the real parts that are compared, and the skies."""
    return ["real_test", *judged(study)]


def for_samples(pattern, kind, samples=samples_of):
    """Return an input function: a file per sample and chosen metric or scorer, sample by sample."""
    singular = kind.removesuffix("s")
    return lambda wildcards: [
        pattern.format(study=wildcards.study, sample=sample, **{singular: name})
        for sample in samples(wildcards.study)
        for name in SETTINGS[wildcards.study].chosen(kind)
    ]


def for_chosen(pattern, kind):
    """Return an input function: a file per sky, blend, scorer or metric that the study chose."""
    singular = "sky" if kind == "skies" else kind.removesuffix("s")
    return lambda wildcards: [
        pattern.format(study=wildcards.study, **{singular: name}) for name in SETTINGS[wildcards.study].chosen(kind)
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


def blend_products(wildcards):
    """Return everything that the study's sets of blends consist of, so that asking for the report makes it."""
    study = SETTINGS[wildcards.study]
    return [
        f"results/{wildcards.study}/blends/{blend}/{split}_{product}"
        for blend in study.chosen("blends")
        for split in ("train", "test")
        for product in (
            "blends.h5",
            *(f"{name}.npy" for name in ("blends", "variance", "flux", *study.config["blends"][blend]["masks"])),
        )
    ]


def products_of(study):
    """Return what a bare run makes: the page at the end, or the sets of blends of a study that has no more to show.

    A data set that is made of stamps has no fields to judge skies by; it has blends (`real: blends`).
    """
    if not SETTINGS[study].of_stamps or SETTINGS[study].real == "blends":
        return f"results/{study}/report.html"
    return [f"results/{study}/stamps/all.ecsv", *blend_products(SimpleNamespace(study=study))]


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
