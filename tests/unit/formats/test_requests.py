import numpy as np
import pytest

from workflow_scripts.formats.requests import read_requests

KINDS = {"class": "class", "half_light_radius": "number", "axis_ratio": "number"}


def read(tmp_path, text, name="requests.csv"):
    (tmp_path / name).write_text(text)
    return read_requests(str(tmp_path / name), KINDS)


def test_cells_may_stay_empty_and_rows_repeat(tmp_path):
    asked = read(tmp_path, "class,axis_ratio,number\nedge_on,0.3,2\n,,1\nspiral,,1\n")
    assert asked["class"].tolist() == ["edge_on", "edge_on", "", "spiral"]
    np.testing.assert_array_equal(asked["axis_ratio"], [0.3, 0.3, np.nan, np.nan])


def test_ecsv_is_read_like_csv(tmp_path):
    from astropy.table import Table

    Table({"class": ["spiral"], "half_light_radius": [5]}).write(tmp_path / "a.ecsv")
    asked = read_requests(str(tmp_path / "a.ecsv"), KINDS)
    assert asked["class"].tolist() == ["spiral"]
    assert asked["half_light_radius"].tolist() == [5.0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("class,colour\nspiral,red\n", "unknown column colour; known: class, half_light_radius, axis_ratio, number"),
        ("class\n", "no request in it"),
        ("half_light_radius\n3\nlarge\n", "row 2: half_light_radius large is not a number"),
        ("half_light_radius\ninf\n", "row 1: half_light_radius is infinite"),
        ("axis_ratio,number\n0.3,0\n", "row 1: number 0 is not a whole number from 1"),
        ("axis_ratio,number\n0.3,1.5\n", "row 1: number 1.5"),
    ],
)
def test_tables_that_cannot_be_used_are_refused(tmp_path, text, said):
    with pytest.raises(ValueError, match=said):
        read(tmp_path, text)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ValueError, match="nowhere.csv: no such file"):
        read_requests(str(tmp_path / "nowhere.csv"), KINDS)
