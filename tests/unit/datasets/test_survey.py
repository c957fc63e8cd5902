"""A survey from files to images: what is read, and one line for every file that cannot be used."""

import gzip
import shutil

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS
from survey_files import sky, tangent, written

from workflow_scripts.datasets.survey import Options, fetch, open_images
from workflow_scripts.formats.celestial_wcs import sky_positions
from workflow_scripts.formats.image_planes import warn_once
from workflow_scripts.settings.bases.surveys import expand_survey

SHAPE = (200, 220)
SKY = sky(SHAPE)


@pytest.fixture(autouse=True)
def _warn_again():
    warn_once.cache_clear()


def survey(**given):
    """Return options with patterns expanded."""
    return Options(**expand_survey(Options(**given).model_dump(), "dataset.options"))


def bands(folder, names="gr", **cards):
    """Write an image and an rms map for each band; return their pixels."""
    pixels = {name: sky(SHAPE, seed) for seed, name in enumerate(names)}
    for name, values in pixels.items():
        written(folder / f"field_{name}.fits", values, FILTER=name, BUNIT="nJy", **tangent(shape=SHAPE), **cards)
        written(folder / f"field_{name}_rms.fits", np.full(SHAPE, 5.0), FILTER=name)
    return pixels


def test_bands_are_grouped_and_read_on_one_grid(tmp_path):
    bands(tmp_path)
    options = survey(files=[f"{tmp_path}/*.fits"])
    assert len(fetch("", options)) == 4
    (image,) = open_images("", options)
    assert image.shape == SHAPE
    known = image.photometry
    assert (known.bands, known.units, known.zeropoints_ab) == (("g", "r"), ("nJy", "nJy"), pytest.approx((31.4, 31.4)))
    assert known.pixel_scale_arcsec == pytest.approx(0.06)


def test_windows_hold_all_bands_with_variance_and_mask(tmp_path):
    pixels = bands(tmp_path)
    with fits.open(tmp_path / "field_r.fits", mode="update") as file:
        file[0].data[20, 30] = np.nan
    for image in open_images("", survey(files=[f"{tmp_path}/*.fits"])):
        part = image.read(np.s_[10:40, 20:70])
        assert part.image.shape == (30, 50, 2)
        np.testing.assert_array_equal(part.image[..., 0], pixels["g"][10:40, 20:70])
        np.testing.assert_array_equal(np.argwhere(part.masked), [[10, 10, 1]])
        np.testing.assert_array_equal(part.variance[~part.masked], 25.0)
        assert np.isnan(part.image[10, 10, 1])


def test_one_band_has_no_band_axis(tmp_path):
    bands(tmp_path, "i")
    (image,) = (one.read().image for one in open_images("", survey(files=[f"{tmp_path}/*.fits"])))
    assert image.shape == SHAPE


def test_images_of_a_band_are_brought_to_one_zero_point(tmp_path):
    """1000 counts of zero point 25 are 10^0.4 times as many of zero point 26."""
    for name, zero_point in (("a", 26.0), ("b", 25.0)):
        written(tmp_path / f"{name}_i.fits", np.full(SHAPE, 1000.0) + SKY, FILTER="i", BUNIT="ct", MAGZERO=zero_point)
    first, second = (one.read().image.mean() for one in open_images("", survey(files=[f"{tmp_path}/*.fits"])))
    assert second / first == pytest.approx(10**0.4, rel=1e-6)


def test_extensions_are_named(tmp_path):
    flags = np.zeros(SHAPE, np.int16)
    flags[:20], flags[50:60] = 1, 4
    weight = np.full(SHAPE, 0.04, np.float32)
    parts = [fits.ImageHDU(SKY, name="SCI"), fits.ImageHDU(weight, name="IVM"), fits.ImageHDU(flags, name="DQ")]
    fits.HDUList([fits.PrimaryHDU(), *parts]).writeto(tmp_path / "a.fits")
    path = f"{tmp_path}/a.fits"
    band = {"science": [f"{path}[SCI]"], "inverse_variance": [f"{path}[2]"], "mask": [f"{path}[DQ]"], "mask_bits": [2]}
    (pixels,) = (one.read() for one in open_images("", survey(bands={"i": band})))
    np.testing.assert_array_equal(np.unique(np.nonzero(pixels.masked)[0]), np.arange(50, 60))
    np.testing.assert_allclose(pixels.variance[0], 25.0, rtol=1e-6)


def test_a_preset_fills_in_what_files_do_not_state(tmp_path):
    written(tmp_path / "a_f606w.fits", SKY, BUNIT="electron / s")
    files = [f"{tmp_path}/*.fits"]
    (known,) = (one.photometry for one in open_images("", survey(files=files, preset="hst_acs")))
    assert (known.zeropoint_ab, known.pixel_scale_arcsec) == (26.491, 0.05)
    given = {"f606w": {"zeropoint_ab": 26.5, "pixel_scale_arcsec": 0.03}}
    (known,) = (one.photometry for one in open_images("", survey(files=files, preset="hst_acs", bands=given)))
    assert (known.zeropoint_ab, known.pixel_scale_arcsec) == (26.5, 0.03)


