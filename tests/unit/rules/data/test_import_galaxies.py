"""Galaxies of a data set as training stacks: parts, classes, attributes, balance, and what is refused."""

from types import SimpleNamespace

import numpy as np
import pytest

from workflow_scripts.formats.catalogues import read_catalogue
from workflow_scripts.formats.stacks import open_stack
from workflow_scripts.rules.data import import_galaxies as entry
from workflow_scripts.runtime.entry import built
from workflow_scripts.settings.contracts.datasets import Dataset
from workflow_scripts.training.conditions import fit_conditions
from workflow_scripts.training.data import read_data

SPLIT = {"train": 0.6, "valid": 0.2, "test": 0.2}


def source(rows, linear=True):
    rng = np.random.default_rng(0)
    y, x = np.mgrid[:20, :20] - 9.5
    images = [100 * np.exp(-0.5 * (x**2 + y**2) / 9) + rng.standard_normal((20, 20)) for _ in rows]
    return SimpleNamespace(
        DECLARATION=Dataset(holds="galaxies", linear=linear),
        Options=dict,
        describe=lambda folder, options: {"unit": "DN", "classes": ["round", "thin"], "psf_fwhm": 2.0},
        read=lambda folder, options: zip(images, rows, strict=True),
    )


def rows_of(n, rare=4):
    return [{"id": f"g{i}", "class": "thin" if i % rare == 0 else "round", "flux": 1.0 + i} for i in range(n)]


def run(folder, monkeypatch, made, **options):
    monkeypatch.setattr(entry.plugins, "load", lambda *_: made)
    paths = {part: str(folder / f"{part}.h5") for part in entry.PARTS}
    given = {"source": "mine", "options": {}, "attributes": "known", "balance": False, "split": SPLIT, **options}
    chosen = built(entry.import_galaxies, given)
    entry.import_galaxies(
        manifest="", **paths, catalogue=str(folder / "all.ecsv"), folder="", options=chosen, seed=1, code="c"
    )
    return paths, read_catalogue(folder / "all.ecsv")


def test_parts_hold_every_galaxy_once(tmp_path, monkeypatch):
    paths, table = run(tmp_path, monkeypatch, source(rows_of(150)))
    numbers = []
    for part, path in paths.items():
        with open_stack(path) as stack:
            assert stack.names("class_names") == ["round", "thin"]
            mine = stack["number"][:]
            numbers += list(mine)
            assert set(table["part"][mine]) == {part}
            assert np.allclose(stack["flux"][:], table["flux"][mine])
            assert np.array_equal(stack["class"][:] == 1, table["class"][mine] == "thin")
    assert sorted(numbers) == list(range(150))


def test_attributes_are_measured_and_of_pictures_the_apparent_ones(tmp_path, monkeypatch):
    _, table = run(tmp_path, monkeypatch, source(rows_of(40)), attributes="measured")
    assert np.median(table["flux"]) == pytest.approx(100 * 2 * np.pi * 9, rel=0.1)
    (tmp_path / "b").mkdir()
    _, table = run(tmp_path / "b", monkeypatch, source(rows_of(40), linear=False), attributes="measured")
    assert table.colnames == ["id", "part", "class", "axis_ratio", "theta", "concentration"]


def test_rare_classes_are_balanced_in_training_alone(tmp_path, monkeypatch):
    paths, _ = run(tmp_path, monkeypatch, source(rows_of(200)), balance=True)
    with open_stack(paths["train"]) as stack:
        assert len(set(np.bincount(stack["class"][:]))) == 1
        thin = stack["number"][:][stack["class"][:] == 1]
        assert (thin % 4 == 0).all()
    with open_stack(paths["test"]) as stack:
        assert len(set(np.bincount(stack["class"][:]))) == 2


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"id": "g3"}, "duplicate ids: g3"),
        ({"flux": np.nan}, "galaxy g5: flux is not finite"),
        ({"class": "square"}, "galaxy g5: no class .square.*round"),
    ],
)
def test_wrong_rows_are_refused_and_nothing_is_written(tmp_path, monkeypatch, change, message):
    rows = rows_of(60)
    rows[5] = {**rows[5], **change}
    with pytest.raises(ValueError, match=message):
        run(tmp_path, monkeypatch, source(rows))
    assert not list(tmp_path.iterdir())


def test_too_few_galaxies_are_refused(tmp_path, monkeypatch):
    with pytest.raises(ValueError, match="do not fill the three parts"):
        run(tmp_path, monkeypatch, source(rows_of(2)))


def test_other_data_sets_are_refused(tmp_path, monkeypatch):
    with pytest.raises(ValueError, match="holds images, not galaxies"):
        run(tmp_path, monkeypatch, SimpleNamespace(DECLARATION=Dataset(holds="images")))


def test_names_of_classes_may_hold_commas_and_any_letter(tmp_path, monkeypatch):
    classes = ["E, S0", "Spirale ä, dicht"]
    made = source([{**row, "class": classes[i % 2]} for i, row in enumerate(rows_of(40))])
    made.describe = lambda folder, options: {"unit": "µJy", "classes": list(classes), "psf_fwhm": 2.0}
    paths, table = run(tmp_path, monkeypatch, made)
    assert set(table["class"]) == set(classes)
    assert str(table["flux"].unit) == "uJy"
    with open_stack(paths["train"]) as stack:
        assert stack.names("class_names") == classes
    data = read_data(paths["train"], ["class"])
    assert fit_conditions(data.columns, data.class_names)[0]["names"] == classes
