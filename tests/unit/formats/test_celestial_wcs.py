"""A bad header never makes a good image unreadable: the pixels are read, and a note names what is ignored."""

import logging

import numpy as np
import pytest
from astropy.coordinates import SkyCoord
from astropy.io import fits

from workflow_scripts.formats import image_planes
from workflow_scripts.formats.celestial_wcs import sky_positions
from workflow_scripts.formats.image_planes import open_plane

SCALE = 0.036  # arcsec
GOOD = {
    **{"CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": 150.0, "CRVAL2": 2.0, "CRPIX1": 5.0, "CRPIX2": 5.0},
    **{"CD1_1": -1e-5, "CD1_2": 0.0, "CD2_1": 0.0, "CD2_2": 1e-5},
}
NO_WCS = dict.fromkeys(GOOD)
PIXELS = np.random.default_rng(0).normal(size=(8, 9)).astype(np.float32)


@pytest.fixture(autouse=True)
def _warn_again():
    image_planes.warn_once.cache_clear()


def plane_of(tmp_path, changes, caplog, shape=(8, 9)):
    """Return scale, notes, WCS and log of an image with a changed header, after a check of its pixels."""
    hdu = fits.PrimaryHDU(PIXELS.reshape(shape))
    for key, value in {**GOOD, **changes}.items():
        if value is not None:
            hdu.header[key] = value
    hdu.writeto(tmp_path / "a.fits", output_verify="ignore", overwrite=True)
    caplog.clear()
    with caplog.at_level(logging.WARNING), open_plane(tmp_path / "a.fits") as plane:
        np.testing.assert_array_equal(plane.read(), PIXELS)
        return plane.pixel_scale_arcsec, plane.ignored, plane.wcs, caplog.messages


FRAMES = {
    "galactic": ({"CTYPE1": "GLON-TAN", "CTYPE2": "GLAT-TAN"}, {"frame": "galactic"}),
    "FK4": ({"RADESYS": "FK4", "EQUINOX": 1950.0}, {"frame": "fk4", "equinox": "B1950"}),
    "FK5 of another equinox": ({"RADESYS": "FK5", "EQUINOX": 1975.0}, {"frame": "fk5", "equinox": "J1975"}),
    "swapped axes": (
        {"CTYPE1": "DEC--TAN", "CTYPE2": "RA---TAN", "CRVAL1": 2.0, "CRVAL2": 150.0, "CD1_1": 1e-5, "CD2_2": -1e-5},
        {"frame": "icrs"},
    ),
}


@pytest.mark.parametrize("case", FRAMES)
def test_positions_are_icrs_in_any_frame(case):
    """The reference pixel lies at 150, 2 deg of the header's own frame."""
    cards, frame = FRAMES[case]
    expected = SkyCoord(150, 2, unit="deg", **frame).icrs
    ra, dec = sky_positions(fits.Header({**GOOD, **cards}).tostring(sep="\n"), np.array([4.0]), np.array([4.0]))
    np.testing.assert_allclose((ra[0], dec[0]), (expected.ra.deg, expected.dec.deg), atol=1e-7)


