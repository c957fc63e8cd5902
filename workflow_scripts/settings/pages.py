"""What the figures, the costs and the page at the end ask of a study's settings."""

from workflow_scripts.settings import plugins
from workflow_scripts.settings.settings import LADDER_SAMPLES, PARTS, REAL_SAMPLES
from workflow_scripts.settings.values import sort_keys

SECTIONS = {  # of the page, in its order, with the figures of each; templates are resources/report/<section>.html.j2
    "fields": ["fields"],
    "leaderboard": ["comparisons"],
    "differences": ["differences"],
    "neighbours": ["neighbours"],
    "power_spectra": ["power_spectra"],
    "histograms": ["histograms"],
    "scores": ["scores", "extremes"],
    "scorers": ["scorers"],
    "galaxies": ["galaxies", "sliders", "strips"],
    "networks": [],
    "training": ["training", "samples"],
    "health": ["health"],
    "blends": ["blends", "blend_properties", "baseline"],
    "sources": ["sources"],
    "costs": [],
    "run": [],
}
TEMPLATES = ["page.html.j2", "figure.html.j2", *(f"{section}.html.j2" for section in SECTIONS)]


def sections(study):
    """Return the sections of a study's page: those that it makes something for."""
    skies, judged = bool(study.chosen("skies")), bool(study.samples)
    made = {
        "fields": skies,
        **dict.fromkeys(("leaderboard", "neighbours", "power_spectra", "histograms"), judged),
        "differences": judged and study.explained is not None,
        "scores": skies and bool(study.chosen("scorers")),
        "scorers": bool(study.compared_scorers),
        "training": bool(study.stages_used()),
        "health": bool(study.stages_checked()),
        "galaxies": bool(study.generators),
        "networks": bool(study.networks_asked),
        "blends": bool(study.chosen("blends")),
        "sources": skies and study.real == "fields",
        **dict.fromkeys(("costs", "run"), True),
    }
    return [section for section in SECTIONS if made[section]]


def figures_of(study):
    """Return the names of the figures of a study's page."""
    return [figure for section in sections(study) for figure in SECTIONS[section]]


def names_in_paths(study):
    """Return a regular expression for each wildcard: the names that the study's products can have now."""
    shards = [entry["n_shards"] for entry in (*map(study.blend, study.config["blends"]), study.config["generation"])]
    skies, any_name = study.chosen("skies"), "[a-z0-9_]+"
    names = {"blend": study.chosen("blends"), "scorer": study.scorers_fitted, "metric": study.chosen("metrics")}
    names |= {"sky": skies, "stage": study.stages_trained(), "sample": [*REAL_SAMPLES, *LADDER_SAMPLES, *study.samples]}
    names |= {"request": study.config["requests"]}
    names |= {"study": [study.name], "split": PARTS, "shard": map(str, range(max(shards)))}
    return dict.fromkeys(("feature", "method", "use"), any_name) | {
        wildcard: f"({'|'.join(sorted(found))})" for wildcard, found in names.items()
    }


def spectrum(study):
    """Return the first set of features that holds logarithmic power spectra, or None."""
    sets = {name: study.feature(name)["extract"] for name in study.config["features"]}
    return next((name for name, extract in sets.items() if all(map(is_log_spectrum, extract))), None)


def is_log_spectrum(extractor):
    """Tell whether a feature with its options is a logarithmic power spectrum."""
    name, options = extractor
    wanted = plugins.declaration("features", name).log_spectrum
    return bool(wanted) and wanted.items() <= options.items()


def figures(study):
    """Return all that the figures depend on, besides their inputs."""
    chosen = {"metrics": study.chosen("metrics"), "scorers": study.chosen("scorers"), "skies": study.samples}
    side = study.config["judging"]["tile_size"]
    return sort_keys({**chosen, "side": side})


def differences(study):
    """Return all that the words for what tells samples apart depend on, besides their inputs."""
    side = study.config["judging"]["tile_size"]
    return sort_keys({**study.metric(study.explained), "side": side, "skies": study.samples})


def page(study):
    """Return all that the page at the end says of the settings: the study's own, overrides merged in."""
    config = {key: value for key, value in study.config.items() if key not in ("study", "studies")}
    chosen = {kind: study.chosen(kind) for kind in ("blends", "metrics", "scorers")}
    about = {"dataset": study.dataset, **chosen, "skies": study.samples}
    shown = {
        "metrics_of_copies": [name for name in chosen["metrics"] if study.asks_for_train(name)],
        "name": study.name,
        "sections": sections(study),
        "stages": study.stages_used(),
        "tables": study.networks_asked,
    }
    return sort_keys({**about, **shown, "config": {**config, "study": about}})
