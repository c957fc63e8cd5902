"""Pictures of any kind become images of one size; those that cannot are listed, and never replaced."""

import os
import zipfile
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from PIL import Image

from workflow_scripts.datasets import image_folder

REAL = os.environ.get("SKYLOOM_REAL_DATA")


def write(path, *, size=(40, 30), colour=(200, 100, 50), **how):
    """Write a picture of one colour."""
    mode = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}[len(colour)]
    Image.new(mode, size, colour if len(colour) > 1 else colour[0]).save(path, **how)
    return str(path)


def read(*files, **options):
    """Return the images and the rows of pictures, 16 pixels wide."""
    given = image_folder.Options(files=list(map(str, files)), **{"size": 16, **options})
    images, rows = zip(*image_folder.read("", given), strict=True)
    return np.stack(images), list(rows)


def test_depths_and_kinds_have_one_scale(tmp_path):
    write(tmp_path / "a.png")
    write(tmp_path / "b.webp", lossless=True)
    Image.new("I;16", (30, 30), 257 * 200).save(tmp_path / "c.png")
    images, rows = read(*sorted(tmp_path.iterdir()))
    assert images.shape == (3, 16, 16, 3)
    assert images.dtype == np.float32
    np.testing.assert_allclose(images[:2], np.broadcast_to(np.array([200, 100, 50]) / 255, (2, 16, 16, 3)), atol=1e-6)
    np.testing.assert_allclose(images[2], 200 / 255, atol=1e-6)
    assert rows[0] == {"file": str(tmp_path / "a.png"), "group": str(tmp_path / "a.png"), "x0": 5, "y0": 0, "side": 30}


def test_squares_of_a_wide_picture_are_one_group(tmp_path):
    stripes = np.repeat(np.array([10, 20, 30], np.uint8), 20)[None].repeat(20, axis=0)
    Image.fromarray(stripes).save(tmp_path / "a.png")
    images, rows = read(tmp_path / "a.png", cut="squares", bands="gray")
    np.testing.assert_allclose(images.mean(axis=(1, 2)), np.array([10, 20, 30]) / 255, atol=1e-6)
    assert [row["x0"] for row in rows] == [0, 20, 40]
    assert len({row["group"] for row in rows}) == 1


def test_transparency_is_composited_on_black_or_dropped(tmp_path):
    path = write(tmp_path / "a.png", colour=(200, 100, 50, 51))
    opaque = np.array([200, 100, 50]) / 255
    np.testing.assert_allclose(read(path)[0][0, 3, 3], opaque / 5, atol=1e-6)
    np.testing.assert_allclose(read(path, alpha="drop")[0][0, 3, 3], opaque, atol=1e-6)


def test_gray_and_colour_are_brought_together_or_named(tmp_path):
    files = write(tmp_path / "a.png"), write(tmp_path / "b.png", colour=(60,))
    assert read(*files)[0].shape[-1] == 3
    np.testing.assert_allclose(read(*files, bands="gray")[0].mean(axis=(1, 2)), [116 / 255, 60 / 255], atol=0.003)
    with pytest.raises(ValueError, match="1 of 2 .*b.png: number of bands 1, of the first picture 3: set bands"):
        read(*files, bands="keep")


def test_fits_keeps_its_values(tmp_path):
    pixels = np.random.default_rng(0).normal(100, 5, (3, 32, 32)).astype(np.float32)
    fits.writeto(tmp_path / "a.fits", pixels)
    images, _ = read(tmp_path / "a.fits", size=32, bands="keep", unit="DN")
    np.testing.assert_allclose(images[0], np.moveaxis(pixels, 0, -1), rtol=1e-6)


def test_archives_and_their_fits_are_read(tmp_path):
    fits.writeto(tmp_path / "a.fits", np.ones((20, 20), np.float32))
    with zipfile.ZipFile(tmp_path / "set.zip", "w") as file:
        file.write(tmp_path / "a.fits", "sub/a.fits")
    images, rows = read(tmp_path / "set.zip", bands="gray")
    assert (images == 1).all()
    assert rows[0]["file"] == f"{tmp_path}/set.zip/sub/a.fits"


def test_the_manifest_has_checksums_and_credits(tmp_path):
    write(tmp_path / "a.png")
    (tmp_path / "list.csv").write_text("file,credit,origin\na.png,NASA,photograph\nmissing.png,,\n")
    (found,) = image_folder.fetch("", image_folder.Options(files=[str(tmp_path / "list.csv")]))
    assert found["bytes"] == (tmp_path / "a.png").stat().st_size
    assert len(found["sha256"]) == 64
    assert (found["credit"], found["origin"], found["licence"]) == ("NASA", "photograph", "")


def bad(folder):
    """Write one picture of every kind that is unusable; return {name: reason}."""
    (folder / "empty.png").touch()
    (folder / "page.jpg").write_text("<html>not found</html>")
    (folder / "notes.txt").write_text("no picture")
    (folder / "cut.png").write_bytes(Path(write(folder / "whole.png", size=(90, 90))).read_bytes()[:60])
    write(folder / "small.png", size=(90, 12))
    write(folder / "moving.png", save_all=True, append_images=[Image.new("RGB", (40, 30))])
    write(folder / "wide.png", size=(2000, 600))
    fits.HDUList([fits.PrimaryHDU()]).writeto(folder / "none.fits")
    fits.writeto(folder / "nan.fits", np.full((20, 20), np.nan))
    fits.writeto(folder / "linear.fits", np.ones((20, 20)))
    return {
        "empty.png": "the file is empty",
        "page.jpg": "neither PNG, JPEG, TIFF nor WebP",
        "notes.txt": "neither PNG, JPEG, TIFF, WebP nor FITS, a table",
        "cut.png": "not a readable image",
        "small.png": "90x12 px is smaller than size, 16",
        "moving.png": "2 frames or pages",
        "wide.png": "2000x600 px are more than 1 megapixels",
        "none.fits": "contains no image",
        "nan.fits": "400 pixels are NaN or infinite",
        "linear.fits": "FITS and other pictures together",
    }


def test_unusable_pictures_are_listed_with_their_reasons_and_left_out_only_on_request(tmp_path, caplog):
    good, reasons = write(tmp_path / "a.png"), bad(tmp_path)
    files = [good, str(tmp_path / "whole.png"), *(str(tmp_path / name) for name in reasons)]
    with pytest.raises(ValueError, match="10 of 12 pictures are unusable") as error:
        read(*files, max_megapixels=1)
    assert "\n" not in str(error.value)
    assert "set unusable: skip" in str(error.value)
    images, rows = read(*files, max_megapixels=1, unusable="skip")
    assert [row["file"] for row in rows] == files[:2]
    assert len(images) == 2
    for text in (str(error.value), caplog.text):
        for name, reason in reasons.items():
            assert text.count(f"{tmp_path / name}: ") == 1, text
            assert reason in text


@pytest.mark.skipif(not REAL, reason="SKYLOOM_REAL_DATA is not set")
def test_real_pictures_are_read_with_their_credits():
    files = sorted(map(str, Path(REAL, "nebulae").glob("*")))
    options = image_folder.Options(files=files, size=32, source_column="info_url")
    assert len(list(image_folder.read("", options))) == 115
    records = image_folder.fetch("", options)
    assert len(records) == 115
    assert all(record["credit"] for record in records)
    files = sorted(map(str, Path(REAL, "hubble_objects").glob("*.png")))
    assert len(list(image_folder.read("", image_folder.Options(files=files, size=32)))) == 96
