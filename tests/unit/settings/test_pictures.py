"""A study of pictures: where its images are, and what it cannot make."""

import pytest
from study_files import settings

from workflow_scripts.settings import report, training


@pytest.fixture
def given(tmp_path):
    (tmp_path / "a.png").touch()
    return {"study": "mine", "dataset": {"source": "image_folder", "options": {"files": [str(tmp_path)]}}}


def test_the_kind_says_where_the_pictures_are(given):
    study = settings(given)["mine"]
    assert study.kind.name == "pictures"
    assert study.kind.real.format(study="mine", split="train") == "results/mine/pictures/train.h5"
    assert "results/mine/pictures/all.ecsv" in report.products_of_run(study)


def test_a_stage_may_be_trained_on_pictures_without_conditions(given):
    stage = {"model": "r3gan", "data": "pictures", "steps": 2}
    assert training.train_stage(settings(given, stages={"one": stage})["mine"], "one").data == "pictures"
    with pytest.raises(ValueError, match="stages.one.condition: no column 'class' in pictures"):
        settings(given, stages={"one": {**stage, "condition": ["class"]}})["mine"]


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        ({"blends": ["pairs"]}, "make.blends: pictures have no sky coordinates and no photometry"),
        ({"skies": ["naive"]}, "make.skies: pictures have no sky coordinates and no photometry"),
        ({"generators": ["galaxy_edm"]}, "make.generators: pictures have no classes and attributes"),
        ({"scorers": ["published_xgboost"]}, "make.scorers: scorers are trained on damaged fields"),
        ({"metrics": ["two_sample_auc"]}, "make.metrics: no sample is compared with pictures"),
    ],
)
def test_nothing_pretends_that_pictures_are_a_sky(given, make, reason):
    with pytest.raises(ValueError, match=f"{reason}: remove it"):
        settings(given, make=make)["mine"]
