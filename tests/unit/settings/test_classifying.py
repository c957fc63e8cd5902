"""Which networks judge a study's galaxies, and what their tables depend on."""

from pathlib import Path

import pytest
import yaml

from workflow_scripts.settings import pages
from workflow_scripts.settings.settings import Settings

ROOT = Path(__file__).parents[3]


def galaxies(**changes):
    config = yaml.safe_load((ROOT / "config.yaml").read_text())
    about = config["studies"]["galaxies"] | changes
    config["studies"]["galaxies"] = {key: value for key, value in about.items() if value is not None}
    return Settings(config)["galaxies"]


def test_a_study_says_which_networks_judge_it():
    study = galaxies()
    assert study.networks_asked == ["purity", "physics", "augmentation"]
    assert {"galaxy_classifier", "galaxy_predictor", *study.generators} == set(study.stages_trained())
    assert study.samples == study.generators
    assert {"networks", "leaderboard"} < set(pages.sections(study))
    assert study.model_of("classifier") == ["models/class_cnn"]


def test_what_is_not_asked_for_is_not_made():
    study = galaxies(classifier=None, augmentation=None, metrics=None, generators=["galaxy_edm"])
    assert study.networks_asked == study.samples == study.model_of("classifier") == []
    assert study.stages_trained() == ["galaxy_edm"]
    assert not {"networks", "leaderboard"} & set(pages.sections(study))


def test_the_experiment_has_the_settings_of_the_classifier():
    found = galaxies(augmentation={"generator": "galaxy_edm", "rare": "merger", "n_real": 50}).augmentation
    assert (found["n_real"], found["n_seeds"], found["model"]) == (50, 5, "class_cnn")
    assert found["options"] == {"layers": 3, "lr": 0.001, "width": 16}


def test_an_experiment_needs_a_classifier():
    with pytest.raises(ValueError, match="name the study's classifier"):
        galaxies(classifier=None)
