"""The leaderboard of the page."""

import re
from dataclasses import replace
from typing import get_args

import pytest
from running import ROOT

from workflow_scripts.judging.comparison import Direction
from workflow_scripts.judging.reasons import Reason, State
from workflow_scripts.judging.verdict import Verdict
from workflow_scripts.report.leaderboard import leaderboard_rows, metric_heads, verdict_cell
from workflow_scripts.report.page import render
from workflow_scripts.report.verdict_text import DAMAGES, REASONS, STATES, explain_reason
from workflow_scripts.settings.contracts.metrics import DamageKind

FOUND = Verdict(
    *("naive", "distance", State.OUTSIDE, Reason.SIGNIFICANT, "", 0.25, 0.1, 0.3, 0.05, 0.123),
    *(Direction.LARGER, 9, 0.01, 0.02, 0.31, "removed", 7, 2),
)
LOST = Verdict("naive", "pairs", State.NOT_MEASURED, Reason.UNDEFINED, "there are no pairs")


def test_every_state_and_every_reason_has_its_words():
    assert set(STATES) == set(State)
    assert set(REASONS) == set(Reason)
    assert set(DAMAGES) == set(get_args(DamageKind))


def test_cells():
    cell = verdict_cell(FOUND)
    assert (cell["value"], cell["interval"], cell["label"], cell["n_failed"]) == (
        "0.250",
        "[0.100,\u00a00.300]",
        "different",
        7,
    )
    assert (cell["state"], cell["reason"]) == ("outside", "")
    lost = verdict_cell(LOST)
    assert (lost["label"], lost["reason"], lost["value"]) == ("not measured", "undefined: there are no pairs", "")


@pytest.mark.parametrize(
    ("reason", "damage", "text"),
    [
        (Reason.LOW_POWER, 0.31, "low power: would detect no less than 31 % of the sources removed"),
        (Reason.NO_POWER, float("inf"), "no power: detects none of the damages tried"),
        (Reason.NOT_SIGNIFICANT, 0.05, "would detect 5 % of the sources removed"),
    ],
)
def test_power_is_stated_with_its_number(reason, damage, text):
    about = {"state": reason.state, "reason": reason, "smallest_damage": damage, "damage_kind": "removed"}
    assert explain_reason(replace(FOUND, **about)) == text


def test_the_reference_has_the_median_of_the_null_and_its_own_failures():
    samples = [
        {"sample": name, "kind": "x", "trees_mean": "1.26", "trees_sd": "0.5"}
        for name in ("real_test", "real_train", "naive")
    ]
    train = [replace(one, sample="real_train") for one in (FOUND, LOST)]
    rows = leaderboard_rows(
        samples,
        [*train, FOUND, LOST],
        ["distance", "pairs"],
        ["trees"],
        dict.fromkeys(("real_test", "real_train", "naive")),
    )
    reference = rows[0]["metrics"]
    assert [cell["value"] for cell in reference] == ["0.050", ""]
    assert reference[0]["n_failed"] == 2
    assert reference[1]["reason"] == "no null distribution"
    assert [row["scores"] for row in rows] == [["1.3 ± 0.5"], ["trained on these"], ["1.3 ± 0.5"]]
    assert [row["note"] for row in rows] == ["reference", "training images", "generated"]
    assert [head["null"] for head in metric_heads([FOUND, LOST], ["distance", "pairs"])] == [
        "real against real: median 0.050, 95 % below 0.123",
        "",
    ]


def tables_of(n_samples, n_metrics, n_scorers):
    """Return the number of columns and of cells in the body of every table of a leaderboard."""
    metrics, scorers = [[f"{kind}{k}" for k in range(n)] for kind, n in (("m", n_metrics), ("s", n_scorers))]
    names = ["real_test", *(f"sky{k}" for k in range(n_samples - 1))]
    samples = [{"sample": name, "kind": "x"} | dict.fromkeys([f"{s}_{e}" for s in scorers for e in ("mean", "sd")], "1")
               for name in names]  # fmt: skip
    verdicts = [replace(FOUND, sample=name, metric=metric) for name in names[1:] for metric in metrics]
    page = render(
        ROOT / "resources/report/leaderboard.html.j2",
        figures={"comparisons": {"uri": "", "caption": ""}},
        pixels={"n": 1, "width": 64, "height": 64},
        metrics=metric_heads(verdicts, metrics),
        scorers=scorers,
        leaderboard=leaderboard_rows(samples, verdicts, metrics, scorers, dict.fromkeys(names, "#000")),
        performance=[],
        controls=[],
    )
    tables = page.split('<table class="leaderboard">')[1:]
    return [(len(re.findall("<th>", one)), len(re.findall("<td>", one.split("</table>")[0]))) for one in tables]


@pytest.mark.parametrize("size", [(2, 1, 0), (3, 7, 2), (9, 3, 1), (12, 4, 3), (4, 19, 0)])
def test_no_table_is_wider_than_the_page_and_every_cell_is_shown_once(size):
    """Beside the first column a page of 1300 pixels has room for five."""
    tables = tables_of(*size)
    assert max(columns for columns, _ in tables) <= 1 + 5
    n_samples, n_columns = size[0], size[1] + size[2]
    firsts = sum(cells for _, cells in tables) - n_samples * n_columns  # the name of each row, in every table
    assert firsts in (len(tables) * n_samples, len(tables) * n_columns)
