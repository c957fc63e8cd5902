"""The table of experiments: how much of the scores' deviation is left where positions are shared."""

import numpy as np
import pytest

from workflow_scripts.formats.tables import read_csv, write_csv
from workflow_scripts.judging.experiments import summarise_scores
from workflow_scripts.rules.judging.tabulate_experiments import tabulate_experiments
from workflow_scripts.settings.judging import TabulateExperiments


def test_deviations_of_known_scores():
    """Layouts differ by 0.3, fields of one layout by 0.1."""
    rng = np.random.default_rng(0)
    scores = np.repeat(1.9 + 0.3 * rng.standard_normal(2000), 8) + 0.1 * rng.standard_normal(16000)
    found = summarise_scores(scores, 8)
    assert found["n_layouts"] == 2000
    assert found["sd_within"] == pytest.approx(0.1, rel=0.03)
    assert found["sd"] == pytest.approx(np.hypot(0.3, 0.1), rel=0.03)
    assert found["mean"] == pytest.approx(1.9, abs=0.03)
    assert found["mean_error"] == pytest.approx(np.hypot(0.3, 0.1 / np.sqrt(8)) / np.sqrt(2000), rel=0.05)


def test_fields_that_share_nothing_have_no_deviation_within():
    found = summarise_scores(np.array([1.0, 2.0, 3.0]), 1)
    assert found["n_layouts"] == 3
    assert found["sd"] == pytest.approx(1)
    assert np.isnan(found["sd_within"])


def test_the_last_run_may_be_cut_off():
    assert summarise_scores(np.array([1.0, 3.0, 5.0]), 2)["sd_within"] == pytest.approx(np.sqrt(2))


def test_a_row_per_sample_and_scorer(tmp_path):
    values = {"real": [1.0, 3.0], "fixed": [2.0, 2.0, 4.0, 4.0]}
    for name, scores in values.items():
        write_csv(
            tmp_path / "trees" / f"{name}.csv", [{"Id": row, "Predicted": value} for row, value in enumerate(scores)]
        )
    tabulate_experiments(
        scores=[tmp_path / "trees" / f"{name}.csv" for name in reversed(values)],
        experiments=tmp_path / "table.csv",
        options=TabulateExperiments([["real", 1], ["fixed", 2]], ["trees"]),
    )
    real, fixed = read_csv(tmp_path / "table.csv", ["sample", "scorer", "mean", "sd", "sd_within"])
    assert (real["mean"], real["sd_within"]) == ("2.0000", "")
    assert (fixed["mean"], fixed["sd_within"], fixed["n_layouts"]) == ("3.0000", "0.0000", "2")
