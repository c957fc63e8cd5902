"""Which networks judge a study's galaxies, and what their tables depend on."""

import pytest
from study_files import settings

from workflow_scripts.settings import galaxies, requests
from workflow_scripts.settings.report import sections
from workflow_scripts.settings.stages import stages_trained


def study(**make):
    return settings(study="galaxies", make=make)["galaxies"]


def test_a_study_says_which_networks_judge_it():
    one = study()
    assert galaxies.networks_applied(one) == ["purity", "physics", "augmentation"]
    assert {"galaxy_classifier", "galaxy_predictor", *one.make.generators} == set(stages_trained(one))
    assert one.samples == one.make.generators
    assert {"networks", "leaderboard"} < set(sections(one))
    assert galaxies.judging_model(one, "classifier") == ["models/class_cnn"]


def test_what_is_not_asked_for_is_not_made():
    one = study(classifier="", augmentation=None, metrics=[], generators=["galaxy_edm"])
    assert galaxies.networks_applied(one) == one.samples == []
    assert stages_trained(one) == ["galaxy_edm"]
    assert not {"networks", "leaderboard"} & set(sections(one))
    with pytest.raises(ValueError, match="config, study galaxies: make: no classifier among what the study makes"):
        galaxies.judging_model(one, "classifier")


def test_the_experiment_has_the_settings_of_the_classifier():
    found = galaxies.compare_augmentation(
        study(augmentation={"generator": "galaxy_edm", "rare": "merger", "n_real": 50})
    )
    assert (found.n_real, found.n_seeds, found.model) == (50, 5, "class_cnn")
    assert found.options == {"layers": 3, "lr": 0.001, "width": 16}


def test_an_experiment_needs_a_classifier():
    with pytest.raises(ValueError, match="make.augmentation: name the study's classifier"):
        study(classifier="")


@pytest.mark.parametrize(
    ("request_", "line"),
    [
        ({"source": "train"}, "requests.mine.n: source train needs it, at least 2"),
        ({"source": "mine.csv", "n": 3}, "requests.mine.n: a table has its own rows"),
        ({"source": "test", "n": 3, "balance": True}, "requests.mine.balance: only what is drawn from `train`"),
    ],
)
def test_requests_that_contradict_themselves_are_refused(request_, line):
    with pytest.raises(ValueError, match=f"config, study galaxies: {line}"):
        settings(requests={"mine": request_})["galaxies"]


def test_one_request_for_each_use():
    study = settings(study="galaxies")["galaxies"]
    uses = ("recovery", "sweep", "comparison")
    assert [requests.request_for(study, use) for use in uses] == ["held_out", "strips", "fresh"]
    with pytest.raises(ValueError, match=r"requests: 2 have use: sweep \(strips, like_data\); set one"):
        settings(study="galaxies", requests={"like_data": {"use": "sweep"}})["galaxies"]
