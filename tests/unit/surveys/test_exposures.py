import logging
import tracemalloc

import numpy as np
import pytest
from astropy.io import fits
from survey_files import rotated_footprint, sky, written

from workflow_scripts.formats import image_planes
from workflow_scripts.formats.image_planes import open_plane
from workflow_scripts.surveys import coverage, exposures
from workflow_scripts.surveys.calibration import GivenCalibration
from workflow_scripts.surveys.exposures import (
    ExposureFiles,
    Layer,
    common_pixel_scale,
    covered_fraction,
    open_exposure,
    pixel_scale_of,
)
from workflow_scripts.surveys.uncertainty import MaskRule
from workflow_scripts.surveys.zero_points import ZeroPoint

SHAPE = (200, 220)
SKY = sky(SHAPE)
WINDOW = np.s_[30:90, 100:190]


@pytest.fixture(autouse=True)
def _warn_again():
    image_planes.warn_once.cache_clear()


@pytest.fixture
def survey_file(tmp_path):
    """Return a file of total electrons with weights and a mask, as surveys deliver it."""
    weight, flags = np.full(SHAPE, 0.25, np.float32), np.zeros(SHAPE, np.int16)
    weight[:10] = 0
    flags[20:22], flags[30:35] = 4, 1
    pixels = SKY.copy()
    pixels[:, 40] = np.nan
    maps = [fits.ImageHDU(weight, name="IVAR"), fits.ImageHDU(flags, name="DQ")]
    file = fits.HDUList([fits.PrimaryHDU(), fits.ImageHDU(pixels, name="SCI"), *maps])
    file[0].header["EXPTIME"], file[1].header["BUNIT"] = 50.0, "ELECTRONS"
    file.writeto(tmp_path / "a.fits")
    return str(tmp_path / "a.fits")


def layers(path, **more):
    """Return the files of an exposure in one file."""
    return ExposureFiles(Layer(path), Layer(path), "inverse_variance", Layer(path), MaskRule(bits=(2,)), **more)


def test_pixels_variance_and_mask_of_a_window(survey_file):
    """Electrons become electrons per second: pixels over 50, variances over 2500."""
    given = GivenCalibration(zero_point=ZeroPoint(26.0, "option", per_second=True))
    with open_exposure(layers(survey_file), given) as exposure:
        assert exposure.calibration.unit == "electron / s"
        assert [plane.name[-5:] for plane in (exposure.science, exposure.uncertainty)] == ["[SCI]", "IVAR]"]
        whole, part = exposure.read(), exposure.read(WINDOW)
        masked = np.zeros(SHAPE, bool)
        masked[:10] = masked[20:22] = masked[:, 40] = True
        np.testing.assert_array_equal(whole.masked, masked)
        np.testing.assert_array_equal(np.isnan(whole.image), masked)
        np.testing.assert_allclose(whole.image[~masked], SKY[~masked] / 50, rtol=1e-6)
        np.testing.assert_allclose(whole.variance[~masked], 4 / 2500, rtol=1e-6)
        assert np.isinf(whole.variance[masked]).all()
        for name in ("image", "variance", "masked"):
            np.testing.assert_array_equal(getattr(part, name), getattr(whole, name)[WINDOW])
        assert covered_fraction(exposure) == pytest.approx(1 - masked.mean())


def test_an_exposure_map_takes_its_factor_from_the_noise(tmp_path):
    time = np.where(np.arange(300) < 150, 100.0, 400.0) * np.ones((300, 1))
    noise = np.random.default_rng(0).normal(size=time.shape) * np.sqrt(900 / time)
    image = written(tmp_path / "a.fits", (100 + noise).astype(np.float32))
    layer = Layer(written(tmp_path / "t.fits", time))
    with open_exposure(ExposureFiles(Layer(image), layer, "exposure")) as exposure:
        variance = exposure.read().variance
    assert np.median(variance[:, :150]) == pytest.approx(9.0, rel=0.03)
    assert np.median(variance[:, 150:]) == pytest.approx(9.0 / 4, rel=0.03)


def test_a_constant_border_is_not_covered_unless_the_option_says_so(tmp_path, caplog):
    footprint = rotated_footprint(SHAPE)
    path = written(tmp_path / "a.fits", np.where(footprint, SKY, 0).astype(np.float32))
    with caplog.at_level(logging.WARNING), open_exposure(ExposureFiles(Layer(path))) as exposure:
        np.testing.assert_array_equal(exposure.read().masked, ~footprint)
    assert len(caplog.messages) == 1
    assert caplog.messages[0].startswith(f"{path}: ")
    with open_exposure(ExposureFiles(Layer(path), uncovered="none")) as exposure:
        assert not exposure.read().masked.any()


