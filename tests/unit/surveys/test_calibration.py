import logging

import numpy as np
import pytest

from workflow_scripts.formats.image_planes import warn_once
from workflow_scripts.surveys.calibration import Calibration, GivenCalibration, calibrate, common_calibration
from workflow_scripts.surveys.zero_points import ARCSEC2_IN_SR, ZeroPoint

WFC3 = {"PHOTFLAM": 1.9275602e-20, "PHOTPLAM": 15369.176, "PHOTZPT": -21.1}  # F160W
PUBLISHED = {
    # STScI, WFC3/IR photometric zero points after 6 March 2012: AB, infinite aperture
    "WFC3 F160W": ({**WFC3, "BUNIT": "ELECTRONS/S"}, 25.9463),
    "WFC3 F140W": ({"PHOTFLAM": 1.4737148e-20, "PHOTPLAM": 13922.907, "BUNIT": "COUNTS/S"}, 26.4524),
    # JWST user documentation, NIRCam absolute flux calibration and zero points
    "NIRCam": ({"BUNIT": "MJy/sr", "PIXAR_SR": 2.29e-14}, 28.0),
    # Bosch et al. 2018, PASJ 70, S5: coadds have 27 mag for one unit
    "HSC": ({"FLUXMAG0": 63095734448.0194}, 27.0),
    # Abbott et al. 2021, ApJS 255, 20: coadds have 30 mag
    "DES": ({"MAGZERO": 30.0}, 30.0),
    "MAGZPT": ({"MAGZPT": 25.5, "BUNIT": "adu"}, 25.5),
    "PHOTZP": ({"PHOTZP": 24.1}, 24.1),
    # definition of AB magnitudes (Oke & Gunn 1983): 3631 Jy are 0 mag
    "LSST": ({"BUNIT": "nJy"}, 31.4),
    "microjansky": ({"BUNIT": "uJy"}, 23.9),
    "microjansky with a micro sign": ({"BUNIT": "µJy"}, 23.9),
    "microjansky with a mu": ({"BUNIT": "\u03bcJy"}, 23.9),
    "jansky": ({"BUNIT": "Jy"}, 8.90),
    "jansky per pixel": ({"BUNIT": "Jy/pix"}, 8.90),
    # SDSS, Legacy Surveys: 22.5 mag are one nanomaggy
    "SDSS": ({"BUNIT": "nanomaggies"}, 22.5),
}


@pytest.fixture(autouse=True)
def _warn_again():
    warn_once.cache_clear()


@pytest.mark.parametrize("kind", PUBLISHED)
def test_published_zero_points(kind):
    header, expected = PUBLISHED[kind]
    found = calibrate(header, "a.fits")
    assert found.zeropoint_ab == pytest.approx(expected, abs=1e-3)
    assert found.factor == 1.0
    assert found.origin


def test_a_source_of_3631_jansky_has_magnitude_0():
    """In every unit of flux density: -2.5 log10(flux) + zero point."""
    for unit, flux in {"Jy": 3631, "mJy": 3631e3, "uJy": 3631e6, "nJy": 3631e9, "nmgy": 1e9}.items():
        magnitude = calibrate({"BUNIT": unit}, "a.fits").zeropoint_ab - 2.5 * np.log10(flux)
        assert magnitude == pytest.approx(0, abs=1e-3), unit


def test_stmag_is_never_read():
    assert calibrate({"PHOTZPT": -21.1}, "a.fits") == Calibration("", None)


def test_total_electrons_are_divided_by_the_exposure_time():
    found = calibrate({**WFC3, "BUNIT": "ELECTRONS", "EXPTIME": 200.0}, "a.fits")
    assert found.unit == "electron / s"
    assert (found.factor, found.zeropoint_ab) == (1 / 200, pytest.approx(25.9463, abs=1e-3))


@pytest.mark.parametrize(
    ("header", "given", "words"),
    [
        ({**WFC3, "BUNIT": "ELECTRONS"}, {}, "need EXPTIME, which is missing"),
        ({**WFC3, "BUNIT": "counts", "EXPTIME": 0.0}, {}, "need EXPTIME, which is 0"),
        ({"BUNIT": "adu"}, {"zero_point": ZeroPoint(25.0, "option", True)}, "need EXPTIME"),
        ({}, {"zero_point": ZeroPoint(25.0, "option", True)}, "belongs to counts per second, the unit .* unknown"),
        ({"MAGZERO": 30.0, "MAGZPT": 25.0}, {}, r"several zero points, 30.0000 \(MAGZERO\), 25.0000 \(MAGZPT\)"),
        ({"MAGZERO": 22.0, "MAGSYS": "Vega"}, {}, "Vega magnitudes .*: set the option vega_to_ab"),
    ],
)
def test_zero_points_that_cannot_be_used(header, given, words):
    with pytest.raises(ValueError, match=rf"^a.fits\[SCI\]: .*{words}"):
        calibrate(header, "a.fits[SCI]", GivenCalibration(**given))


