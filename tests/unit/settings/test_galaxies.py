"""The networks applied to the galaxies of a study, and what their tables depend on."""

import pytest
from study_files import settings

from workflow_scripts.settings import galaxies, requests
from workflow_scripts.settings.report import sections
from workflow_scripts.settings.stages import stages_trained


def study(**make):
    return settings(study="galaxies", make=make)["galaxies"]


def test_a_study_names_the_networks_applied_to_its_galaxies():
    one = study()
    assert galaxies.networks_applied(one) == ["purity", "physics", "augmentation"]
    assert {"galaxy_classifier", "galaxy_predictor", *one.make.generators} == set(stages_trained(one))
    assert one.samples == one.make.generators
    assert {"networks", "leaderboard"} < set(sections(one))
    assert galaxies.model_applied(one, "classifier") == ["models/class_cnn"]


def test_what_is_not_requested_is_not_made():
    one = study(classifier="", augmentation=None, metrics=[], generators=["galaxy_edm"])
    assert galaxies.networks_applied(one) == one.samples == []
    assert stages_trained(one) == ["galaxy_edm"]
    assert not {"networks", "leaderboard"} & set(sections(one))
    with pytest.raises(ValueError, match="config, study galaxies: make.classifier is not set"):
        galaxies.model_applied(one, "classifier")


def test_the_experiment_has_the_settings_of_the_classifier():
    found = galaxies.compare_augmentation(
        study(augmentation={"generator": "galaxy_edm", "rare": "merger", "n_real": 50})
    )
    assert (found.n_real, found.n_seeds, found.model) == (50, 5, "class_cnn")
    assert found.options == {"layers": 3, "lr": 0.001, "width": 16}


def test_an_experiment_needs_a_classifier():
    with pytest.raises(ValueError, match="make.augmentation: set make.classifier"):
        study(classifier="")


@pytest.mark.parametrize(
    ("request_", "line"),
    [
        ({"source": "train"}, "requests.mine.n: at least 2 for source train"),
        ({"source": "mine.csv", "n": 3}, "requests.mine.n: must be 0 for a table"),
        ({"source": "test", "n": 3, "balance": True}, "requests.mine.balance: only for source: train"),
    ],
)
def test_requests_that_contradict_themselves_are_refused(request_, line):
    with pytest.raises(ValueError, match=f"config, study galaxies: {line}"):
        settings(requests={"mine": request_})["galaxies"]


@pytest.mark.parametrize(
    ("request_", "condition", "line"),
    [
        ("strips", ["class"], "requests.strips: strips vary an attribute, but stage galaxy_edm is conditioned on the"),
        ("held_out", [], "requests.held_out: stage galaxy_edm has no condition: name columns in stages.galaxy_edm"),
    ],
)
def test_a_request_that_its_stage_cannot_meet_is_refused_before_the_training(request_, condition, line):
    generators = {"generators": ["galaxy_r3gan"], "classifier": "", "augmentation": None}
    one = settings(study="galaxies", stages={"galaxy_edm": {"condition": condition}}, make=generators)["galaxies"]
    with pytest.raises(ValueError, match=f"config, study galaxies: {line}"):
        galaxies.table_of_request(one, request_, "galaxy_edm")
    assert galaxies.table_of_request(one, request_, "galaxy_r3gan") == []


def test_one_request_for_each_use():
    study = settings(study="galaxies")["galaxies"]
    uses = ("recovery", "sweep", "comparison")
    assert [requests.request_for(study, use) for use in uses] == ["held_out", "strips", "fresh"]
    with pytest.raises(ValueError, match=r"requests: 2 have use: sweep \(strips, like_data\); set one"):
        settings(study="galaxies", requests={"like_data": {"use": "sweep"}})["galaxies"]
