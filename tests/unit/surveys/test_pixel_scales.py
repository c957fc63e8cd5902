import numpy as np
import pytest

from workflow_scripts.surveys.pixel_scales import scale_of


def test_asinh_pixels_of_pan_starrs_become_fluxes():
    """The published inversion: flux = BOFFSET + BSOFTEN (exp(C / a) - exp(-C / a)), a = 1.0857362."""
    flux = np.array([-20.0, 0.0, 3.0, 150.0, 2e4])
    offset, softening, a = 2.5, 7.0, 1.0857362
    pixels = a * np.arcsinh((flux - offset) / (2 * softening))
    header = {"BOFFSET": offset, "BSOFTEN": softening}
    np.testing.assert_allclose(scale_of(header, "a.fits").linear(pixels), flux, rtol=1e-6, atol=1e-6)
    direct = offset + softening * (np.exp(pixels / a) - np.exp(-pixels / a))
    np.testing.assert_allclose(scale_of(header, "a.fits").linear(pixels), direct, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("header", [{}, {"BUNIT": "electron/s"}, {"STRETCH": "linear"}, {"BUNIT": "MJy/sr"}])
def test_other_pixels_are_left_unchanged(header):
    pixels = np.arange(3.0)
    assert scale_of(header, "a.fits").linear(pixels) is pixels


@pytest.mark.parametrize(
    "header",
    [
        {"BUNIT": "asinh(DN)"},
        {"BUNIT": "log10(counts)"},
        {"BUNIT": "log(electron/s)"},
        {"BUNIT": "ln(adu)"},
        {"BUNIT": "mag/arcsec2"},
        {"BUNIT": "dex(Jy)"},
        {"BUNIT": "sqrt(DN)"},
        {"STRETCH": "ASINH"},
        {"SCALING": "log"},
    ],
)
def test_stretched_pixels_are_refused(header):
    (key,) = header
    with pytest.raises(ValueError, match=rf"^a.fits: pixels on a scale that is not linear \({key}"):
        scale_of(header, "a.fits")


def test_keywords_of_the_scale_that_are_no_numbers_are_named():
    with pytest.raises(ValueError, match=r"^a.fits: BSOFTEN = 'x' is not a number, .*: correct the header$"):
        scale_of({"BOFFSET": 1.0, "BSOFTEN": "x"}, "a.fits")