def test_the_option_has_precedence_and_a_contradiction_is_one_line(caplog):
    given = GivenCalibration(zero_point=ZeroPoint(25.94, "option zeropoint_ab"))
    header = {**WFC3, "BUNIT": "electron/s"}
    with caplog.at_level(logging.WARNING):
        assert calibrate({**header, "PHOTFLAM": 5e-20}, "a.fits[SCI]", given).zeropoint_ab == 25.94
    assert len(caplog.messages) == 1
    assert caplog.messages[0].startswith("a.fits[SCI]: the option zeropoint_ab, 25.94, replaces 24.9")
    caplog.clear()
    calibrate({"MAGZERO": 25.943}, "a.fits", given)
    assert caplog.messages == []


def test_vega_magnitudes_by_option():
    """F160W: 24.6949 Vega and 25.9463 AB (STScI)."""
    given = GivenCalibration(zero_point=ZeroPoint(24.6949, "option"), vega_to_ab=1.2514)
    assert calibrate({}, "a.fits", given).zeropoint_ab == pytest.approx(25.9463, abs=1e-4)
    found = calibrate({"MAGZERO": 24.6949, "MAGSYS": "VEGA"}, "a.fits", GivenCalibration(vega_to_ab=1.2514))
    assert found.zeropoint_ab == pytest.approx(25.9463, abs=1e-4)


def test_a_preset_fills_what_the_file_does_not_state():
    given = GivenCalibration(unit="electron / s", fallback=ZeroPoint(25.94, "preset hst_acs", True))
    assert calibrate({}, "a.fits", given).zeropoint_ab == 25.94
    assert calibrate({"MAGZERO": 30.0}, "a.fits", given).zeropoint_ab == 30.0


def test_the_area_of_the_images_own_pixels_is_used(caplog):
    """A mosaic of 0.03 arcsec pixels that kept the PIXAR_SR of 0.063 arcsec would be 1.6 mag off."""
    native = 0.063**2 * ARCSEC2_IN_SR
    found = calibrate({"BUNIT": "MJy/sr", "PIXAR_SR": native}, "a.fits", wcs_area_arcsec2=0.03**2)
    assert found.zeropoint_ab == pytest.approx(28.0865, abs=1e-3)  # as published for CEERS mosaics of 30 mas
    assert "PIXAR_SR" in caplog.messages[0]
    caplog.clear()
    found = calibrate({"BUNIT": "MJy/sr", "PIXAR_SR": native * 1.01}, "a.fits", wcs_area_arcsec2=0.063**2)
    assert found.origin == "BUNIT and PIXAR_SR"
    assert caplog.messages == []
    assert calibrate({"BUNIT": "MJy/sr"}, "a.fits").zeropoint_ab is None
    given = GivenCalibration(pixel_area_arcsec2=0.03**2)
    assert calibrate({"BUNIT": "MJy/sr"}, "a.fits", given).zeropoint_ab == pytest.approx(28.0865, abs=1e-3)


@pytest.mark.parametrize("unit", ["furlongs of light", "10^-17 erg/s/cm2/??"])
def test_an_invalid_unit_costs_a_warning(caplog, unit):
    assert calibrate({"BUNIT": unit}, "a.fits") == Calibration("", None)
    assert len(caplog.messages) == 1


@pytest.mark.parametrize("cards", [{"FLUXMAG0": -1.0}, {"PHOTFLAM": "x", "PHOTPLAM": 8000.0}, {"FLUXMAG0": True}])
def test_keywords_that_are_not_positive_cost_a_warning(caplog, cards):
    key, value = next(iter(cards.items()))
    assert calibrate({"BUNIT": "electron/s", **cards}, "a.fits").zeropoint_ab is None
    assert caplog.messages == [f"a.fits: {key} {value!r} is not a positive number and is not used"]


def test_no_unit_and_photflam(caplog):
    assert calibrate(WFC3, "a.fits").zeropoint_ab is None
    assert "PHOTFLAM is not used, as there is no BUNIT" in caplog.messages[0]


def test_images_are_brought_to_one_zero_point():
    """A source has the same flux in all after conversion: 100 nJy are 0.1 uJy, and 2.5 electron / s at 26.9."""
    given = {
        "a": Calibration("nJy", 31.4),
        "b": Calibration("uJy", 23.9),
        "c": Calibration("electron / s", 31.4 - 2.5 * np.log10(100 / 2.5), factor=1 / 60),
    }
    common = common_calibration(given)
    pixels = {"a": 100.0, "b": 0.1, "c": 2.5 * 60}
    for name, one in common.items():
        assert (one.unit, one.zeropoint_ab) == ("nJy", 31.4)
        assert pixels[name] * one.factor == pytest.approx(100.0, rel=1e-12)


def test_images_without_zero_points_are_brought_to_one_unit():
    common = common_calibration({"a": Calibration("ct / s", None), "b": Calibration("ct / min", None)})
    assert common["b"].factor == pytest.approx(1 / 60)


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        (Calibration("nJy", 31.4), Calibration("adu", None), "^b.fits: no zero point, but a.fits has one"),
        (Calibration("adu", None), Calibration("nJy", 31.4), "^a.fits: no zero point, but b.fits has one"),
        (Calibration("adu", None), Calibration("electron", None), "^b.fits: its unit is electron, that of a.fits adu"),
        (Calibration("adu", None), Calibration("", None), "^b.fits: its unit is unknown"),
    ],
)
def test_images_that_cannot_be_compared_are_named(first, second, words):
    with pytest.raises(ValueError, match=words):
        common_calibration({"a.fits": first, "b.fits": second})
