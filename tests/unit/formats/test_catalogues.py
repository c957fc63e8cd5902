import numpy as np
import pytest

from workflow_scripts.formats.catalogues import read_catalogue, write_catalogue

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


@pytest.mark.parametrize("name", ["a.ecsv", "a.fits"])
def test_a_unit_that_is_not_physical_keeps_its_name(tmp_path, name):
    write_catalogue(tmp_path / name, COLUMNS, unit="stretched_DN")
    table = read_catalogue(tmp_path / name)
    assert str(table["flux"].unit) == "stretched_DN"
    assert table.meta["FLUXUNIT"] == "stretched_DN"


def test_text_of_fits_is_ascii(tmp_path):
    write_catalogue(tmp_path / "a.fits", {"galtype": np.array(["Spirale ä, dicht", "E, S0", "☃"])})
    assert [str(value) for value in read_catalogue(tmp_path / "a.fits")["galtype"]] == [
        "Spirale a, dicht",
        "E, S0",
        "?",
    ]


@pytest.mark.parametrize("mark", [", ", " ;", "\t"])
def test_csv_is_a_catalogue_too(tmp_path, mark):
    rows = [["x", "y", "name"], ["1", "2.5", "a"], ["3", "", "b"]]
    (tmp_path / "a.csv").write_text("\ufeff" + "\r\n".join(mark.join(row) for row in rows), encoding="utf-8")
    table = read_catalogue(tmp_path / "a.csv")
    assert table["x"].tolist() == [1, 3]
    assert table["y"].filled(np.nan)[0] == 2.5
    assert table["name"].tolist() == ["a", "b"]


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
