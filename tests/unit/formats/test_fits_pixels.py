"""Copies of FITS files that differ in pixels alone."""

import gzip

import numpy as np
import pytest
from astropy.io import fits

from workflow_scripts.formats.fits_pixels import changed_pixels


def write(path, pixels, **cards):
    """Write a file with an image extension between two others."""
    hdu = fits.ImageHDU(pixels, name="SCI")
    hdu.header.update(cards)
    table = fits.BinTableHDU.from_columns([fits.Column("a", "J", array=np.arange(5))])
    fits.HDUList([fits.PrimaryHDU(), hdu, table]).writeto(path)
    return path


def add_one(path, source, **given):
    with changed_pixels(path, source, **given) as pixels:
        pixels[2, 3] += 1


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_nothing_but_a_pixel_differs(tmp_path, kind):
    source = write(tmp_path / "a.fits", np.zeros((5, 7), kind), HISTORY="mine", EQUINOX=2000.0)
    add_one(tmp_path / "b.fits", source)
    one, other = ((tmp_path / name).read_bytes() for name in ("a.fits", "b.fits"))
    assert len(one) == len(other)
    assert sum(a != b for a, b in zip(one, other, strict=True)) <= kind().itemsize
    image = fits.getdata(tmp_path / "b.fits", "SCI")
    assert (image[2, 3], image.sum()) == (1, 1)


def test_a_plane_of_a_cube(tmp_path):
    source = write(tmp_path / "a.fits", np.zeros((2, 30, 40), np.float32))
    add_one(tmp_path / "b.fits", source, extension="SCI", band=1)
    assert fits.getdata(tmp_path / "b.fits", "SCI").sum(axis=(1, 2)).tolist() == [0, 1]


@pytest.mark.parametrize(
    ("pixels", "cards", "line"),
    [
        (np.zeros((5, 7), np.int16), {}, "pixels are scaled or whole numbers: convert them"),
        (np.zeros((5, 7), np.float32), {"DATASUM": "1"}, "it has a checksum, DATASUM"),
    ],
)
def test_pixels_that_cannot_be_changed_in_place(tmp_path, pixels, cards, line):
    source = write(tmp_path / "a.fits", pixels, **cards)
    with pytest.raises(ValueError, match=line):
        add_one(tmp_path / "b.fits", source)
    assert not (tmp_path / "b.fits").exists()


def test_compressed_files_are_refused(tmp_path):
    source = write(tmp_path / "a.fits", np.zeros((5, 7), np.float32))
    (tmp_path / "a.fits.gz").write_bytes(gzip.compress(source.read_bytes()))
    fits.HDUList([fits.PrimaryHDU(), fits.CompImageHDU(np.zeros((50, 70), np.float32))]).writeto(tmp_path / "c.fits")
    for name in ("a.fits.gz", "c.fits"):
        with pytest.raises(ValueError, match=r"compressed: decompress it \(gunzip, funpack\)"):
            add_one(tmp_path / "b.fits", tmp_path / name)
