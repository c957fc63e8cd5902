"""Pictures with classes: folders by class, and tables of labels."""

import os
from pathlib import Path

import numpy as np
import pytest
from skimage import io

from workflow_scripts.datasets import image_classes, image_table

REAL = os.environ.get("SKYLOOM_REAL_DATA")
needs_real = pytest.mark.skipif(not REAL, reason="SKYLOOM_REAL_DATA is not set")


@pytest.fixture
def folders(tmp_path):
    for kind in ("spiral", "round"):
        (tmp_path / kind).mkdir()
        for i in range(3):
            picture = np.full((40, 50, 3), 40 * i, np.uint8)
            picture[15:25, 20:30] = 255
            io.imsave(tmp_path / kind / f"{i}.png", picture, check_contrast=False)
    (tmp_path / "labels.csv").write_text("file,class,odd\nspiral/1.png,a,0.5\nround/2.png,b,1\n")
    return tmp_path


def files(folder):
    return sorted(map(str, folder.glob("*/*.png")))


def test_folders_are_classes_and_the_middle_is_kept(folders):
    options = image_classes.Options(files=files(folders), size=16, crop=10, low=-1.0)
    assert image_classes.describe("", options)["classes"] == ["round", "spiral"]
    images, rows = zip(*image_classes.read("", options), strict=True)
    assert rows[0] == {"id": "round/0.png", "class": "round"}
    assert len({row["id"] for row in rows}) == 6
    assert images[0].shape == (16, 16, 3)
    assert images[0].dtype == np.float32
    assert np.allclose(images[0], 1)


def test_pictures_that_do_not_decode_are_listed_and_refused_above_the_share(folders, caplog):
    Path(files(folders)[0]).write_bytes(b"no picture")
    with pytest.raises(ValueError, match="1 of 6 pictures are unusable.*round/0.png"):
        list(image_classes.read("", image_classes.Options(files=files(folders))))
    left = list(image_classes.read("", image_classes.Options(files=files(folders), max_unreadable=0.2)))
    assert len(left) == 5
    assert "skipped: round/0.png" in caplog.text


def test_a_crop_larger_than_the_picture_is_an_error(folders):
    with pytest.raises(ValueError, match="50x40 px is smaller than the crop of 60 px"):
        list(image_classes.read("", image_classes.Options(files=files(folders), crop=60)))


def test_gray_and_colour_pictures_are_named_or_brought_together(folders):
    io.imsave(folders / "round" / "1.png", np.full((40, 50), 9, np.uint8), check_contrast=False)
    with pytest.raises(ValueError, match="1 of 6 .*round/1.png: number of bands 1, of the first picture 3: set bands"):
        list(image_classes.read("", image_classes.Options(files=files(folders))))
    for bands, shape in (("rgb", (16, 16, 3)), ("gray", (16, 16))):
        options = image_classes.Options(files=files(folders), size=16, bands=bands)
        assert {image.shape for image, _ in image_classes.read("", options)} == {shape}


def test_table_gives_labels(folders):
    options = image_table.Options(files=[str(folders / "labels.csv")], attribute_columns=["odd"], size=16)
    _, rows = zip(*image_table.read("", options), strict=True)
    assert rows[0] == {"id": "spiral/1.png", "class": "a", "odd": 0.5}
    assert image_table.describe("", options)["classes"] == ["a", "b"]


def test_table_without_a_column_or_with_no_number_is_refused(folders):
    path = folders / "labels.csv"
    with pytest.raises(ValueError, match="no column ring"):
        list(image_table.read("", image_table.Options(files=[str(path)], class_column="ring")))
    path.write_text("file,class,odd\nspiral/1.png,a,many\n")
    with pytest.raises(ValueError, match="spiral/1.png: odd is 'many', not a number"):
        list(image_table.read("", image_table.Options(files=[str(path)], attribute_columns=["odd"])))


def test_table_that_names_no_picture_is_refused(folders):
    (folders / "labels.csv").write_text("file,class\nnowhere.png,a\nspiral/1.png,b\n")
    with pytest.raises(ValueError, match="1 of 2 pictures are unusable.*nowhere.png: no such file"):
        list(image_table.read("", image_table.Options(files=[str(folders / "labels.csv")])))


@needs_real
def test_real_pictures_are_read():
    options = image_classes.Options(files=sorted(map(str, Path(REAL).glob("galaxy_zoo_jpegs/*/*.jpg")))[::100])
    rows = [row["class"] for _, row in image_classes.read("", options)]
    assert rows == ["non_spirals"] * 7 + ["spirals"] * 7
    table = Path(REAL, "decals_rings/example_ring_catalog_basic.csv")
    names = {"file_column": "local_png_loc", "id_column": "iauname", "class_column": "ring"}
    images, rows = zip(*image_table.read("", image_table.Options(files=[str(table)], size=32, **names)), strict=True)
    assert len(images) == 470
    assert {row["class"] for row in rows} == {"0", "1"}
