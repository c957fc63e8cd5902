"""The figures and the table of deblenders."""

import numpy as np
from described_blends import described

from workflow_scripts.formats.separations import columns_of
from workflow_scripts.formats.stacks import create_stack, open_stack
from workflow_scripts.report.deblended_examples import read_examples
from workflow_scripts.report.deblender_tables import deblender_table
from workflow_scripts.report.deblenders import draw_performance, draw_separations
from workflow_scripts.settings.contracts.deblenders import Sources


def write_separated(folder, n):
    """Write the first n galaxies of every blend as its sources."""
    with open_stack(folder / "blends.h5") as stack, create_stack(folder / f"{n}.h5") as writer:
        for number in range(len(stack)):
            x, y, truth, masks = (stack[key][number][:n] for key in ("x", "y", "truth", "masks"))
            writer.append(**columns_of(number, Sources(x, y, truth[..., None], masks), 2))
    return folder / f"{n}.h5"


def test_examples_go_from_the_least_to_the_most_blended(tmp_path):
    described(tmp_path, separations=(4, 16, 10, 12), blendedness=(0.4, 0.1, 0.3, 0.2))
    examples = read_examples(tmp_path / "blends.h5", [write_separated(tmp_path, n) for n in (2, 1)], 3)
    separations = [np.ptp(one.galaxies.places[:, 0]) for one in examples]
    assert separations == [16, 12, 4]
    assert [[one.galaxy.tolist() for one in example.separated] for example in examples] == [[[0, 1], [0]]] * 3
    figure = draw_separations(examples, ["both", "one_alone"])
    titles = [axes.get_title(loc="left") or axes.get_title() for axes in figure.axes[:4]]
    assert titles == ["blend", "galaxies", "both", "one alone"]
    assert len(figure.axes) == 12


def bin_rows(deblender, statistic, values):
    """Return rows of `bins.csv`: two bins of blendedness and one of the signal-to-noise ratio."""
    bins = [("blendedness", "0", "0.1"), ("blendedness", "0.1", "1"), ("snr", "0", "100")]
    return [
        {"deblender": deblender, "by": by, "low": low, "high": high, "n": "5", "statistic": statistic}
        | dict.fromkeys(("value", "value_low", "value_high"), value)
        for (by, low, high), value in zip(bins, values, strict=True)
    ]


def test_statistics_that_are_nowhere_defined_have_no_panel():
    rows = [
        *bin_rows("a", "completeness", ["1", "0.5", "0.7"]),
        *bin_rows("b", "completeness", ["1", "", "0.7"]),
        *bin_rows("a", "colour_bias", ["", "", ""]),
    ]
    figure = draw_performance({"pairs": rows})
    axes = [axes for part in figure.subfigs for axes in part.axes]
    assert [one.get_ylabel() for one in axes] == ["completeness", "completeness"]
    assert len(axes[0].containers) == 2


def leaderboard_row(deblender, **values):
    names = ("flux_error", "flux_error_more", "completeness", "purity", "flux_bias", "colour_bias", "iou", "ssim")
    cells = {f"{name}{end}": values.get(name, "") for name in names for end in ("", "_low", "_high")}
    return {"deblender": deblender, "n_blends": "9", "n_galaxies": "20", **cells}


def test_the_table_leaves_out_what_no_deblender_has():
    rows = [
        leaderboard_row("sep_combined", flux_error="0.1", flux_error_more="0", iou="0.5"),
        leaderboard_row("mine", flux_error="0.25", flux_error_more="0.15"),
    ]
    table = deblender_table("pairs", rows)
    assert (table["name"], table["n_blends"], table["heads"]) == ("pairs", "9", ["flux error", "difference", "IoU"])
    assert [row["name"] for row in table["rows"]] == ["SEP combined", "mine"]
    cells = [[cell["value"] for cell in row["cells"]] for row in table["rows"]]
    assert cells == [["0.100", "", "0.500"], ["0.250", "0.150", ""]]
