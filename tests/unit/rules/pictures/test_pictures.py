"""Pictures as stacks and in parts: no part shares a group or a near duplicate with another one."""

from types import SimpleNamespace

import numpy as np
import pytest

from workflow_scripts.attributes.known import OF_PICTURES
from workflow_scripts.formats.atomic import write_json
from workflow_scripts.formats.catalogues import read_catalogue
from workflow_scripts.formats.stacks import open_stack
from workflow_scripts.rules.pictures import import_pictures as entry
from workflow_scripts.rules.pictures.divide_pictures import PARTS, divide_pictures, parts_of
from workflow_scripts.settings.contracts.datasets import Dataset
from workflow_scripts.settings.data import FetchDataset
from workflow_scripts.settings.pictures import Pictures

SPLIT = {"train": 0.7, "valid": 0.1, "test": 0.2}


def source(images, groups=None):
    """Return a data set of pictures, one file each."""
    groups = groups or [f"{number}.png" for number in range(len(images))]
    rows = [{"file": f"{i}.png", "group": group, "x0": 0, "y0": 0, "side": 32} for i, group in enumerate(groups)]
    return SimpleNamespace(
        DECLARATION=Dataset(holds="pictures", linear=False),
        Options=dict,
        describe=lambda folder, options: {"unit": "stretched", "band": "picture"},
        read=lambda folder, options: zip(images, rows, strict=True),
    )


def run(folder, monkeypatch, made, seed=1):
    """Import and divide pictures; return the paths of the parts and the catalogue."""
    monkeypatch.setattr(entry.plugins, "load", lambda *_: made)
    manifest, pictures = folder / "manifest.json", folder / "all.h5"
    write_json(manifest, {"files": [{"file": "0.png", "bytes": 7, "sha256": "ab", "credit": "Me", "licence": "CC0"}]})
    options = FetchDataset({}, "mine")
    entry.import_pictures(manifest=manifest, pictures=pictures, folder="", options=options, seed=seed, code="c")
    paths = {part: folder / f"{part}.h5" for part in PARTS}
    catalogue = folder / "all.ecsv"
    about = {"options": Pictures(), "seed": seed, "code": "c"}
    divide_pictures(manifest=manifest, pictures=pictures, **paths, catalogue=catalogue, **about)
    return paths, read_catalogue(catalogue)


def noise(n, *shape):
    return np.random.default_rng(0).random((n, 32, 32, *shape)).astype(np.float32)


def test_every_picture_is_in_one_part_and_the_catalogue_has_it(tmp_path, monkeypatch):
    images = noise(150, 3)
    paths, table = run(tmp_path, monkeypatch, source(images))
    numbers = []
    for part, path in paths.items():
        with open_stack(path) as stack:
            mine = stack["number"][:]
            numbers += list(mine)
            np.testing.assert_array_equal(stack["image"][:], images[mine])
            assert set(table["part"][mine]) == {part}
            assert stack.attributes["unit"] == "stretched"
    assert sorted(numbers) == list(range(150))
    assert [int((table["part"] == part).sum()) for part in PARTS] == pytest.approx([105, 15, 30], abs=1)
    assert set(table.colnames) <= set(OF_PICTURES)
    assert tuple(table[0][["file", "bytes", "sha256", "credit"]]) == ("0.png", 7, "ab", "Me")
    assert tuple(table[1][["file", "bytes"]]) == ("1.png", 0)
    assert str(table["side"].unit) == "pix"


@pytest.mark.parametrize("seed", range(4))
def test_groups_and_turned_copies_are_in_one_part(tmp_path, monkeypatch, caplog, seed):
    images = noise(60, 3)
    images[50:60] = [np.rot90(image[:, ::-1], k) for k, image in enumerate(images[:10])]
    caplog.set_level("INFO")
    _, table = run(tmp_path, monkeypatch, source(images, [f"g{number // 2}" for number in range(60)]), seed)
    for group in np.unique(table["group"]):
        assert len(set(table["part"][table["group"] == group])) == 1
    for number in range(10):
        assert table["group"][number] == table["group"][50 + number] == table["group"][number ^ 1]
    assert "near duplicates, in one part: g0, g25" in caplog.text


def test_parts_have_their_shares_beside_a_large_group():
    groups = np.repeat(np.arange(40), [19, *[1] * 39])
    drawn = [parts_of(groups, SPLIT, np.random.default_rng(seed)) for seed in range(100)]
    counts = np.array([[(parts == part).sum() for part in PARTS] for parts in drawn])
    np.testing.assert_allclose(counts.mean(axis=0), [0.7 * 58, 0.1 * 58, 0.2 * 58], atol=3)
    assert counts.min() > 0
    assert len({tuple(parts) for parts in drawn}) == 100, "the seed has no effect"


def test_too_few_groups_are_refused_with_their_number():
    with pytest.raises(ValueError, match="50 pictures in 2 groups.*do not fill the parts .train 50, valid 0, test 0"):
        parts_of(np.arange(50) // 25, SPLIT, np.random.default_rng(0))


def test_other_data_sets_and_empty_ones_are_refused(tmp_path, monkeypatch):
    with pytest.raises(ValueError, match="holds images, not pictures"):
        run(tmp_path, monkeypatch, SimpleNamespace(DECLARATION=Dataset(holds="images")))
    with pytest.raises(ValueError, match="data set mine: no picture is usable"):
        run(tmp_path, monkeypatch, source([]))
    assert not (tmp_path / "all.h5").exists()


def test_the_names_of_ten_thousand_files_fit(tmp_path, monkeypatch):
    """A list of names is one attribute, longer than the 64 KiB that old HDF5 files allow."""
    made = source(np.zeros((10_000, 2, 2), np.float32))
    monkeypatch.setattr(entry.plugins, "load", lambda *_: made)
    options = FetchDataset({}, "mine")
    entry.import_pictures(manifest="", pictures=tmp_path / "a.h5", folder="", options=options, seed=1, code="c")
    with open_stack(tmp_path / "a.h5") as stack:
        assert stack.names("files")[9999] == "9999.png"
