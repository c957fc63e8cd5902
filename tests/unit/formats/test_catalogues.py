import numpy as np
import pytest

from workflow_scripts.formats.catalogues import known_unit, read_catalogue, write_catalogue

COLUMNS = {
    "id": np.arange(3),
    "x": np.array([1.25, 2.5, 100.0625]),
    "flux": np.array([1e-30, 2.5, 3e30]),
    "z": np.array([0.1, np.nan, 2.0]),
    "galtype": np.array(["disk", "sph", ""]),
}


@pytest.mark.parametrize("name", ["a.ecsv", "a.fits"])
def test_values_units_and_meanings_come_back(tmp_path, name):
    write_catalogue(tmp_path / name, COLUMNS, unit="electron / s")
    table = read_catalogue(tmp_path / name)
    assert table.colnames == list(COLUMNS)
    for column in ("id", "x", "flux", "z"):
        np.testing.assert_array_equal(np.asarray(table[column]), COLUMNS[column])
    assert [str(value) for value in table["galtype"]][:2] == ["disk", "sph"]
    assert str(table["x"].unit) == "pix"
    assert str(table["flux"].unit) == "electron / s"
    assert table.meta["FLUXUNIT"] == "electron / s"


def test_ecsv_keeps_descriptions(tmp_path):
    write_catalogue(tmp_path / "a.ecsv", COLUMNS)
    assert read_catalogue(tmp_path / "a.ecsv")["x"].description == "centre along x in its image, first pixel 0"


def test_a_unit_that_nobody_knows_stays_in_the_metadata(tmp_path):
    write_catalogue(tmp_path / "a.ecsv", COLUMNS, unit="stretched_DN")
    table = read_catalogue(tmp_path / "a.ecsv")
    assert table["flux"].unit is None
    assert table.meta["FLUXUNIT"] == "stretched_DN"
    assert known_unit("stretched_DN") is None


@pytest.mark.parametrize("name", ["a.ecsv", "a.fits"])
def test_the_same_catalogue_is_the_same_bytes(tmp_path, name):
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    for folder in ("one", "two"):
        write_catalogue(tmp_path / folder / name, COLUMNS, unit="DN")
    assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


@pytest.mark.parametrize("name", ["a.ecsv", "a.fits"])
def test_what_is_no_catalogue_is_refused(tmp_path, name):
    (tmp_path / name).write_bytes(b"\x00\x01 nothing of the kind")
    with pytest.raises(ValueError, match="not a readable catalogue"):
        read_catalogue(tmp_path / name)