@pytest.mark.parametrize("projection", ["TAN", "SIP", "TPV"])
def test_the_position_of_a_pixel_is_that_of_its_header(tmp_path, projection):
    """To 0.01 pixel, with distortions of several pixels."""
    cards = tangent(0.2, SHAPE, angle=15.0)
    if projection == "SIP":
        cards |= {"CTYPE1": "RA---TAN-SIP", "CTYPE2": "DEC--TAN-SIP", "A_ORDER": 2, "B_ORDER": 2}
        cards |= {"A_2_0": 3e-4, "B_1_1": -2e-4}
    if projection == "TPV":
        cards |= {"CTYPE1": "RA---TPV", "CTYPE2": "DEC--TPV", "PV1_1": 1.0, "PV2_1": 1.0, "PV1_4": 0.5, "PV2_5": 0.3}
    path = written(tmp_path / "a_i.fits", SKY, FILTER="i", **cards)
    x, y = np.random.default_rng(0).uniform(0, 200, (2, 50))
    (found,) = (sky_positions(one.wcs, x, y) for one in open_images("", survey(files=[path])))
    back = WCS(fits.getheader(path)).all_world2pix(*found, 0)
    np.testing.assert_allclose(back, [x, y], atol=0.01)


def test_the_centre_of_an_image_without_wcs_is_an_option(tmp_path):
    path = written(tmp_path / "a_i.fits", SKY)
    given = {"i": {"pixel_scale_arcsec": 0.06}}
    (text,) = (one.wcs for one in open_images("", survey(files=[path], bands=given, centre=[53.16, -27.79])))
    ra, dec = sky_positions(text, np.array([109.5, 109.5]), np.array([99.5, 100.5]))
    np.testing.assert_allclose((ra[0], dec[0]), (53.16, -27.79), atol=1e-9)
    np.testing.assert_allclose(dec[1] - dec[0], 0.06 / 3600, rtol=1e-6)
    with pytest.raises(ValueError, match=r"a_i.fits: the option centre needs a pixel scale"):
        next(open_images("", survey(files=[path], centre=[53.16, -27.79])))


def test_bands_on_other_pixels_are_resampled_and_said_so(tmp_path, caplog):
    y, x = np.indices(SHAPE)
    source = np.exp(-((x - 110.2) ** 2 + (y - 99.1) ** 2) / 18).astype(np.float32)
    written(tmp_path / "g.fits", source, FILTER="g", BUNIT="nJy", **tangent(shape=SHAPE))
    other = source[::-1].copy()
    written(tmp_path / "r.fits", other, FILTER="r", BUNIT="nJy", **tangent(shape=SHAPE, shift=(0.4, 0.0)))
    options = survey(files=[f"{tmp_path}/*.fits"], uncovered="none")
    (fluxes,) = (np.nansum(one.read().image, axis=(0, 1)) for one in open_images("", options))
    np.testing.assert_allclose(fluxes, source.sum(), rtol=1e-5)
    assert any("r.fits: resampled to the pixels of" in text and "g.fits" in text for text in caplog.messages)


def cut_gzip(folder):
    """Return a gzip file without its trailing checksum."""
    written(folder / "whole_i.fits", SKY)
    packed = gzip.compress((folder / "whole_i.fits").read_bytes())
    (folder / "whole_i.fits").unlink()
    (folder / "a_i.fits.gz").write_bytes(packed[:-8])
    return {"files": [f"{folder}/*.gz"]}


def truncated(folder):
    path = folder / "a_i.fits"
    written(path, SKY)
    path.write_bytes(path.read_bytes()[:-9000])
    return {"files": [str(path)]}


def table(folder):
    fits.BinTableHDU.from_columns([fits.Column("a", "E", array=[1.0])]).writeto(folder / "a_i.fits")
    return {"files": [f"{folder}/a_i.fits"]}


def one_band(folder, science=SKY, extension="", cards=None, **maps):
    """Return the options of a band whose image and maps are written."""
    paths = {role: [written(folder / f"{role}.fits", pixels)] for role, pixels in maps.items()}
    image = written(folder / "a.fits", science, **(cards or {}))
    return {"bands": {"i": {"science": [image + extension], **paths}}}


def missing_zero_point(folder):
    written(folder / "a_i.fits", SKY, FILTER="i", BUNIT="ct", MAGZERO=25.0)
    written(folder / "b_i.fits", SKY, FILTER="i", BUNIT="ct")
    return {"files": [f"{folder}/*.fits"]}


def other_sky(folder):
    for name, position in (("g", (53.16, -27.79)), ("r", (10.0, 5.0))):
        written(folder / f"{name}.fits", SKY, FILTER=name, **tangent(shape=SHAPE, position=position))
    return {"files": [f"{folder}/*.fits"]}


