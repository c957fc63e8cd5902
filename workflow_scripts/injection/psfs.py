"""The PSF by which sources are injected into an exposure and measured in it."""

from workflow_scripts.surveys.psf import GaussianPsf


def chosen_psf(exposure, psf_fwhm):
    """Return the PSF of an exposure: a Gaussian of a given width in pixels, or that of the survey.

    Raises
    ------
    ValueError
        If it is unknown.
    """
    psf = GaussianPsf(psf_fwhm) if psf_fwhm else exposure.psf
    if psf is None:
        raise ValueError(f"{exposure.name}: its PSF is unknown: set psf_fwhm, or psf of the band in dataset.options")
    return psf
