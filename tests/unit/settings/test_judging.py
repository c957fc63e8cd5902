import copy
from pathlib import Path

import pytest
import yaml

from workflow_scripts.settings.judging import rows_of
from workflow_scripts.settings.pages import figures_of, names_in_paths
from workflow_scripts.settings.settings import Settings

CONFIG = yaml.safe_load((Path(__file__).parents[3] / "config.yaml").read_text())


def settings(**about):
    """Return the settings of a study of its own, with the smoke study's overrides and data."""
    config = copy.deepcopy(CONFIG)
    config["studies"]["mine"] = {"dataset": {"source": "hubble_deep_field"}, **about}
    return Settings(config)["mine"]


def test_rows_of_a_set_are_those_of_its_most_demanding_feature():
    assert rows_of(["tiles", "tiles"], "here") == "tiles"
    assert rows_of(["tiles", "images"], "here") == "images"
    assert rows_of(["sources"], "here") == "sources"
    with pytest.raises(ValueError, match="here: features of single sources are a set of their own"):
        rows_of(["tiles", "sources"], "here")


def test_sources_are_found_as_the_study_finds_them_and_never_in_tiles():
    study = settings(overrides={"detection": {"threshold_sigma": 7}})
    for name in ("layout", "morphology"):
        feature = study.feature(name)
        assert feature["extract"][0][1]["detection"]["threshold_sigma"] == 7
        assert feature["tile_size"] is None
    assert study.feature("published")["tile_size"] == CONFIG["judging"]["tile_size"]


def test_scorers_learn_from_the_ladder_or_from_the_data():
    assert settings().scored == "ladder"
    assert settings(training_scores="data").scored == "real"


def test_a_scorer_takes_features_or_a_stage():
    assert settings().judge("scorers", "small_cnn")["stage"] == "score_cnn"
    assert settings().judge("scorers", "published_xgboost")["features"] == "published"
    both = {"scorers": {"mine": {"scorer": "linear_regressor", "stage": "score_cnn", "features": "published"}}}
    with pytest.raises(ValueError, match=r"scorers\.mine"):
        settings(overrides=both)
    wrong = {"scorers": {"mine": {"scorer": "linear_regressor", "stage": "score_cn"}}}
    with pytest.raises(ValueError, match="did you mean 'score_cnn'"):
        settings(overrides=wrong)


def test_unknown_scorers_and_missing_files_are_named():
    with pytest.raises(ValueError, match="compare_scorers: no 'smal_cnn'"):
        settings(compare_scorers=["smal_cnn"])
    with pytest.raises(ValueError, match=r"score\.images: no file fits '/no/such/\*\.png'"):
        settings(score={"images": ["/no/such/*.png"]})


def test_compared_scorers_and_their_networks_are_paid_for():
    named = names_in_paths(settings(scorers=["published_xgboost"], compare_scorers=["small_cnn", "row_xgboost"]))
    assert named["scorer"] == "(published_xgboost|row_xgboost|small_cnn)"
    assert "score_cnn" in named["stage"]


def test_what_tells_samples_apart_is_said_where_a_metric_can():
    study = settings(skies=["naive"], metrics=["precision", "two_sample_auc"])
    assert study.explained == "two_sample_auc"
    assert {"differences", "neighbours"} <= set(figures_of(study))
    silent = settings(skies=["naive"], metrics=["precision"])
    assert silent.explained is None
    assert "differences" not in figures_of(silent)


def test_only_own_images_may_be_skipped(tmp_path):
    for name in "ab":
        (tmp_path / f"{name}.png").write_bytes(b"")
    study = settings(score={"images": [str(tmp_path / "*.png")], "skip_broken": True})
    assert [Path(path).name for path in study.own_images] == ["a.png", "b.png"]
    assert settings(score={"images": [str(tmp_path)]}).own_images == study.own_images
    assert study.measuring("published", "own")["skip_broken"] is True
    assert study.measuring("published", "real_test")["skip_broken"] is False


def test_a_metric_is_tried_on_damaged_fields_where_there_are_any_and_all_of_them_is_measured():
    study = settings()
    assert study.has_power("ripley_k")
    assert study.has_power("fluxes")
    assert not study.has_power("morphology")
    assert not settings(real="blends", blends=["pairs"]).has_power("two_sample_auc")
    assert study.asks_for_train("memorisation")
    assert not study.asks_for_train("duplicates")
