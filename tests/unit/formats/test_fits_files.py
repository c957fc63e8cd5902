import bz2
import gzip

import numpy as np
import pytest
from astropy.io import fits

from workflow_scripts.formats.fits_files import find_image, is_fits, open_fits
from workflow_scripts.formats.image_planes import open_plane, open_planes

PIXELS = np.arange(60, dtype=np.float32).reshape(6, 10)


def table():
    """Return an extension with a catalogue."""
    return fits.BinTableHDU.from_columns([fits.Column("FLUX", "E", array=[1.0])], name="CAT")


@pytest.fixture
def survey_file(tmp_path):
    """Return a file of an image with its maps and a catalogue, as archives deliver them."""
    maps = [fits.ImageHDU(PIXELS * factor, name=name) for name, factor in [("WHT", 2), ("SCI", 1), ("DQ", 0)]]
    second = fits.ImageHDU(PIXELS * 5, name="SCI", ver=2)
    fits.HDUList([fits.PrimaryHDU(), *maps, second, table()]).writeto(tmp_path / "a.fits")
    return tmp_path / "a.fits"


@pytest.mark.parametrize("ending", ["fits", "fit", "fts", "FITS", "fits.gz", "fit.gz", "fits.bz2", "fts.bz2"])
def test_pixels_of_compressed_files(tmp_path, ending):
    path = tmp_path / f"a.{ending}"
    fits.writeto(tmp_path / "plain.fits", PIXELS)
    packer = {"gz": gzip.compress, "bz2": bz2.compress}.get(ending.split(".")[-1], bytes)
    path.write_bytes(packer((tmp_path / "plain.fits").read_bytes()))
    assert is_fits(path)
    with open_plane(path) as plane:
        assert plane.shape == (6, 10)
        np.testing.assert_array_equal(plane.read(np.s_[2:5, 3:9]), PIXELS[2:5, 3:9])


def test_a_compressed_file_without_the_ending(tmp_path):
    fits.writeto(tmp_path / "a.fits.gz", PIXELS)
    (tmp_path / "a.fits.gz").rename(tmp_path / "a.fits")
    with open_plane(tmp_path / "a.fits") as plane:
        np.testing.assert_array_equal(plane.read(), PIXELS)


@pytest.mark.parametrize(
    ("extension", "factor", "name"),
    [
        (None, 1, "[SCI]"),  # the first image that is not a map
        (1, 2, "[WHT]"),
        ("1", 2, "[WHT]"),
        ("WHT", 2, "[WHT]"),
        ("dq", 0, "[DQ]"),
        ("SCI", 1, "[SCI]"),
        ("SCI,2", 5, "[SCI]"),
    ],
)
def test_extensions_by_number_and_name(survey_file, extension, factor, name):
    with open_plane(survey_file, extension) as plane:
        assert plane.name == f"{survey_file}{name}"
        np.testing.assert_array_equal(plane.read(), PIXELS * factor)


def test_a_file_of_one_map_is_read(tmp_path):
    fits.HDUList([fits.PrimaryHDU(), fits.ImageHDU(PIXELS, name="WHT")]).writeto(tmp_path / "w.fits")
    with open_plane(tmp_path / "w.fits") as plane:
        np.testing.assert_array_equal(plane.read(), PIXELS)


@pytest.mark.parametrize(
    ("extension", "words"),
    [
        (9, r"a.fits: no extension 9; its extensions: 0 PRIMARY \(empty\), 1 WHT \(10x6 px\), 2 SCI"),
        ("RMS", r"a.fits: no extension RMS; its extensions: .*3 DQ"),
        ("SCI,3", r"a.fits: no extension SCI,3; its extensions"),
        (0, r"a.fits\[0\]: this extension has no pixels; its extensions"),
        ("CAT", r"a.fits\[CAT\]: this extension is a table; its extensions: .*5 CAT \(table\)"),
    ],
)
def test_extensions_that_are_no_image(survey_file, extension, words):
    with pytest.raises(ValueError, match=words), open_planes(survey_file, extension):
        pass


def test_a_table_in_the_place_of_an_image(tmp_path):
    fits.HDUList([fits.PrimaryHDU(), table()]).writeto(tmp_path / "a.fits")
    with (
        pytest.raises(ValueError, match=r"a.fits: it contains no image; .*1 CAT \(table\)"),
        open_planes(tmp_path / "a.fits"),
    ):
        pass


def cut(path, n_bytes):
    """Remove the last bytes of a file."""
    content = path.read_bytes()
    path.write_bytes(content[: len(content) - n_bytes])


@pytest.mark.parametrize("n_bytes", [1, 8, 40_000])
def test_a_gzip_file_that_is_cut_short(tmp_path, n_bytes):
    """A file without its trailing checksum (8 bytes) has all pixels, but nothing proves that they are intact."""
    fits.writeto(tmp_path / "a.fits.gz", np.random.default_rng(0).normal(size=(150, 150)))
    cut(tmp_path / "a.fits.gz", n_bytes)
    with pytest.raises(ValueError, match=r"a.fits.gz: the compressed file is damaged .*: copy or download it again"):
        with open_fits(tmp_path / "a.fits.gz"):
            pass


def test_a_gzip_file_with_a_wrong_byte(tmp_path):
    fits.writeto(tmp_path / "a.fits.gz", np.random.default_rng(0).normal(size=(50, 50)))
    content = bytearray((tmp_path / "a.fits.gz").read_bytes())
    content[-6] ^= 1  # of the checksum
    (tmp_path / "a.fits.gz").write_bytes(content)
    with pytest.raises(ValueError, match="compressed file is damaged"), open_fits(tmp_path / "a.fits.gz"):
        pass


@pytest.mark.parametrize("compress", [False, True])
def test_a_truncated_file(tmp_path, compress):
    pixels = np.random.default_rng(0).normal(size=(100, 100)).astype(np.float32)
    hdu = fits.CompImageHDU(pixels, name="SCI") if compress else fits.ImageHDU(pixels, name="SCI")
    fits.HDUList([fits.PrimaryHDU(), hdu]).writeto(tmp_path / "a.fits")
    cut(tmp_path / "a.fits", 6000)
    with pytest.raises(ValueError, match=r"a.fits\[SCI\]: the file is truncated, \d+ bytes are missing"):
        with open_planes(tmp_path / "a.fits"):
            pass


def test_missing_padding_does_no_harm(tmp_path):
    fits.writeto(tmp_path / "a.fits", PIXELS)
    cut(tmp_path / "a.fits", 2880 - PIXELS.nbytes)
    with open_plane(tmp_path / "a.fits") as plane:
        np.testing.assert_array_equal(plane.read(), PIXELS)


@pytest.mark.parametrize("content", [b"", b"no image", b"SIMPLE  =                    T"])
def test_other_files(tmp_path, content):
    (tmp_path / "a.fits").write_bytes(content)
    with pytest.raises(ValueError, match="a.fits: not a readable image"), open_fits(tmp_path / "a.fits"):
        pass


def test_errors_of_the_caller_pass_unchanged(tmp_path):
    fits.writeto(tmp_path / "a.fits", PIXELS)
    with pytest.raises(KeyError, match="own"), open_fits(tmp_path / "a.fits") as file:
        find_image(file, "a.fits")
        raise KeyError("own")