def test_asinh_pixels_become_fluxes(tmp_path):
    pixels = 2.5 * np.log10(np.e) * np.arcsinh((SKY.astype(float) - 3) / 14)
    path = written(tmp_path / "a.fits", pixels.astype(np.float32), BOFFSET=3.0, BSOFTEN=7.0)
    with open_exposure(ExposureFiles(Layer(path))) as exposure:
        np.testing.assert_allclose(exposure.read().image, SKY, rtol=1e-5)


@pytest.mark.parametrize("what", ["weight map", "mask"])
def test_a_map_of_another_shape(tmp_path, what):
    image, other = written(tmp_path / "a.fits", SKY), Layer(written(tmp_path / "b.fits", SKY[:-1]))
    files = ExposureFiles(Layer(image), mask=other) if what == "mask" else ExposureFiles(Layer(image), other, "weight")
    with pytest.raises(ValueError, match=rf"b.fits: the {what} has 220x199 px, its image .*a.fits 220x200 px"):
        with open_exposure(files):
            pass


def test_nothing_left(tmp_path):
    nan, full = written(tmp_path / "n.fits", np.full_like(SKY, np.nan)), written(tmp_path / "a.fits", SKY)
    all_masked = Layer(written(tmp_path / "m.fits", np.ones(SHAPE, np.uint8)))
    with open_exposure(ExposureFiles(Layer(nan))) as exposure:
        with pytest.raises(ValueError, match=r"n.fits: all pixels are NaN: choose another extension"):
            covered_fraction(exposure)
    with open_exposure(ExposureFiles(Layer(full), mask=all_masked)) as exposure:
        with pytest.raises(ValueError, match=r"a.fits: no pixel is left by .*m.fits: correct the map"):
            covered_fraction(exposure)


def test_a_weight_map_of_zeros_cannot_be_scaled(tmp_path):
    image, zeros = written(tmp_path / "a.fits", SKY), Layer(written(tmp_path / "w.fits", np.zeros(SHAPE)))
    with pytest.raises(ValueError, match="w.fits: too few pixels have a weight above 0"):
        with open_exposure(ExposureFiles(Layer(image), zeros, "exposure")):
            pass


def test_the_pixel_scale_of_the_option_has_precedence(tmp_path, caplog):
    wcs = {"CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CDELT1": -0.06 / 3600, "CDELT2": 0.06 / 3600}
    with open_plane(written(tmp_path / "a.fits", SKY, **wcs)) as plane:
        assert pixel_scale_of(plane) == pytest.approx(0.06)
        assert pixel_scale_of(plane, 0.0602) == 0.0602
        assert caplog.messages == []
        assert pixel_scale_of(plane, 0.05) == 0.05
    assert "pixel_scale_arcsec, 0.05, replaces 0.06 of the header" in caplog.messages[0]


def test_images_of_different_scales_are_refused_by_name():
    assert common_pixel_scale({"a": 0.06, "b": 0.0601}) == 0.06
    assert common_pixel_scale({"a": None, "b": None}) is None
    for other in (0.2, None):
        with pytest.raises(ValueError, match="^b: its pixel scale is .*, that of a 0.06 arcsec: resample it"):
            common_pixel_scale({"a": 0.06, "b": other})


def test_an_image_is_read_in_the_memory_of_a_strip(tmp_path, monkeypatch):
    """An image of 16 MB with its map, in strips of 0.26 MB: of the whole, only one bit per pixel is kept."""
    shape = (2000, 2000)
    pixels = np.where(rotated_footprint(shape), sky(shape), 0).astype(np.float32)
    image, weight = (written(tmp_path / name, pixels) for name in ("a.fits", "w.fits"))
    for module in (coverage, exposures):
        monkeypatch.setattr(module, "strips", lambda shape: image_planes.strips(shape, 2**16))
    tracemalloc.start()
    for files in (ExposureFiles(Layer(image)), ExposureFiles(Layer(image), Layer(weight), "weight")):
        with open_exposure(files) as exposure:
            assert covered_fraction(exposure) == pytest.approx(0.49, abs=0.01)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8e6
