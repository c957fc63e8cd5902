"""Figures and table of injected sources."""

import numpy as np

from workflow_scripts.report.injections import draw_exposures, draw_recovery, injection_row

BIN = {"by": "mag", "low": "20", "high": "21", "n": "5", "completeness": "0.5", "chance": "0", "offset": "0.1"}
BIN |= {"completeness_low": "0.2", "completeness_high": "0.8", "flux_bias": "0.1"}
ALL = {**BIN, "by": "all", "n": "60", "pull": "0.031", "pull_width": "1.02"}
LIMITS = {"mag_50": [24.0, 23.9, 24.2], "mag_90": [None, None, None], "n_sources": 9, "n_negative": 1}
LIMITS |= {"curve": {"plateau": 0.8, "middle": 24.0, "width": 0.3}}


def test_the_row_of_the_table():
    row = injection_row("my_points", [ALL, BIN], LIMITS)
    assert (row["name"], row["mag_50"], row["mag_90"]) == ("my points", "24.00 (23.90 to 24.20)", "")
    assert (row["pull"], row["flux_bias"], row["negative"]) == ("0.03 ± 1.02", "+0.100", "1 / 9")
    discs = injection_row("discs", [{**ALL, "pull": "", "pull_width": ""}], {**LIMITS, "mag_50": [24.0, None, None]})
    assert (discs["pull"], discs["mag_50"]) == ("", "24.00")


def test_figures_have_a_row_per_injection():
    bins = [ALL, BIN, {**BIN, "low": "21", "high": "22"}]
    figure = draw_recovery({"a": (bins, LIMITS, np.zeros(9)), "b": (bins, {**LIMITS, "curve": None}, np.zeros(0))})
    assert [axes.get_visible() for axes in figure.axes] == [True] * 7 + [False]
    image = np.random.default_rng(0).normal(0, 1, (3, 20, 30))
    assert len(draw_exposures({"a": image, "b": image}).axes) == 6
