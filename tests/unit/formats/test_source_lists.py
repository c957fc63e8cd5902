import numpy as np
import pytest
from astropy.table import MaskedColumn, Table

from workflow_scripts.formats.catalogues import write_catalogue
from workflow_scripts.formats.source_lists import read_sources

SOURCES = {"x": [0.0, 40.5, 99.4], "y": [-0.4, 20.25, 49.0], "flux": [10.0, 200.0, 3.5]}


def write(folder, kind="ecsv", units=None, **columns):
    table = Table({**SOURCES, **columns})
    for name, unit in (units or {}).items():
        table[name].unit = unit
    path = folder / f"mine.{kind}"
    table.write(path, format="ascii.ecsv" if kind == "ecsv" else "fits", overwrite=True)
    return path


@pytest.mark.parametrize("kind", ["ecsv", "fits"])
def test_sources_come_back(kind, tmp_path):
    sources = read_sources(write(tmp_path, kind, flux_radius=[1.0, 2.0, 3.0], axis_ratio=[1.0, 0.5, 0.2]), (50, 100))
    for name, values in SOURCES.items():
        np.testing.assert_array_equal(sources[name], values)
    np.testing.assert_array_equal(sources["flux_radius"], [1, 2, 3])
    np.testing.assert_array_equal(sources["axis_ratio"], [1, 0.5, 0.2])
    assert np.isnan(sources["theta"]).all()
    assert sources["field"].tolist() == [0, 0, 0]
    assert sources["x"].dtype == np.float64


def test_magnitudes_become_fluxes(tmp_path):
    path = tmp_path / "mine.ecsv"
    Table({"x": [1.0, 2.0], "y": [1.0, 2.0], "mag": [25.0, 22.5]}).write(path, format="ascii.ecsv")
    np.testing.assert_allclose(read_sources(path, (9, 9), 25.0)["flux"], [1.0, 10.0])
    with pytest.raises(ValueError, match="the data set has no zero point"):
        read_sources(path, (9, 9))


def test_angles_are_degrees_unless_their_unit_says_otherwise(tmp_path):
    plain = read_sources(write(tmp_path, theta=[0.0, 90.0, -45.0]), (50, 100))["theta"]
    np.testing.assert_allclose(plain, [0, 90, -45])
    radians = write(tmp_path, units={"theta": "rad"}, theta=[0.0, np.pi / 2, -np.pi / 4])
    np.testing.assert_allclose(read_sources(radians, (50, 100))["theta"], [0, 90, -45])


@pytest.mark.parametrize("kind", ["ecsv", "fits"])
@pytest.mark.parametrize(
    ("listed", "of_the_sky", "factor"),
    [("DN", "DN", 1), ("mJy", "Jy", 1e-3), ("electron / s", "electron / s", 1), ("", "DN", 1), ("Jy", "", 1)],
)
def test_fluxes_come_in_the_unit_of_the_sky(listed, of_the_sky, factor, kind, tmp_path):
    path = write(tmp_path, kind, units={"flux": listed} if listed else None)
    np.testing.assert_allclose(
        read_sources(path, (50, 100), unit=of_the_sky)["flux"], factor * np.array(SOURCES["flux"])
    )


@pytest.mark.parametrize(("listed", "of_the_sky"), [("Jy", "DN"), ("DN", "electron / s"), ("Jy", "grey level")])
def test_fluxes_of_another_unit_are_refused(listed, of_the_sky, tmp_path):
    with pytest.raises(ValueError, match=f"column flux is in {listed}; expected {of_the_sky}"):
        read_sources(write(tmp_path, units={"flux": listed}), (50, 100), unit=of_the_sky)


def test_sources_of_fields_that_are_not_made_are_listed(tmp_path):
    path = write(tmp_path, field=[0, 1, 40])
    assert len(read_sources(path, (50, 100), n_fields=41)["x"]) == 3
    with pytest.raises(ValueError, match=r"field beyond generation.n_fields: 32 \(1\): row 2"):
        read_sources(path, (50, 100), n_fields=32)


@pytest.mark.parametrize("kind", ["ecsv", "fits"])
def test_a_catalogue_of_ours_can_be_handed_in(kind, tmp_path):
    path = tmp_path / f"ours.{kind}"
    ours = {**{name: np.array(values) for name, values in SOURCES.items()}, "field": np.array([0, 2, 1])}
    write_catalogue(path, {**ours, "ellipticity": np.array([0.0, 0.5, 0.25]), "theta": np.full(3, 30.0)}, unit="DN")
    sources = read_sources(path, (50, 100))
    np.testing.assert_allclose(sources["axis_ratio"], [1, 0.5, 0.75])
    np.testing.assert_allclose(sources["theta"], 30)
    assert sources["field"].tolist() == [0, 2, 1]


