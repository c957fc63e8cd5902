import os
from pathlib import Path

import numpy as np
import pytest
from skimage import io

from workflow_scripts.datasets.cosmology import Options, choose, faults_of_table, fetch, read
from workflow_scripts.formats.stacks import open_stack
from workflow_scripts.formats.tables import read_csv
from workflow_scripts.rules.data.fetch_dataset import fetch_dataset
from workflow_scripts.rules.data.import_dataset import import_dataset
from workflow_scripts.runtime.entry import built

LABELS = {"11": "1.0", "12": "0.0", "13": "1.0"}
SCORES = {"21": "0.5", "22": "2.0", "23": "6.25"}
REAL = os.environ.get("SKYLOOM_REAL_DATA")


def spotted(value=200, shape=(40, 40)):
    image = np.zeros(shape, np.uint8)
    image[10:13, 20:23] = value
    return image


def write_table(folder, name, rows):
    text = "Id,Actual\n" + "".join(f"{key},{value}\n" for key, value in rows.items())
    (folder / f"{name}.csv").write_text(text)
    (folder / name).mkdir(exist_ok=True)
    for number, key in enumerate(rows):
        io.imsave(folder / name / f"{key}.png", spotted(100 + number), check_contrast=False)


@pytest.fixture
def task(tmp_path):
    write_table(tmp_path, "labeled", LABELS)
    write_table(tmp_path, "scored", SCORES)
    return tmp_path


def options(task, **more):
    return Options(files=[str(task / "labeled.csv"), str(task / "scored.csv")], **more)


def names(task, **more):
    return [Path(labels["name"]).stem for _, labels in read("", options(task, **more))]


def test_real_images_are_those_labelled_so_or_scored_high(task):
    assert names(task) == ["11", "13", "22", "23"]
    assert names(task, min_score=4.0) == ["11", "13", "23"]
    image, labels = next(read("", options(task)))
    np.testing.assert_array_equal(image, spotted(100))
    assert image.dtype == np.float32
    assert "score" not in labels


def test_scored_images_keep_their_scores(task):
    scores = {Path(labels["name"]).stem: labels["score"] for _, labels in read("", options(task, use="scored"))}
    assert scores == {key: float(value) for key, value in SCORES.items()}


def test_nothing_left_is_an_error(task):
    files = [str(task / "scored.csv")]
    with pytest.raises(ValueError, match="no image has label 1 or a score of at least 7"):
        choose(Options(files=files, min_score=7.0))
    with pytest.raises(ValueError, match="no image has a score"):
        choose(Options(files=[str(task / "labeled.csv")], use="scored"))


def test_manifest_knows_the_tables(task):
    tables = fetch("", options(task))
    assert [(Path(one["file"]).name, one["n_images"]) for one in tables] == [("labeled.csv", 3), ("scored.csv", 3)]


def replace(task, file, old, new):
    (task / file).write_text((task / file).read_text().replace(old, new))


def save(task, name, image):
    io.imsave(task / name, image, check_contrast=False)


def emptied(task):
    for path in (task / "labeled").iterdir():
        path.unlink()


