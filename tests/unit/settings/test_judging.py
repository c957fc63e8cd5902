from pathlib import Path

import pytest
from study_files import settings

from workflow_scripts.settings import judging, power, referees, samples, scoring
from workflow_scripts.settings.kinds import CONTROL_SAMPLES
from workflow_scripts.settings.report import figure_names, names_in_paths

HUBBLE = {"source": "hubble_deep_field"}


def study(make=None, **sections):
    """Return a study of its own that makes nothing else."""
    return settings(study="mine", dataset=HUBBLE, make=make or {}, **sections)["mine"]


def test_rows_of_a_set_are_those_of_its_most_demanding_feature():
    assert scoring.rows_of(["tiles", "tiles"], "here") == "tiles"
    assert scoring.rows_of(["tiles", "images"], "here") == "images"
    assert scoring.rows_of(["sources"], "here") == "sources"
    with pytest.raises(ValueError, match="here: features of sources cannot be combined"):
        scoring.rows_of(["tiles", "sources"], "here")


def test_sources_are_found_as_the_study_finds_them_and_never_in_tiles():
    one = study(detection={"threshold_sigma": 7})
    for name in ("layout", "morphology"):
        feature = scoring.feature_set(one, name)
        assert feature.extract[0][1]["detection"]["threshold_sigma"] == 7
        assert feature.tile_size is None
    assert scoring.feature_set(one, "published").tile_size == 64


def test_scorers_learn_from_the_ladder_or_from_the_data():
    assert samples.scored_sample(study(), "train") == "ladder_train"
    assert samples.scored_sample(study(judging={"training_scores": "data"}), "test") == "real_test"


def test_a_scorer_takes_features_or_a_stage():
    assert scoring.features_of_scorer(study(), "small_cnn", "own") == "results/mine/network_scores/score_cnn/own.h5"
    assert scoring.features_of_scorer(study(), "published_xgboost", "own") == "results/mine/features/published/own.h5"
    both = {"scorer": "linear_regressor", "stage": "score_cnn", "features": "published"}
    with pytest.raises(ValueError, match=r"scorers\.mine\.features: give either features or a stage"):
        study(scorers={"mine": both})
    with pytest.raises(ValueError, match="scorers.mine.stage: .*did you mean 'score_cnn'"):
        study(scorers={"mine": {"scorer": "linear_regressor", "stage": "score_cn"}})


def test_unknown_scorers_and_missing_files_are_named():
    with pytest.raises(ValueError, match="make.compare_scorers: no 'smal_cnn'"):
        study({"compare_scorers": ["smal_cnn"]})
    with pytest.raises(ValueError, match=r"make\.score\.images: no file fits '/no/such/\*\.png'"):
        study({"score": {"images": ["/no/such/*.png"]}})


def test_compared_scorers_and_their_networks_are_paid_for():
    named = names_in_paths(study({"scorers": ["published_xgboost"], "compare_scorers": ["small_cnn", "row_xgboost"]}))
    assert named["scorer"] == "(published_xgboost|row_xgboost|small_cnn)"
    assert "score_cnn" in named["stage"]


def test_features_that_distinguish_samples_are_drawn_where_a_metric_ranks_them():
    one = study({"skies": ["naive"], "metrics": ["precision", "two_sample_auc"]})
    assert judging.explaining_metric(one) == "two_sample_auc"
    assert {"differences", "neighbours"} <= set(figure_names(one))
    silent = study({"skies": ["naive"], "metrics": ["precision"]})
    assert judging.explaining_metric(silent) is None
    assert "differences" not in figure_names(silent)


def test_the_quiz_comes_first_where_metrics_rank_the_samples():
    assert figure_names(study({"skies": ["naive"], "metrics": ["precision"]}))[0] == "quiz"
    assert "quiz" not in figure_names(study({"skies": ["naive"]}))
    assert "quiz" not in figure_names(study({"blends": ["pairs"]}))


def test_only_own_images_may_be_skipped(tmp_path):
    for name in "ab":
        (tmp_path / f"{name}.png").write_bytes(b"")
    one = study({"score": {"images": [str(tmp_path / "*.png")], "skip_broken": True}})
    assert [Path(path).name for path in samples.own_images(one)] == ["a.png", "b.png"]
    assert samples.own_images(study({"score": {"images": [str(tmp_path)]}})) == samples.own_images(one)
    assert scoring.extract_features(one, "published", "own").skip_broken is True
    assert scoring.extract_features(one, "published", "real_test").skip_broken is False


def test_a_metric_is_tried_on_damaged_fields_where_there_are_any_and_all_of_them_is_measured():
    one = study()
    assert power.has_power(one, "ripley_k")
    assert power.has_power(one, "fluxes")
    assert not power.has_power(one, "morphology")
    assert not power.has_power(one, "precision")
    assert [power.damages_of(one, name) for name in ("source_counts", "fluxes")] == [
        ["removed", "added"],
        ["brightened"],
    ]
    assert judging.damaged_features(one, "fluxes") == [f"results/{one.name}/features/photometry/damaged_brightened.h5"]
    assert not power.has_power(study({"blends": ["pairs"]}, judging={"real": "blends"}), "two_sample_auc")
    assert judging.needs_training_images(one, "memorisation")
    assert not judging.needs_training_images(one, "duplicates")


def test_a_network_referee_has_controls_in_place_of_features_and_power():
    one = study({"skies": ["resampled"], "metrics": ["network_auc"]})
    assert not power.has_power(one, "network_auc")
    assert power.powers(one) == []
    folder = "results/mine/referees/network_auc"
    assert referees.real_values(one, "network_auc", "resampled") == f"{folder}/resampled/real.h5"
    assert referees.sample_values(one, "network_auc", "resampled") == f"{folder}/resampled/sample.h5"
    assert referees.sample_values(one, "two_sample_auc", "resampled") == "results/mine/features/summary/resampled.h5"
    assert referees.controls(one) == [f"{folder}/controls.json"]
    assert referees.controls_of(one, "two_sample_auc") == []
    assert len(referees.scores_of_controls(one, "network_auc")) == 2 * len(referees.CONTROLS)


def test_the_damaged_controls_are_the_samples_of_this_name():
    assert tuple(one.sample for one in referees.CONTROLS if one.kind) == CONTROL_SAMPLES


def test_controls_are_training_fields_and_power_is_that_of_test_fields():
    one = study()
    assert samples.images_of(one, "control_noise") == "results/mine/damaged/train_noise.h5"
    assert samples.images_of(one, "damaged_noise") == "results/mine/damaged/test_noise.h5"
    assert judging.damage_fields(one, "train").strengths == (0.2,)
    assert max(judging.damage_fields(one, "test").strengths) == 1.0


def test_jobs_of_controls_are_paid_for_where_there_is_a_referee():
    assert names_in_paths(study({"skies": ["resampled"], "metrics": ["network_auc"]}))["sky"] == "(naive|resampled)"
    assert names_in_paths(study({"skies": ["resampled"]}))["sky"] == "(resampled)"


def test_a_network_referee_takes_neither_features_nor_damages_and_needs_fields():
    for key, value in (("features", "summary"), ("damages", ["noise"])):
        with pytest.raises(ValueError, match=rf"metrics\.mine\.{key}: remove it: network_two_sample reads a network"):
            study(metrics={"mine": {"metric": "network_two_sample", key: value}})
    with pytest.raises(ValueError, match=r"make\.metrics: leave network_auc out: the controls of a network referee"):
        study({"blends": ["pairs"], "metrics": ["network_auc"]}, judging={"real": "blends"})
