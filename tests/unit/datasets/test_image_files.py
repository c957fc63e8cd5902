import hashlib

import numpy as np
import pytest
from astropy.io import fits

from workflow_scripts.datasets.image_files import Options, fetch, one_plane, read


@pytest.fixture
def paths(tmp_path):
    images = np.random.default_rng(0).integers(0, 255, (2, 6, 8, 3))
    for number, image in enumerate(images):
        np.save(tmp_path / f"{number}.npy", image)
    return [str(tmp_path / f"{number}.npy") for number in range(2)], images


@pytest.mark.parametrize("band", [-1, 0, 2])
def test_images_come_as_one_plane_with_their_labels(paths, band):
    files, images = paths
    read_images = list(read("", Options(files=files, band=band, unit="nJy", photometric=True, zeropoint_ab=31.4)))
    for (image, labels), name, given in zip(read_images, files, images, strict=True):
        assert image.dtype == np.float32
        np.testing.assert_allclose(image, given.mean(axis=-1) if band < 0 else given[..., band], rtol=1e-6)
        assert labels["name"] == name
        assert (labels["unit"], labels["zeropoint_ab"]) == ("nJy", 31.4)
    assert next(read("", Options(files=files)))[1]["zeropoint_ab"] is None


def test_files_are_recorded_with_their_checksums(paths, tmp_path):
    for record, name in zip(fetch("", Options(files=paths[0])), paths[0], strict=True):
        content = (tmp_path / name).read_bytes()
        assert record == {"file": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


@pytest.mark.parametrize("shape", [(4,), (3, 40, 40), (2, 4, 4, 3)])
def test_other_shapes_are_refused(shape):
    with pytest.raises(ValueError, match=r"a.fits: an image of shape"):
        one_plane(np.zeros(shape), -1, "a.fits")


def test_axes_of_length_1_and_cubes_of_fits_files(tmp_path):
    pixels = np.random.default_rng(0).normal(size=(3, 20, 30)).astype(np.float32)
    fits.writeto(tmp_path / "a.fits", pixels)
    fits.writeto(tmp_path / "b.fits", pixels[None, :1])
    ((first, _), (second, _)) = read("", Options(files=[str(tmp_path / name) for name in ("a.fits", "b.fits")], band=0))
    np.testing.assert_array_equal(first, pixels[0])
    np.testing.assert_array_equal(second, pixels[0])


def test_pixels_that_are_not_linear_are_inverted_or_refused(tmp_path):
    """2.5 log10(e) asinh((f - 3) / 14): a source of 5000 would otherwise have a flux of 7."""
    flux = np.linspace(-20, 5000, 600).reshape(20, 30)
    header = fits.Header({"BOFFSET": 3.0, "BSOFTEN": 7.0})
    fits.writeto(tmp_path / "a.fits", 2.5 * np.log10(np.e) * np.arcsinh((flux - 3) / 14), header)
    ((image, _),) = read("", Options(files=[str(tmp_path / "a.fits")]))
    np.testing.assert_allclose(image, flux, rtol=1e-5, atol=1e-4)
    fits.writeto(tmp_path / "b.fits", flux, fits.Header({"BUNIT": "log10(DN)"}))
    with pytest.raises(ValueError, match=r"b.fits: pixels on a scale that is not linear \(BUNIT = 'log10"):
        next(read("", Options(files=[str(tmp_path / "b.fits")])))