BAD = {
    "outside": ({"x": [0.0, 140.5, 99.6]}, ["outside the field of 100x50 px (2): row 1 (x=140.5", "2 (x=99.6"]),
    "left of the field": ({"y": [-0.6, 1.0, 2.0]}, ["outside the field", "(1): row 0 (x=0, y=-0.6)"]),
    "not finite": ({"flux": [1.0, np.nan, np.inf]}, ["missing or not finite (2): row 1", "2 (x=99.4"]),
    "masked": ({"flux": MaskedColumn([1.0, 2.0, 3.0], mask=[0, 1, 0])}, ["missing or not finite (1): row 1"]),
    "flux": ({"flux": [1.0, 0.0, -1.0]}, ["fluxes not above 0 (2): row 1"]),
    "axis ratio": ({"axis_ratio": [1.0, 1.5, 0.0]}, ["axis_ratio not in (0, 1] (2): row 1"]),
    "radius": ({"flux_radius": [1.0, 0.0, 2.0]}, ["flux_radius not above 0 (1): row 1"]),
    "field": ({"field": [0.0, -1.0, 1.5]}, ["field not a number from 0 (2): row 1"]),
    "two shapes": (
        {"axis_ratio": [1.0, 0.5, 0.5], "ellipticity": [0.0, 0.5, 0.1]},
        ["axis_ratio is not 1 - ellipticity (1): row 2"],
    ),
    "text": ({"x": ["a", "b", "c"]}, ["column x is not numeric"]),
}


@pytest.mark.parametrize("case", BAD)
def test_offending_rows_are_listed(case, tmp_path):
    columns, words = BAD[case]
    path = write(tmp_path, **columns)
    with pytest.raises(ValueError, match=r"mine.ecsv: .+") as error:
        read_sources(path, (50, 100))
    assert [word for word in words if word not in str(error.value)] == []
    assert len(str(error.value).splitlines()) == 1


def test_all_kinds_of_faults_are_listed_at_once(tmp_path):
    path = write(tmp_path, x=[-5.0, 1.0, 2.0], flux=[1.0, -1.0, 1.0])
    with pytest.raises(ValueError, match=r"outside.+row 0.+; fluxes not above 0 \(1\): row 1"):
        read_sources(path, (50, 100))


def test_long_lists_are_cut(tmp_path):
    path = tmp_path / "mine.fits"
    Table({"x": np.full(40, 200.0), "y": np.zeros(40), "flux": np.ones(40)}).write(path)
    with pytest.raises(ValueError, match=r"\(40\): row 0 .+ and 28 more"):
        read_sources(path, (50, 100))


def test_columns_that_are_missing(tmp_path):
    path = tmp_path / "mine.ecsv"
    Table({"x": [1.0], "ra": [2.0]}).write(path, format="ascii.ecsv")
    with pytest.raises(ValueError, match="no column y, flux or mag; it has x, ra"):
        read_sources(path, (50, 100))
    Table({"x": [1.0], "y": [1.0], "flux": [1.0]})[:0].write(path, format="ascii.ecsv", overwrite=True)
    with pytest.raises(ValueError, match="the list has no rows"):
        read_sources(path, (50, 100))


def test_a_position_in_other_units_is_refused(tmp_path):
    with pytest.raises(ValueError, match="column x is in deg; expected pix"):
        read_sources(write(tmp_path, units={"x": "deg"}), (50, 100))


def test_a_file_that_is_no_catalogue(tmp_path):
    (tmp_path / "mine.fits").write_bytes(b"junk")
    with pytest.raises(ValueError, match="not a readable catalogue"):
        read_sources(tmp_path / "mine.fits", (50, 100))


def test_a_list_as_csv(tmp_path):
    (tmp_path / "mine.csv").write_text("x; y; flux; theta\r\n1.5; 2; 10; 30\r\n", newline="")
    sources = read_sources(tmp_path / "mine.csv", (50, 100), unit="DN")
    assert {name: sources[name][0] for name in ("x", "y", "flux", "theta")} == {
        "x": 1.5,
        "y": 2,
        "flux": 10,
        "theta": 30,
    }
