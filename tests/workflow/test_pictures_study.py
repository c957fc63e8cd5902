"""A study of pictures at its smallest, from files to a page and a trained stage: one run of Snakemake."""

import numpy as np
import pytest
from PIL import Image
from running import copy_repository, snakemake
from study_files import add_study

from workflow_scripts.formats.catalogues import read_catalogue
from workflow_scripts.formats.stacks import open_stack

STUDY = {
    "dataset": {
        "source": "image_folder",
        "options": {"files": ["pictures", "list.csv"], "size": 16, "unusable": "skip"},
    },
    "torch_threads": 1,
    "stages": {
        "picture_gan": {
            "model": "r3gan", "data": "pictures", "stretch": "linear", "steps": 2, "batch": 4, "options": {"width": 8}
        }
    },
}  # fmt: skip
WEIGHTS = "results/tiny/stages/picture_gan/weights.safetensors"
COPY, BROKEN = "copy.jpg", "broken.png"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return the folder of a run with 40 pictures, one of them also as a mirrored JPEG, and a broken one."""
    made = copy_repository(tmp_path_factory.mktemp("pictures") / "skyloom")
    (made / "pictures").mkdir()
    small = np.random.default_rng(0).integers(0, 256, (40, 8, 8, 3), np.uint8)
    for number, pixels in enumerate(small):
        Image.fromarray(pixels).resize((48, 40), Image.Resampling.BICUBIC).save(made / f"pictures/{number:02}.png")
    Image.open(made / "pictures/07.png").transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(made / "pictures" / COPY)
    (made / "pictures" / BROKEN).write_bytes(b"no picture")
    (made / "list.csv").write_text("file,credit,origin\npictures/03.png,NASA,photograph\n")
    snakemake(made, "-c2", *add_study(made, "tiny", STUDY), "--", "all", WEIGHTS)
    return made


def test_the_catalogue_has_every_usable_picture_with_its_credit(folder):
    table = read_catalogue(folder / "results/tiny/pictures/all.ecsv")
    assert len(table) == 41
    assert list(table["credit"][table["file"] == "pictures/03.png"]) == ["NASA"]
    assert f"pictures/{BROKEN}: not a readable image" in (folder / "logs/tiny/import_pictures.log").read_text()


def test_a_copy_is_in_the_part_of_its_original(folder):
    table = read_catalogue(folder / "results/tiny/pictures/all.ecsv")
    pair = table[np.isin(table["file"], ["pictures/07.png", f"pictures/{COPY}"])]
    assert len(set(pair["part"])) == len(set(pair["group"])) == 1
    assert len(set(table["group"])) == 40


def test_a_stage_is_trained_on_them_and_there_is_a_page_but_no_sky(folder):
    assert (folder / WEIGHTS).stat().st_size > 0
    assert (folder / "results/tiny/report.html").exists()
    with open_stack(folder / "results/tiny/pictures/train.h5") as stack:
        assert stack["image"].shape[1:] == (16, 16, 3)
    assert not (folder / "results/tiny/fields").exists()


def test_unusable_pictures_stop_the_run_with_one_line_unless_they_may_be_skipped(folder):
    given = ["--config", "dataset={source: image_folder, options: {files: [pictures], size: 16}}", "study=strict"]
    said = snakemake(folder, "-c1", *given, ok=False)
    (line,) = {line for line in said.splitlines() if line.startswith("skyloom: ")}
    assert f"1 of 42 pictures are unusable: pictures/{BROKEN}: not a readable image" in line
    assert "Traceback" not in said