BAD = {
    "empty folder": (emptied, ["labeled: the folder is missing or contains no PNG file"]),
    "rows without a file": (
        lambda task: [(task / "scored" / f"{name}.png").unlink() for name in (21, 23)],
        ["scored.csv: rows without a file (2): 21, 23"],
    ),
    "files without a row": (lambda task: save(task, "scored/99.png", spotted()), ["files without a row (1): 99"]),
    "twice": (lambda task: replace(task, "scored.csv", "22,", "21,"), ["duplicate rows (1): 21", "a row (1): 22"]),
    "score too high": (lambda task: replace(task, "scored.csv", "6.25", "8.5"), ["from 0 to 8 (1): 23=8.5"]),
    "score below 0": (lambda task: replace(task, "scored.csv", "0.5", "-0.5"), ["from 0 to 8 (1): 21=-0.5"]),
    "score no number": (lambda task: replace(task, "scored.csv", "6.25", "high"), ["from 0 to 8 (1): 23=high"]),
    "score NaN": (lambda task: replace(task, "scored.csv", "6.25", "nan"), ["from 0 to 8 (1): 23=nan"]),
    "label not 0 or 1": (lambda task: replace(task, "labeled.csv", "12,0.0", "12,0.5"), ["0 or 1 (1): 12=0.5"]),
    "other column": (lambda task: replace(task, "scored.csv", "Actual", "Predicted"), ["no column Actual"]),
    "other size": (
        lambda task: save(task, "scored/22.png", spotted(shape=(40, 48))),
        ["another size than the first, 40x40 px (1)", "22.png"],
    ),
    "colour": (
        lambda task: save(task, "scored/22.png", np.stack([spotted()] * 3, axis=-1)),
        ["not grey with 8 bits (1)", "22.png"],
    ),
    "16 bits": (lambda task: save(task, "scored/22.png", spotted().astype(np.uint16)), ["not grey with 8 bits (1)"]),
    "broken file": (lambda task: (task / "labeled/13.png").write_bytes(b"junk"), ["cannot be read (1)", "13.png"]),
    "no source": (lambda task: save(task, "labeled/11.png", spotted(5)), ["without a source", "(1)", "11.png"]),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_listed_and_nothing_is_written(case, task, tmp_path):
    spoil, words = BAD[case]
    spoil(task)
    about = {"source": "cosmology", "options": vars(options(task))}
    with pytest.raises(ValueError, match="(?s).+") as error:
        fetch_dataset(
            images=[], manifest=str(tmp_path / "out" / "manifest.json"), folder="", options=built(fetch_dataset, about)
        )
    assert [word for word in words if word not in str(error.value)] == []
    assert len(str(error.value).splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_long_lists_are_cut(task):
    for number in range(100, 130):
        save(task, f"scored/{number}.png", spotted())
    (fault,) = faults_of_table(task / "scored.csv")
    assert "(30): 100, 101" in fault
    assert fault.endswith("111 and 18 more")


def test_an_empty_image_of_a_low_score_is_taken(task):
    save(task, "scored/21.png", np.zeros((40, 40), np.uint8))
    assert fetch("", options(task, use="scored"))


def import_all(task, field_size):
    rows = {str(number): f"{number / 5}" for number in range(12)}
    write_table(task, "scored", rows)
    for stale in set(SCORES) & {path.stem for path in (task / "scored").iterdir()} - set(rows):
        (task / "scored" / f"{stale}.png").unlink()
    paths = {part: str(task / f"{part}.h5") for part in ("train", "valid", "test")}
    split = {"train": 0.5, "valid": 0.25, "test": 0.25}
    about = {"source": "cosmology", "options": vars(options(task, use="scored")), "field_size": field_size}
    about |= {"block_size": 128, "guard": 8, "max_masked": 0.0}
    import_dataset(
        manifest="", **paths, folder="", options=built(import_dataset, {**about, "split": split}), seed=1, code=""
    )
    return paths


def test_scores_travel_with_their_fields(task):
    """The brightest pixel of image k is 100 + k, its score k / 5."""
    found = {}
    for part, path in import_all(task, None).items():
        with open_stack(path) as stack:
            found[part] = stack["score"][:]
            np.testing.assert_allclose(stack["score"][:], (stack["image"][:].max(axis=(1, 2)) - 100) / 5, rtol=1e-6)
    assert [len(scores) for scores in found.values()] == [6, 3, 3]
    assert len(np.unique(np.concatenate(list(found.values())))) == 12


def test_a_score_is_not_cut_into_fields(task):
    with pytest.raises(ValueError, match="score belongs to the whole image"):
        import_all(task, 20)


@pytest.mark.skipif(not REAL, reason="SKYLOOM_REAL_DATA is not set")
def test_the_published_tables_and_image(tmp_path):
    folder = Path(REAL) / "cosmology"
    labels, scores = (read_csv(folder / f"{name}.csv", ("Id", "Actual")) for name in ("labeled", "scored"))
    assert (len(labels), len(scores)) == (1200, 9600)
    assert sum(row["Actual"] == "1.0" for row in labels) == 1000
    assert max(float(row["Actual"]) for row in scores) == pytest.approx(6.25, abs=0.01)
    (tmp_path / "labeled").mkdir()
    (tmp_path / "labeled.csv").write_text("Id,Actual\n1009590,1.0\n")
    (tmp_path / "labeled" / "1009590.png").symlink_to(folder / "1009590.png")
    chosen = Options(files=[str(tmp_path / "labeled.csv")])
    assert fetch("", chosen)
    ((image, _),) = read("", chosen)
    assert image.shape == (1000, 1000)
    assert np.median(image) in (0, 1, 2)
    assert 0.001 < (image > np.median(image)).mean() < 0.01
