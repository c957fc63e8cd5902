import numpy as np
import pytest

from workflow_scripts.formats.requests import read_requests

NAMES = ["class", "half_light_radius", "axis_ratio"]


def read(tmp_path, text, name="requests.csv"):
    (tmp_path / name).write_text(text)
    return read_requests(str(tmp_path / name), NAMES)


def test_cells_may_stay_empty_and_rows_repeat(tmp_path):
    requested = read(tmp_path, "class,axis_ratio,number\nedge_on,0.3,2\n,,1\nspiral,,1\n")
    assert requested["class"].tolist() == ["edge_on", "edge_on", "", "spiral"]
    np.testing.assert_array_equal(requested["axis_ratio"], [0.3, 0.3, np.nan, np.nan])


def test_ecsv_is_read_like_csv(tmp_path):
    from astropy.table import Table

    Table({"class": ["spiral"], "half_light_radius": [5]}).write(tmp_path / "a.ecsv")
    requested = read_requests(str(tmp_path / "a.ecsv"), NAMES)
    assert requested["class"].tolist() == ["spiral"]
    assert requested["half_light_radius"].tolist() == [5.0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("class,colour\nspiral,red\n", "unknown column colour; known: class, half_light_radius, axis_ratio, number"),
        ("class\n", "the table has no rows"),
        ("half_light_radius\n3\nlarge\n", "row 2: half_light_radius large is not a number"),
        ("half_light_radius\ninf\n", "row 1: half_light_radius is infinite"),
        ("axis_ratio,number\n0.3,0\n", "row 1: number 0 is not a positive integer"),
        ("axis_ratio,number\n0.3,1.5\n", "row 1: number 1.5"),
    ],
)
def test_tables_that_cannot_be_used_are_refused(tmp_path, text, message):
    with pytest.raises(ValueError, match=message):
        read(tmp_path, text)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ValueError, match="nowhere.csv: no such file"):
        read_requests(str(tmp_path / "nowhere.csv"), NAMES)


@pytest.mark.parametrize(
    "text", ["class, axis_ratio\nE S0, 0.5\n", "class;axis_ratio\r\nE S0;0.5\r\n", "class\taxis_ratio\nE S0\t0.5"]
)
def test_blanks_semicolons_and_tabs(tmp_path, text):
    requested = read(tmp_path, text)
    assert (requested["class"].tolist(), requested["axis_ratio"].tolist()) == (["E S0"], [0.5])


def test_a_class_may_hold_a_comma(tmp_path):
    assert read(tmp_path, 'class,axis_ratio\n"E, S0",0.5\n')["class"].tolist() == ["E, S0"]
