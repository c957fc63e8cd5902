import pytest

from workflow_scripts.settings.surveys import survey
from workflow_scripts.surveys.bands import band_of, check_bands


@pytest.mark.parametrize(
    ("header", "file", "band"),
    [
        ({"FILTER": "F814W"}, "a.fits", "f814w"),
        ({"FILTER1": "CLEAR1L", "FILTER2": "F435W"}, "a.fits", "f435w"),  # ACS
        ({"FILTER": "F150W2", "PUPIL": "F162M"}, "a.fits", "f162m"),  # NIRCam
        ({"FILTER": "F444W", "PUPIL": "CLEAR"}, "a.fits", "f444w"),
        ({"FILTER": "i DECam SDSS c0003 7835.0 1470.0"}, "a.fits", "i"),  # DES
        ({"FILTER": "r.MP9601"}, "a.fits", "r"),  # MegaCam
        ({"FILTER": "HSC-I"}, "a.fits", "hsc_i"),
        ({}, "/x/xdf_f606w_sci.fits", "f606w"),
        ({}, "hlsp_candels_hst_acs_gs-tot-30mas_f850lp_v1.0_drz.fits", "f850lp"),
        ({}, "legacysurvey-0001m002-image-r.fits.fz", "r"),
        ({"FILTER": ""}, "UVISTA_Ks_12_07.fits", "ks"),
    ],
)
def test_bands_of_published_headers_and_names(header, file, band):
    assert band_of(header, file) == band


def test_a_preset_translates_filters():
    assert band_of({"FILTER": "HSC-I2"}, "a.fits", survey("hsc")) == "i"
    assert band_of({"FILTER": "Y DECam c0005 10095.0 1130.0"}, "a.fits", survey("des")) == "y"
    assert band_of({"FILTER": "i.MP9702"}, "a.fits", survey("cfhtls")) == "i"
    assert band_of({"FILTER": "NB921"}, "a.fits", survey("hsc")) == "nb921"


def test_an_unknown_band_is_an_error():
    with pytest.raises(ValueError, match="^mosaic.fits: no band, neither as FILTER .* set the option bands"):
        band_of({}, "mosaic.fits")


@pytest.mark.parametrize("names", [["g", "r", "g"], ["F814W", "f814w"]])
def test_a_band_named_twice(names):
    check_bands(["g", "r", "f814w"])
    with pytest.raises(ValueError, match="is named twice"):
        check_bands(names)
