import numpy as np
import pytest
from astropy.io import fits

from workflow_scripts.formats.image_planes import open_plane, open_planes, strips

RNG = np.random.default_rng(0)
SKY = RNG.normal(100, 5, (40, 50)).astype(np.float32)
WINDOW = np.s_[3:17, 20:41]


def written(path, hdu):
    """Write one extension behind an empty primary one and return the path."""
    fits.HDUList([fits.PrimaryHDU(), hdu]).writeto(path, output_verify="silentfix")
    return path


def pixels_of(path):
    """Return all pixels, after a check that those of a window are the same."""
    with open_plane(path) as plane:
        whole = plane.read()
        np.testing.assert_array_equal(plane.read(WINDOW), whole[WINDOW])
        assert whole.dtype.isnative
        return whole


@pytest.mark.parametrize("kind", ["u1", "i2", "i4", "i8", "f4", "f8", "u2", "u4", ">f4", "<f4", ">i2", "<i8"])
def test_types_and_byte_orders(tmp_path, kind):
    pixels = SKY.astype(kind)
    whole = pixels_of(written(tmp_path / "a.fits", fits.ImageHDU(pixels)))
    assert whole.dtype == pixels.dtype.newbyteorder("=")
    np.testing.assert_array_equal(whole, pixels)


def test_64_bit_values_are_exact(tmp_path):
    large = np.full((40, 50), 2**53 + 1, np.int64)
    np.testing.assert_array_equal(pixels_of(written(tmp_path / "a.fits", fits.ImageHDU(large))), large)
    faint = RNG.normal(size=(40, 50)) * 1e-200
    np.testing.assert_array_equal(pixels_of(written(tmp_path / "b.fits", fits.ImageHDU(faint))), faint)


def scaled_file(path, kind, scale, zero, blank=None):
    """Write the sky as scaled integers, 40 of them blank, and return the raw values."""
    raw = np.rint((SKY - zero) / scale).astype(kind)
    if blank is not None:
        raw.ravel()[:40] = blank
    hdu = fits.ImageHDU(raw)
    hdu.header["BSCALE"], hdu.header["BZERO"] = scale, zero
    if blank is not None:
        hdu.header["BLANK"] = blank
    file = written(path, hdu)
    with fits.open(file, mode="update", do_not_scale_image_data=True) as opened:
        opened[1].header["BSCALE"], opened[1].header["BZERO"] = scale, zero
    return raw


@pytest.mark.parametrize("kind", ["i2", "i4"])
def test_scaled_integers_with_blank_pixels(tmp_path, kind):
    raw = scaled_file(tmp_path / "a.fits", kind, 0.01, 50.0, blank=-999)
    whole = pixels_of(tmp_path / "a.fits")
    assert np.flatnonzero(np.isnan(whole)).tolist() == list(range(40))
    np.testing.assert_allclose(whole.ravel()[40:], raw.ravel()[40:] * 0.01 + 50, rtol=1e-6)
    np.testing.assert_allclose(whole.ravel()[40:], SKY.ravel()[40:], atol=0.006)


def test_blank_pixels_of_unsigned_integers(tmp_path):
    """The raw value of BLANK, not the one after BZERO."""
    pixels = np.rint(SKY).astype(np.uint16)
    pixels[:2] = 65535
    hdu = fits.ImageHDU(pixels)
    hdu.header["BLANK"] = 65535 - 32768
    whole = pixels_of(written(tmp_path / "a.fits", hdu))
    assert np.isnan(whole[:2]).all()
    np.testing.assert_array_equal(whole[2:], pixels[2:])


def test_nan_stays(tmp_path):
    pixels = SKY.copy()
    pixels[10:12] = np.nan
    np.testing.assert_array_equal(pixels_of(written(tmp_path / "a.fits", fits.ImageHDU(pixels))), pixels)


@pytest.mark.parametrize("method", ["RICE_1", "GZIP_2", "HCOMPRESS_1"])
def test_compressed_images(tmp_path, method):
    pixels = np.rint(SKY).astype(np.int16)
    hdu = fits.CompImageHDU(pixels, compression_type=method, name="SCI")
    whole = pixels_of(written(tmp_path / "a.fits.fz", hdu))
    np.testing.assert_array_equal(whole, pixels)


