import galsim
import pytest

from workflow_scripts.imaging.optics import check_target, noise_variance


@pytest.mark.parametrize("fwhm", [0.15, 0.4])
def test_variance_agrees_with_galsims_own(fwhm):
    """White noise of one exposure, its PSF taken off, under a common PSF."""
    target, own = galsim.Gaussian(fwhm=fwhm), galsim.Gaussian(fwhm=0.1)
    noise = galsim.UncorrelatedNoise(2.0, scale=0.03).convolvedWith(galsim.Deconvolve(own)).convolvedWith(target)
    assert noise_variance(noise, target) == pytest.approx(noise.getVariance(), rel=1e-3)


def test_a_narrower_common_psf_is_refused():
    with pytest.raises(ValueError, match=r"galaxy 7: its PSF has 0.100 arcsec"):
        check_target(galsim.Gaussian(fwhm=0.1), galsim.Gaussian(fwhm=0.1), "galaxy 7")
