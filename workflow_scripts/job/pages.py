"""What the figures, the costs and the page at the end ask of a study's settings."""

from workflow_scripts.job.settings import LADDER_SAMPLES, PARTS, REAL_SAMPLES
from workflow_scripts.job.values import sort_keys


def names_in_paths(study):
    """Return a regular expression for each wildcard: the names that the study's products can have now."""
    shards = [entry["n_shards"] for entry in (*map(study.blend, study.config["blends"]), study.config["generation"])]
    skies, any_name = study.chosen("skies"), "[a-z0-9_]+"
    names = {"blend": study.chosen("blends"), "scorer": study.chosen("scorers"), "metric": study.chosen("metrics")}
    names |= {"sky": skies, "stage": study.stages_used(), "sample": [*REAL_SAMPLES, *LADDER_SAMPLES, *skies]}
    names |= {"study": [study.name], "split": PARTS, "shard": map(str, range(max(shards)))}
    return dict.fromkeys(("feature", "method", "use"), any_name) | {
        wildcard: f"({'|'.join(sorted(found))})" for wildcard, found in names.items()
    }


def spectrum(study):
    """Return the first set of features that holds logarithmic power spectra, or None."""
    for name in study.config["features"]:
        if [given["form"] for item, given in study.feature(name)["extract"] if "form" in given] == ["log_mean"]:
            return name
    return None


def figures(study):
    """Return all that the figures depend on, besides their inputs."""
    chosen = {kind: study.chosen(kind) for kind in ("metrics", "scorers", "skies")}
    side = study.config["judging"]["tile_size"]
    return sort_keys({**chosen, "side": side, "stages": study.stages_used()})


def page(study):
    """Return all that the page at the end says of the settings: the study's own, overrides merged in."""
    config = {key: value for key, value in study.config.items() if key not in ("study", "studies")}
    chosen = {kind: study.chosen(kind) for kind in ("blends", "metrics", "scorers", "skies")}
    about = {"dataset": study.dataset, **chosen}
    return sort_keys({**about, "config": {**config, "study": about}, "name": study.name, "stages": study.stages_used()})