def test_compressed_images_with_blank_pixels(tmp_path):
    pixels = np.rint(SKY).astype(np.int16)
    pixels[5:9] = -32768
    hdu = fits.CompImageHDU(pixels, name="SCI")
    hdu.header["BLANK"] = -32768
    whole = pixels_of(written(tmp_path / "a.fits.fz", hdu))
    assert np.isnan(whole[5:9]).all()
    assert np.isfinite(whole).sum() == whole.size - 200


@pytest.mark.parametrize("shape", [(1, 40, 50), (1, 1, 40, 50), (40, 50, 1), (1, 40, 50, 1)])
def test_axes_of_length_1(tmp_path, shape):
    path = written(tmp_path / "a.fits", fits.ImageHDU(SKY.reshape(shape)))
    np.testing.assert_array_equal(pixels_of(path), SKY)


@pytest.mark.parametrize("axis", [0, -1])
def test_cubes_with_the_band_first_or_last(tmp_path, axis):
    path = written(tmp_path / "a.fits", fits.ImageHDU(np.stack([SKY, 2 * SKY, 3 * SKY], axis=axis)))
    with open_planes(path) as planes:
        assert [plane.shape for plane in planes] == [(40, 50)] * 3
        for number, plane in enumerate(planes, 1):
            np.testing.assert_array_equal(plane.read(WINDOW), number * SKY[WINDOW])
    with open_plane(path, band=2) as plane:
        np.testing.assert_array_equal(plane.read(), 3 * SKY)


def test_a_cube_whose_ctype_names_the_band(tmp_path):
    hdu = fits.ImageHDU(RNG.normal(size=(40, 30, 50)))
    for axis, kind in enumerate(["RA---TAN", "FREQ", "DEC--TAN"], 1):
        hdu.header[f"CTYPE{axis}"], hdu.header[f"CDELT{axis}"] = kind, 1e-4
    with open_planes(written(tmp_path / "a.fits", hdu)) as planes:
        assert len(planes) == 30
        assert planes[7].shape == (40, 50)
        np.testing.assert_array_equal(planes[7].read(), hdu.data[:, 7])
        assert planes[7].pixel_scale_arcsec == pytest.approx(0.36, rel=1e-6)


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        ((10, 12, 11), "not clear which axis"),
        ((100, 120, 110), "not clear which axis"),
        ((2, 3, 40, 50), "an image of 4 axes"),
    ],
)
def test_other_cubes(tmp_path, shape, words):
    path = written(tmp_path / "a.fits", fits.ImageHDU(np.zeros(shape, np.uint8), name="SCI"))
    with pytest.raises(ValueError, match=rf"a.fits\[SCI\]: .*{words}"), open_planes(path):
        pass


@pytest.mark.parametrize(("band", "words"), [(None, "a cube of 3 bands"), (3, "no band 3; it has 3")])
def test_a_band_that_is_not_given_or_does_not_exist(tmp_path, band, words):
    path = written(tmp_path / "a.fits", fits.ImageHDU(np.zeros((3, 40, 50))))
    with pytest.raises(ValueError, match=words), open_plane(path, band=band):
        pass


def test_the_primary_header_is_inherited(tmp_path):
    primary, image = fits.PrimaryHDU(), fits.ImageHDU(SKY)
    primary.header["FILTER"], primary.header["EXPTIME"] = "F814W", 90.0
    image.header["EXPTIME"] = 100.0
    fits.HDUList([primary, image]).writeto(tmp_path / "a.fits")
    with open_plane(tmp_path / "a.fits") as plane:
        assert (plane.header["FILTER"], plane.header["EXPTIME"]) == ("F814W", 100.0)
        assert plane.header["NAXIS"] == 2


def test_strips_cover_an_image_once():
    count = np.zeros((103, 7), int)
    for window in strips(count.shape, 70):
        count[window] += 1
        assert count[window].size <= 70
    assert (count == 1).all()
