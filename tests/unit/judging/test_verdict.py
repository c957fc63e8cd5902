from dataclasses import replace

import numpy as np
import pytest

from workflow_scripts.judging.comparison import Comparison, Direction, Outcome
from workflow_scripts.judging.permutation import holm
from workflow_scripts.judging.power import Damage
from workflow_scripts.judging.reasons import STATES, Failure, Reason, State
from workflow_scripts.judging.verdict import (
    Verdict,
    judge_sample,
    rank_samples,
    read_verdicts,
    reason_for,
    write_verdicts,
)

FOUND = Comparison(0.8, 0.7, 0.9, 0.5, 0.6, Direction.LARGER, 9, 0.2, 0.005, 0.0)


def test_holm_against_an_example_by_hand():
    # sorted 0.005 0.01 0.03 0.04, times 4 3 2 1 = 0.02 0.03 0.06 0.04, running maximum 0.02 0.03 0.06 0.06
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.5, 0.9]).tolist() == [1, 1]
    assert holm([0.02]).tolist() == [0.02]
    assert len(holm([])) == 0


def test_every_reason_has_a_state():
    assert set(STATES) == set(Reason)
    assert set(STATES.values()) == set(State)


@pytest.mark.parametrize(
    ("p", "about", "reason"),
    [
        ((0.01, 0.02, 0.005), {}, Reason.SIGNIFICANT),
        ((0.2, 0.4, 0.005), {}, Reason.POWER_UNKNOWN),
        ((0.2, 0.4, 0.005), {"smallest_damage": 0.1}, Reason.NOT_SIGNIFICANT),
        ((0.2, 0.4, 0.005), {"beyond_null": True}, Reason.BEYOND_NULL_LIMIT),
        ((0.01, 0.02, 0.005), {"beyond_null": True}, Reason.SIGNIFICANT),
        # beyond all of 20 permutations, and yet not significant after correction: undecided
        ((1 / 21, 2 / 21, 1 / 21), {}, Reason.TOO_FEW_PERMUTATIONS),
        ((0.03, 0.06, 0.005), {}, Reason.ONLY_BEFORE_CORRECTION),
        ((0.2, 0.4, 0.005), {"smallest_damage": 0.2}, Reason.NOT_SIGNIFICANT),
        ((0.2, 0.4, 0.005), {"smallest_damage": 0.31}, Reason.LOW_POWER),
        ((0.2, 0.4, 0.005), {"smallest_damage": np.inf}, Reason.NO_POWER),
        ((0.01, 0.02, 0.005), {"smallest_damage": np.inf}, Reason.SIGNIFICANT),
    ],
)
def test_reasons(p, about, reason):
    assert reason_for(*p, **about) is reason


def test_p_values_are_corrected_for_the_metrics_that_were_measured():
    results = {"a": replace(FOUND, p=0.02), "b": replace(FOUND, p=0.03), "c": Failure(Reason.UNDEFINED, "no pairs")}
    a, b, c = judge_sample(
        [Outcome("sky", name, one, 3, 1) for name, one in results.items()], {"a": Damage(0.1, "moved")}
    )
    assert (a.p, a.p_corrected, a.state, a.smallest_damage, a.damage_kind) == (0.02, 0.04, State.OUTSIDE, 0.1, "moved")
    assert (b.p_corrected, b.smallest_damage, b.damage_kind) == (0.04, None, None)
    assert (c.state, c.reason, c.detail, c.value, c.p) == (State.NOT_MEASURED, Reason.UNDEFINED, "no pairs", None, None)
    assert (a.n_failed, a.n_failed_real, a.n_blocks) == (3, 1, 9)


def test_verdicts_are_read_as_they_were_written(tmp_path):
    measured = Verdict(
        *("naive", "a", State.OUTSIDE, Reason.SIGNIFICANT, "", 0.1 + 0.2, 0.0, 1.0, 0.2, 0.5),
        *(Direction.LARGER, 9, 0.01, 0.02, float("inf"), "added", 3, 1),
    )
    failed = Verdict("naive", "b", State.NOT_MEASURED, Reason.UNDEFINED, "no pairs, sorry")
    for verdicts in ([measured, failed], []):
        write_verdicts(tmp_path / "verdicts.csv", verdicts)
        assert read_verdicts(tmp_path / "verdicts.csv") == verdicts


def test_samples_are_ranked_by_rejections_then_undecided_then_the_first_metric():
    states = {  # of two metrics, and the value of the first
        "best": (State.INSIDE, State.INSIDE, 0.9),
        "near": (State.UNDECIDED, State.INSIDE, 0.1),
        "far": (State.OUTSIDE, State.INSIDE, 0.5),
        "farther": (State.OUTSIDE, State.INSIDE, 0.7),
        "lost": (State.NOT_MEASURED, State.OUTSIDE, None),
    }
    verdicts = [
        Verdict(name, metric, state, Reason.SIGNIFICANT, value=value, direction=Direction.LARGER)
        for name, (*both, value) in states.items()
        for metric, state in zip("ab", both, strict=True)
    ]
    assert rank_samples(sorted(states), verdicts, ["a", "b"]) == list(states)
    assert rank_samples(["y", "x"], [], []) == ["y", "x"]
