import galsim
import numpy as np
import pytest
from astropy.io import fits
from survey_files import written

from workflow_scripts.measuring.detection import detect
from workflow_scripts.surveys.exposures import ExposureFiles, Layer, open_exposure
from workflow_scripts.surveys.psf import GaussianPsf, check_psf, drawn, estimate_psf, fwhm_of, read_psf

DETECTION = {
    **{"threshold_sigma": 3, "min_area": 5, "deblend_thresholds": 32},
    **{"deblend_contrast": 0.005, "background_box": 64},
}


@pytest.mark.parametrize("profile", [galsim.Gaussian, lambda fwhm: galsim.Moffat(beta=3, fwhm=fwhm)])
@pytest.mark.parametrize("fwhm", [2.5, 3.5, 6.0])
def test_the_width_of_known_profiles(profile, fwhm):
    assert fwhm_of(drawn(profile(fwhm=fwhm), 41)) == pytest.approx(fwhm, rel=0.01)


def test_a_gaussian_psf():
    psf = GaussianPsf(3.0)
    kernel = psf.kernel(10, 20)
    assert kernel.shape == (13, 13)
    assert kernel.sum() == pytest.approx(1, abs=1e-12)
    assert kernel[6, 7] / kernel[6, 6] == pytest.approx(2 ** (-4 / 9), rel=1e-3)  # 2^(-4 r^2 / FWHM^2)
    assert fwhm_of(kernel) == pytest.approx(3.0, rel=0.01)


def test_a_stamp(tmp_path):
    pixels = 7 * drawn(galsim.Moffat(beta=3, fwhm=4.0), 31)
    psf = read_psf(written(tmp_path / "psf.fits", pixels))
    np.testing.assert_allclose(psf.kernel(1, 2), pixels / pixels.sum())
    assert psf.fwhm == pytest.approx(4.0, rel=0.01)
    assert "psf.fits" in psf.origin


@pytest.mark.parametrize(
    ("pixels", "words"),
    [
        (np.full((11, 11), np.nan), "not the image of a PSF"),
        (np.zeros((11, 11)), "not the image of a PSF"),
        (np.roll(drawn(galsim.Gaussian(fwhm=3), 31), 9, axis=1), r"the peak of the PSF is at x=24, y=15 of 31x31 px"),
    ],
)
def test_stamps_that_are_no_psf(tmp_path, pixels, words):
    with pytest.raises(ValueError, match=rf"psf.fits: {words}"):
        read_psf(written(tmp_path / "psf.fits", pixels))


def test_a_psfex_model_varies_over_the_image(tmp_path):
    """PSF(x) = narrow + (x_fits - 500) / 1000 (wide - narrow)."""
    side, sampling = 51, 0.5
    narrow, wide = (drawn(galsim.Gaussian(fwhm=fwhm / sampling), side) for fwhm in (3.0, 5.0))
    masks = np.stack([narrow, wide - narrow, np.zeros_like(narrow)]).astype(np.float32)
    column = fits.Column("PSF_MASK", f"{masks.size}E", dim=f"({side},{side},3)", array=masks[None])
    table = fits.BinTableHDU.from_columns([column], name="PSF_DATA")
    cards = {"POLNAXIS": 2, "POLNAME1": "X_IMAGE", "POLNAME2": "Y_IMAGE", "POLZERO1": 500.0, "POLZERO2": 500.0}
    cards |= {"POLSCAL1": 1000.0, "POLSCAL2": 1000.0, "POLGRP1": 1, "POLGRP2": 1, "POLNGRP": 1, "POLDEG1": 1}
    cards |= {"PSF_SAMP": sampling, "PSFNAXIS": 3, "PSFAXIS1": side, "PSFAXIS2": side, "PSFAXIS3": 3, "PSF_FWHM": 3.0}
    for key, value in cards.items():
        table.header[key] = value
    fits.HDUList([fits.PrimaryHDU(), table]).writeto(tmp_path / "a.psf")
    psf = read_psf(tmp_path / "a.psf")
    assert psf.fwhm == pytest.approx(3.0, rel=0.02)
    for x, weight in [(499.0, 0.0), (999.0, 0.5), (1499.0, 1.0)]:
        kernel = psf.kernel(x, 20.0)
        expected = (1 - weight) * drawn(galsim.Gaussian(fwhm=3.0), 25) + weight * drawn(galsim.Gaussian(fwhm=5.0), 25)
        assert kernel.shape == (25, 25)
        np.testing.assert_allclose(kernel, expected / expected.sum(), atol=2e-3 * expected.max())


def test_a_table_that_is_no_psfex_model(tmp_path):
    table = fits.BinTableHDU.from_columns([fits.Column("A", "E", array=[1.0])])
    table.header["POLNAXIS"] = 2
    fits.HDUList([fits.PrimaryHDU(), table]).writeto(tmp_path / "a.psf")
    with pytest.raises(ValueError, match="a.psf: not a PSFEx model"):
        read_psf(tmp_path / "a.psf")


def star_field(profile, n_stars, shape=(512, 512)):
    """Return an image of stars and galaxies with noise, on a sky of 100."""
    rng = np.random.default_rng(1)
    image = galsim.Image(shape[1], shape[0], scale=1.0, dtype=float)
    cells = rng.permutation(100)[: n_stars + 40]
    for k, cell in enumerate(cells):
        x, y = 51 * (cell % 10) + rng.uniform(15, 36), 51 * (cell // 10) + rng.uniform(15, 36)
        flux = rng.uniform(5e3, 5e4)
        size = rng.uniform(2.5, 5)
        light = profile if k < n_stars else galsim.Convolve(galsim.Exponential(half_light_radius=size), profile)
        stamp = galsim.Image(galsim.BoundsI(1, shape[1], 1, shape[0]), scale=1.0, dtype=float)
        (flux * light).drawImage(stamp, method="no_pixel", center=galsim.PositionD(x + 1, y + 1), add_to_image=True)
        image += stamp
    return (image.array + rng.normal(100, 5, shape)).astype(np.float32)


@pytest.mark.parametrize("profile", [galsim.Gaussian(fwhm=3.0), galsim.Moffat(beta=3.5, fwhm=4.0, trunc=12)])
def test_the_psf_is_estimated_from_stars_among_galaxies(tmp_path, profile):
    path = written(tmp_path / "a.fits", star_field(profile, 25))
    with open_exposure(ExposureFiles(Layer(path))) as exposure:
        sources, _ = detect(exposure.read().image, **DETECTION)
        psf = estimate_psf(exposure, sources, 25)
    truth = drawn(profile, 25)
    assert psf.fwhm == pytest.approx(profile.calculateFWHM(), rel=0.02)
    np.testing.assert_allclose(psf.kernel(), truth / truth.sum(), atol=0.02 * truth.max())
    assert "point-like sources" in psf.origin


def test_too_few_stars_are_refused(tmp_path):
    path = written(tmp_path / "a.fits", star_field(galsim.Gaussian(fwhm=3.0), 2)[:200, :200])
    with open_exposure(ExposureFiles(Layer(path))) as exposure:
        sources, _ = detect(exposure.read().image, **DETECTION)
        with pytest.raises(ValueError, match=r"a.fits: \d isolated point-like sources, too few .*: give a file psf"):
            estimate_psf(exposure, sources, 25)


def test_a_psf_larger_than_the_stamp_is_refused():
    check_psf(GaussianPsf(3.0), 13, "a.fits")
    with pytest.raises(ValueError, match=r"^a.fits: the PSF \(.*\) has 13 px, a stamp 12 px: crop the PSF"):
        check_psf(GaussianPsf(3.0), 12, "a.fits")