def other_sky_in_the_second_images(folder):
    for number, name, position in ((1, "g", 10.0), (1, "r", 10.0), (2, "g", 20.0), (2, "r", 30.0)):
        cards = tangent(shape=SHAPE, position=(position, 5.0))
        written(folder / f"{number}_{name}.fits", SKY, FILTER=name, **cards)
    return {"files": [f"{folder}/*.fits"]}


def unequal_numbers(folder):
    for name in ("1_g", "2_g", "1_r"):
        written(folder / f"{name}.fits", SKY)
    return {"files": [f"{folder}/*.fits"]}


UNUSABLE = {
    "weight of another shape": (lambda f: one_band(f, weight=SKY[:-1]), r"weight.fits: the weight map has 220x199 px"),
    "a mask that leaves nothing": (
        lambda f: one_band(f, mask=np.ones(SHAPE, np.uint8)),
        r"a.fits: no pixel is left by",
    ),
    "all NaN": (lambda f: one_band(f, SKY * np.nan), r"a.fits: all pixels are NaN: choose another extension"),
    "truncated": (truncated, r"a_i.fits: the file is truncated, \d+ bytes are missing"),
    "gzip without checksum": (cut_gzip, r"a_i.fits.gz: the compressed file is damaged or incomplete"),
    "table": (table, r"a_i.fits: it contains no image; its extensions: 0 PRIMARY \(empty\), 1  \(table\)"),
    "missing extension": (
        lambda f: one_band(f, extension="[SCI]"),
        r"a.fits: no extension SCI; its extensions",
    ),
    "zero point missing in one": (
        missing_zero_point,
        r"b_i.fits: no zero point, but .*a_i.fits has one",
    ),
    "another sky": (other_sky, r"r.fits: it shows another part of the sky than .*g.fits"),
    "another sky in the second images": (
        other_sky_in_the_second_images,
        r"2_r.fits: it shows another part of the sky than .*2_g.fits",
    ),
    "unequal numbers": (unequal_numbers, r"band r: 1 images, band g 2: give one image of each band"),
    "not linear": (lambda f: one_band(f, cards={"BUNIT": "mag"}), r"a.fits: pixels on a scale that is not linear"),
}


@pytest.mark.parametrize("case", UNUSABLE)
def test_unusable_files_are_named_in_one_line(case, tmp_path):
    make, message = UNUSABLE[case]
    options = survey(**make(tmp_path))
    with pytest.raises(ValueError, match=message) as error:
        fetch("", options)
    assert "\n" not in str(error.value)


def test_a_header_that_contradicts_the_option_costs_a_warning(tmp_path, caplog):
    options = survey(**one_band(tmp_path, cards={"BUNIT": "ct", "MAGZERO": 25.0}))
    changed = options.model_copy(update={"bands": {"i": options.bands["i"].model_copy(update={"zeropoint_ab": 26.0})}})
    (known,) = (one.photometry for one in open_images("", changed))
    assert known.zeropoint_ab == 26.0
    assert any("zeropoint_ab, 26, replaces 25.0000 (MAGZERO) of the header" in text for text in caplog.messages)


def test_a_warning_is_given_once(tmp_path, caplog):
    options = survey(**one_band(tmp_path, cards={"BUNIT": "ct", "FLUXMAG0": -1.0}))
    fetch("", options)
    next(open_images("", options))
    assert sum("FLUXMAG0 -1.0 is not a positive number" in text for text in caplog.messages) == 1


def test_a_band_without_images_is_named(tmp_path):
    shutil.copy(written(tmp_path / "a_i.fits", SKY), tmp_path / "b_i.fits")
    with pytest.raises(ValueError, match="band r: no science image; bands with images are i"):
        fetch("", survey(files=[f"{tmp_path}/*.fits"], bands={"r": {"unit": "ct"}}))
    with pytest.raises(ValueError, match="band z: no science image"):
        fetch("", survey(files=[f"{tmp_path}/*.fits"], grid="z"))


def test_the_width_of_the_psf_is_that_of_option_file_or_preset(tmp_path):
    """A stamp of a Gaussian with a standard deviation of 2 px, of 0.06 arcsec each: FWHM 0.283 arcsec."""
    y, x = np.indices((31, 31)) - 15
    psf = written(tmp_path / "psf.fits", np.exp(-(x**2 + y**2) / 8))
    files = [written(tmp_path / "a_f814w.fits", SKY, BUNIT="electron / s", **tangent(shape=SHAPE))]
    by = {"psf": psf}, {"psf_fwhm_arcsec": 0.12}, {}
    found = [
        one.psf_fwhm_arcsec
        for band in by
        for one in open_images("", survey(files=files, bands={"f814w": band}, preset="hst_acs"))
    ]
    assert found == [(pytest.approx(2 * 2.3548 * 0.06, rel=5e-3),), (0.12,), (0.095,)]
