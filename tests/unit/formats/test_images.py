import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS
from skimage import io

from workflow_scripts.formats.images import read_image, tangent_wcs, write_fits_fields


@pytest.fixture
def gray():
    return np.random.default_rng(0).integers(0, 256, (12, 17), np.uint8)


@pytest.mark.parametrize("suffix", ["png", "tif", "tiff", "npy", "fits", "FITS", "fits.gz"])
def test_lossless_kinds_give_the_pixels_back(tmp_path, gray, suffix):
    path = tmp_path / f"a.{suffix}"
    if suffix == "npy":
        np.save(path, gray)
    elif suffix.lower().startswith("fits"):
        fits.writeto(path, gray)
    else:
        io.imsave(path, gray, check_contrast=False)
    image, header = read_image(path)
    np.testing.assert_array_equal(image, gray)
    assert header == {}


def test_a_jpeg_is_near_its_pixels(tmp_path):
    smooth = np.add.outer(np.arange(32), np.arange(40)).astype(np.uint8)
    io.imsave(tmp_path / "a.jpg", smooth)
    image, _ = read_image(tmp_path / "a.jpg")
    assert np.abs(image.astype(int) - smooth).max() < 8


@pytest.mark.parametrize(("channels", "shape"), [(4, (12, 17, 3)), (3, (12, 17, 3)), (2, (12, 17))])
def test_transparency_is_dropped(tmp_path, gray, channels, shape):
    picture = np.stack([gray, 255 - gray, gray // 2, np.full_like(gray, 9)][:channels], axis=-1)
    io.imsave(tmp_path / "a.png", picture, check_contrast=False)
    image, _ = read_image(tmp_path / "a.png")
    assert image.shape == shape
    np.testing.assert_array_equal(image, picture[..., : shape[-1]] if image.ndim == 3 else gray)


def test_fits_gives_its_unit_and_scale_and_a_later_extension_is_reached(tmp_path, gray):
    header = tangent_wcs(gray.shape, 0.06).to_header()
    header["BUNIT"] = "electron / s"
    hdus = [fits.PrimaryHDU(), fits.ImageHDU(gray, header), fits.ImageHDU(gray + 1.5)]
    fits.HDUList(hdus).writeto(tmp_path / "a.fits")
    image, about = read_image(tmp_path / "a.fits")
    np.testing.assert_array_equal(image, gray)
    assert about["unit"] == "electron / s"
    assert about["pixel_scale_arcsec"] == pytest.approx(0.06, rel=1e-9)
    np.testing.assert_array_equal(read_image(tmp_path / "a.fits", 2)[0], gray + 1.5)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("missing.png", None, "no such file"),
        ("a.gif", b"GIF89a", "unknown image format"),
        ("a.png", b"no picture", "not a readable image"),
        ("a.fits", b"no table", "not a readable image"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path, name, content, words):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(ValueError, match=words) as error:
        read_image(tmp_path / name)
    assert name in str(error.value)


def test_a_fits_file_without_an_image_is_refused(tmp_path):
    fits.HDUList([fits.PrimaryHDU()]).writeto(tmp_path / "a.fits")
    with pytest.raises(ValueError, match="contains no image"):
        read_image(tmp_path / "a.fits")


def test_fields_are_written_with_a_wcs_that_goes_there_and_back(tmp_path):
    fields = np.random.default_rng(0).normal(size=(2, 30, 40)).astype(np.float32)
    write_fits_fields(tmp_path / "a.fits", fields, unit="electron / s", pixel_scale_arcsec=0.06)
    with fits.open(tmp_path / "a.fits") as file:
        assert len(file) == 3
        np.testing.assert_array_equal(file[2].data, fields[1])
        assert file[1].header["BUNIT"] == "electron / s"
        wcs = WCS(file[1].header)
    assert wcs.pixel_to_world_values(19.5, 14.5) == pytest.approx((0.0, 0.0), abs=1e-12)  # the centre of the image
    ra, dec = wcs.pixel_to_world_values([19.5, 20.5], [14.5, 15.5])
    assert (ra[1] - 360) * 3600 == pytest.approx(-0.06, rel=1e-6)  # east is left
    assert dec[1] * 3600 == pytest.approx(0.06, rel=1e-6)
    x, y = wcs.world_to_pixel_values(*wcs.pixel_to_world_values([0.0, 39.0], [0.0, 29.0]))
    np.testing.assert_allclose([x, y], [[0, 39], [0, 29]], atol=1e-6)


def test_an_unknown_scale_is_stated_as_unknown(tmp_path):
    write_fits_fields(tmp_path / "a.fits", np.zeros((1, 4, 4)), unit="", pixel_scale_arcsec=None)
    header = fits.getheader(tmp_path / "a.fits", 1)
    assert "pixel scale unknown: no WCS" in str(header["COMMENT"])
    assert "CTYPE1" not in header  # a match on the sky would believe it
