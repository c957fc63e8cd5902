"""The truth of simulated fields lies where their light is, and detection finds it."""

import numpy as np
import pytest
from scipy.spatial import cKDTree

from workflow_scripts.datasets.simulated_fields import Options, draw
from workflow_scripts.formats.catalogues import read_catalogue
from workflow_scripts.formats.source_lists import read_sources
from workflow_scripts.rules.data.detect_sources import detect_sources
from workflow_scripts.rules.data.import_dataset import import_dataset
from workflow_scripts.rules.data.list_truth import list_truth
from workflow_scripts.runtime.entry import built

OPTIONS = {"n": 40, "size": 128, "n_bright": 3.0, "n_faint": 3.0, "cluster_width": 20.0}
DETECTION = {
    "threshold_sigma": 5,
    "min_area": 3,
    "deblend_thresholds": 32,
    "deblend_contrast": 0.005,
    "background_box": 32,
    "method": "threshold",
    "threshold": 5,
}
PARTS = ("train", "valid", "test")


def made(folder, field_size=None):
    """Import simulated fields, list their truth and detect their sources; return the folder."""
    source = {"source": "simulated_fields", "options": OPTIONS}
    paths = {part: str(folder / f"{part}.h5") for part in PARTS}
    split = {"train": 0.6, "valid": 0.2, "test": 0.2}
    options = {**source, "field_size": field_size, "block_size": 128, "guard": 8, "max_masked": 0.0, "split": split}
    import_dataset(manifest="", **paths, folder="", options=built(import_dataset, options), seed=3, code="")
    for part, path in paths.items():
        list_truth(
            fields=path, truth=str(folder / f"{part}_truth.ecsv"), folder="", options=built(list_truth, source), code=""
        )
    return folder


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return made(tmp_path_factory.mktemp("whole"))


@pytest.fixture(scope="module")
def tables(whole):
    detect_sources(
        background=[],
        **dict.fromkeys(("fields", "windows"), str(whole / "train.h5")),
        catalogue=str(whole / "found.ecsv"),
        segmentation=str(whole / "maps.h5"),
        window_segmentation=str(whole / "window_maps.h5"),
        options=built(detect_sources, DETECTION),
        seed=1,
        code="",
    )
    return read_catalogue(whole / "train_truth.ecsv"), read_catalogue(whole / "found.ecsv")


def positions(table):
    """Return the places as points that are far from each other in different fields."""
    return np.stack([np.asarray(table[name], float) * scale for name, scale in (("x", 1), ("y", 1), ("field", 1e6))], 1)


def test_every_field_has_its_truth_once(whole):
    tables = [read_catalogue(whole / f"{part}_truth.ecsv") for part in PARTS]
    sources = [draw(item, Options(**OPTIONS))[1] for item in range(OPTIONS["n"])]
    assert sum(map(len, tables)) == sum(len(one["x"]) for one in sources)
    for table in tables:
        for row in table:
            one = sources[row["parent"]]
            (which,) = np.flatnonzero(one["x"] == row["x"])
            assert (one["y"][which], one["flux"][which]) == (row["y"], row["flux"])
            assert one["theta"][which] == row["theta"]


def test_bright_sources_alone_are_found(tables):
    """Completeness above 0.95 of bright sources with no other within 12 px; found within a pixel and a half."""
    truth, found = tables
    alone = cKDTree(positions(truth)).query(positions(truth), k=2)[0][:, 1] > 12
    isolated = positions(truth)[alone & np.asarray(truth["bright"], bool)]
    assert len(isolated) > 20
    distance = cKDTree(positions(found)).query(isolated)[0]
    assert (distance < 1.5).mean() > 0.95


def test_nothing_is_found_where_nothing_is(tables):
    """Purity: the brightest pixel of what is found lies beside a true source."""
    truth, found = tables
    distance = cKDTree(positions(truth)).query(positions(found))[0]
    assert (distance < 3).mean() > 0.95


def test_the_truth_of_fields_that_are_cut_is_cut_with_them(tmp_path, whole):
    folder = made(tmp_path, field_size=64)
    tables = [read_catalogue(folder / f"{part}_truth.ecsv") for part in PARTS]
    together = [read_catalogue(whole / f"{part}_truth.ecsv") for part in PARTS]
    assert sum(map(len, tables)) == sum(map(len, together))
    for table in tables:
        assert max(table["x"].max(), table["y"].max()) < 63.5
        assert min(table["x"].min(), table["y"].min()) >= -0.5


def test_truth_can_be_handed_in_as_a_catalogue(whole):
    sources = read_sources(whole / "test_truth.ecsv", (128, 128))
    table = read_catalogue(whole / "test_truth.ecsv")
    np.testing.assert_array_equal(sources["flux"], table["flux"])
    np.testing.assert_array_equal(sources["theta"], table["theta"])