BAD = {
    "a CD matrix of zeros": ({"CD1_1": 0.0, "CD2_2": 0.0}, "singular CD or PC matrix", None),
    "a singular CD matrix": ({"CD1_1": 0.0}, "singular CD or PC matrix", None),
    "the pixel size of a plate alone": ({**NO_WCS, "XPIXELSZ": 9.0}, "XPIXELSZ", None),
    "the pixel size of a plate and a WCS": ({"XPIXELSZ": 9.0, "YPIXELSZ": 9.0}, "XPIXELSZ and YPIXELSZ", SCALE),
    "one CTYPE": ({"CTYPE2": None}, "CTYPE 'RA---TAN' and 'missing'", None),
    "mixed systems": ({"CTYPE2": "GLAT-TAN"}, "CTYPE 'RA---TAN' and 'GLAT-TAN'", None),
    "mixed projections": ({"CTYPE2": "DEC--SIN"}, "CTYPE 'RA---TAN' and 'DEC--SIN'", None),
    "an invalid CTYPE": ({"CTYPE1": "FOO--BAR"}, "CTYPE 'FOO--BAR'", None),
    "an invalid projection": ({"CTYPE1": "RA---XXX", "CTYPE2": "DEC--XXX"}, "CTYPE 'RA---XXX'", None),
    "no CTYPE": ({"CTYPE1": None, "CTYPE2": None}, "no CTYPE", None),
    "a nonsensical CUNIT": ({"CUNIT1": "furlong?", "CUNIT2": "m"}, "CUNIT2 'm' (degrees assumed)", SCALE),
    "a missing lookup table": ({"D2IMDIS1": "LOOKUP", "D2IMDIS2": "LOOKUP", "D2IMARR": 1}, "lookup tables", SCALE),
    "missing tables of the WCS": ({"CPDIS1": "LOOKUP", "CPDIS2": "LOOKUP", "WCSDVARR": 1}, "lookup tables", SCALE),
    "half a SIP": (
        {"CTYPE1": "RA---TAN-SIP", "CTYPE2": "DEC--TAN-SIP", "A_ORDER": 2, "A_2_0": 1e-6},
        "SIP distortion (A_ORDER without B_ORDER)",
        SCALE,
    ),
    "an invalid position": ({"CRVAL2": 100.0}, "WCS (", None),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_header_costs_one_line(tmp_path, caplog, kind):
    changes, words, expected = BAD[kind]
    scale, ignored, _, log = plane_of(tmp_path, changes, caplog)
    assert (scale is None) if expected is None else (scale == pytest.approx(expected, rel=1e-6))
    assert words in "; ".join(ignored)
    assert len(log) == 1
    assert log[0].startswith(f"{tmp_path}/a.fits: ignored in the header: ")
    assert "\n" not in log[0]


@pytest.mark.parametrize("spelling", ["degree", "degrees", "DEG", "deg", "Degree"])
def test_spellings_of_degrees(tmp_path, caplog, spelling):
    scale, ignored, _, _ = plane_of(tmp_path, {"CUNIT1": spelling, "CUNIT2": spelling}, caplog)
    assert (scale, ignored) == (pytest.approx(SCALE, rel=1e-6), ())


def test_no_wcs_at_all_is_no_fault(tmp_path, caplog):
    assert plane_of(tmp_path, NO_WCS, caplog) == (None, (), None, [])


def test_pc_matrices_and_arcseconds(tmp_path, caplog):
    pc = {**dict.fromkeys(["CD1_1", "CD1_2", "CD2_1", "CD2_2"]), "CDELT1": -SCALE, "CDELT2": SCALE}
    scale, ignored, _, _ = plane_of(tmp_path, {**pc, "CUNIT1": "arcsec", "CUNIT2": "arcsec"}, caplog)
    assert (scale, ignored) == (pytest.approx(SCALE, rel=1e-6), ())


def test_sip_distortion_is_kept(tmp_path, caplog):
    """A_2_0 (x - CRPIX1)^2 is added to x: 3 pixels from the reference, 9e-2 pixels."""
    sip = {"CTYPE1": "RA---TAN-SIP", "CTYPE2": "DEC--TAN-SIP", "A_ORDER": 2, "A_2_0": 1e-2, "B_ORDER": 2, "B_0_2": 0.0}
    _, ignored, wcs, _ = plane_of(tmp_path, sip, caplog)
    _, _, plain, _ = plane_of(tmp_path, {}, caplog)
    assert ignored == ()
    x, y = plain.world_to_pixel_values(*wcs.pixel_to_world_values(7.0, 4.0))
    assert (float(x), float(y)) == (pytest.approx(7.09, abs=1e-6), pytest.approx(4.0, abs=1e-6))


def test_tpv_distortion_is_kept(tmp_path, caplog):
    """PV1_0 shifts the projected longitude, in degrees: by two pixels here."""
    tpv = {"CTYPE1": "RA---TPV", "CTYPE2": "DEC--TPV", "PV1_0": 2e-5, "PV1_1": 1.0, "PV2_0": 0.0, "PV2_1": 1.0}
    _, ignored, wcs, _ = plane_of(tmp_path, tpv, caplog)
    _, _, plain, _ = plane_of(tmp_path, {}, caplog)
    assert ignored == ()
    x, y = plain.world_to_pixel_values(*wcs.pixel_to_world_values(3.0, 4.0))
    assert (float(x), float(y)) == (pytest.approx(1.0, abs=1e-4), pytest.approx(4.0, abs=1e-4))


def test_an_invalid_axis_of_frequency_does_not_spoil_the_sky(tmp_path, caplog):
    other = {"CTYPE3": "BAND", "CUNIT3": "none", "CRVAL3": 0.0, "CDELT3": 0.0, "CD3_3": 0.0, "CTYPE4": "STOKES"}
    scale, ignored, _, _ = plane_of(tmp_path, other, caplog, (1, 1, 8, 9))
    assert (scale, ignored) == (pytest.approx(SCALE, rel=1e-6), ())


def test_a_warning_is_logged_once_for_an_image_that_is_read_twice(tmp_path, caplog):
    *_, first = plane_of(tmp_path, {"CD1_1": 0.0}, caplog)
    *_, second = plane_of(tmp_path, {"CD1_1": 0.0}, caplog)
    assert (len(first), second) == (1, [])


def test_the_wcs_of_the_band_last(tmp_path):
    """Axis 1 of the header counts the bands; x and y are the axes 2 and 3."""
    hdu = fits.PrimaryHDU(np.zeros((8, 9, 3), np.float32))
    for key, value in {"CTYPE2": "RA---TAN", "CTYPE3": "DEC--TAN", "CRVAL2": 150.0, "CRVAL3": 2.0}.items():
        hdu.header[key] = value
    for key, value in {"CRPIX2": 5.0, "CRPIX3": 3.0, "CD2_2": -1e-5, "CD3_3": 1e-5, "CD1_1": 1.0}.items():
        hdu.header[key] = value
    hdu.writeto(tmp_path / "a.fits")
    with open_plane(tmp_path / "a.fits", band=1) as plane:
        assert plane.shape == (8, 9)
        assert plane.pixel_scale_arcsec == pytest.approx(SCALE, rel=1e-6)
        assert plane.wcs.pixel_to_world_values(4.0, 2.0) == pytest.approx((150.0, 2.0), abs=1e-9)
