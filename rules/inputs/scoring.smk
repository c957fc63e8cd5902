"""Samples to judge, and the features that scorers and metrics take."""

from workflow_scripts.settings.settings import LADDER_SAMPLES, REAL_SAMPLES

REAL = {
    "fields": "results/{study}/fields/{split}.h5",
    "blends": "results/{study}/crops/judge/{split}.h5",
    "galaxies": "results/{study}/galaxies/{split}.h5",
}
JUDGED = "fresh"  # the requests whose galaxies are compared with real ones's: drawn like the data, and not those of the test part


def features_for(kind, sample):
    """Return an input function: the features of a sample that a scorer or a metric takes."""
    return lambda wildcards: features_path(
        wildcards.study,
        SETTINGS[wildcards.study].judge(kind, wildcards.get(kind.removesuffix("s"))),
        sample or wildcards.sample,
    )


def features_path(study, judge, sample):
    """Return the features of a sample: a set of them, or what a network says."""
    folder = f"network_scores/{judge['stage']}" if "stage" in judge else f"features/{judge['features']}"
    return f"results/{study}/{folder}/{sample}.h5"


def train_features(wildcards):
    """Return the features of the real training part where a metric asks what generators learnt from."""
    settings = SETTINGS[wildcards.study]
    return features_for("metrics", "real_train")(wildcards) if settings.asks_for_train(wildcards.metric) else []


def scored_features(split):
    """Return an input function: the features of scored images: those of the data set, or of the ladder.

    ASSUME: a network knows its own training images too well, so the line through its scores is fitted to those of the
    validation part, which also give the interval: two numbers from them make it narrower by next to nothing.
    """

    def path(wildcards):
        settings = SETTINGS[wildcards.study]
        known = "stage" in settings.judge("scorers", wildcards.scorer) and split == "train"
        return features_for("scorers", f"{settings.scored}_{'valid' if known else split}")(wildcards)

    return path


def code_of_judge(entry, kind):
    """Return a params function: the fingerprint of an entry that runs a scorer or a metric."""
    return lambda wildcards: fingerprint(
        entry, f"{kind}/{SETTINGS[wildcards.study].judge(kind, wildcards.get(kind.removesuffix('s')))['plugin']}"
    )


def samples_of(study):
    """Return all samples of a study: the real parts that are compared, and the skies."""
    return ["real_test", *judged(study)]


def judged(study):
    """Return the samples that are compared with the real test part: the real training part, and the skies."""
    return ["real_train", *SETTINGS[study].samples]


def for_samples(pattern, kind, samples=samples_of):
    """Return an input function: a file per sample and chosen metric or scorer, sample by sample."""
    singular = kind.removesuffix("s")
    return lambda wildcards: [
        pattern.format(study=wildcards.study, sample=sample, **{singular: name})
        for sample in samples(wildcards.study)
        for name in SETTINGS[wildcards.study].chosen(kind)
    ]


def real_stack(split):
    """Return an input function: the real images of one part, which the study's skies are compared with."""
    return lambda wildcards: stack_of(wildcards.study, f"real_{split}")


def stack_of(study, sample):
    """Return the images that a sample's name stands for: a real part, a ladder, a sky, or the user's own files."""
    if sample == "own":
        return SETTINGS[study].own_images or f"results/{study}/no_images: the study says no score.images"
    kind, _, split = sample.partition("_")
    if sample in REAL_SAMPLES:
        return REAL[SETTINGS[study].real].format(study=study, split=split)
    if sample in LADDER_SAMPLES:
        return f"results/{study}/ladder/{split}.h5"
    if sample in SETTINGS[study].generators:
        return f"results/{study}/generated/{JUDGED}/{sample}/stamps.h5"
    return f"results/{study}/skies/{sample}/fields.h5"


def experiments_of(study):
    """Return the table of a study's experiments; where it has none, a file that nothing makes and whose name says so."""
    return f"results/{study}/{'experiments.csv' if SETTINGS[study].experiments else 'experiments: the study has none'}"
