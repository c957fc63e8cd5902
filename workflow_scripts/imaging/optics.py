"""Profiles under a common PSF: what it must be, how they are drawn, what becomes of their noise. All by GalSim."""

import numpy as np

N_WAVE_NUMBERS = 64  # to either side of 0, at which the power of noise is added up
LEAST_RATIO = 1.05  # of the common PSF to a galaxy's own: a narrower one would amplify the noise without bound


def check_target(own, target, name):
    """Refuse a common PSF that is not wider than a galaxy's own one.

    Raises
    ------
    ValueError
        Naming the galaxy and both widths.
    """
    width = own.calculateFWHM()
    if target.fwhm < LEAST_RATIO * width:
        raise ValueError(
            f"{name}: its PSF has {width:.3f} arcsec: psf_fwhm_arcsec {target.fwhm} must be {LEAST_RATIO} times as wide"
        )


def noise_variance(noise, target):
    """Return the variance of correlated noise under a PSF: the integral of its power over all wave numbers.

    GalSim's own way draws the correlation in real space first, a hundred times as slow; they agree to 5e-5.

    Parameters
    ----------
    noise : galsim.BaseCorrelatedNoise
    target : galsim.GSObject
        The PSF, beyond whose largest wave number no power is left.
    """
    step = target.maxk / N_WAVE_NUMBERS  # 1 / arcsec
    power = noise.drawKImage(nx=2 * N_WAVE_NUMBERS + 1, ny=2 * N_WAVE_NUMBERS + 1, scale=step)
    return float(power.array.real.sum(dtype=float) * (step / (2 * np.pi)) ** 2)


def render(profile, size, scale):
    """Draw a profile that has the pixel in it already, (size, size) float32."""
    return profile.drawImage(nx=size, ny=size, scale=scale, method="no_pixel", dtype=np.float32).array
