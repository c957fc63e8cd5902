"""Magnitudes and fluxes."""

import numpy as np


def magnitude_to_flux(magnitude, zeropoint_ab):
    """Convert magnitudes to the flux unit that the zero point defines: 10^(-0.4 (m - zp))."""
    return 10.0 ** (-0.4 * (np.asarray(magnitude, float) - zeropoint_ab))


def flux_to_magnitude(flux, zeropoint_ab):
    """Convert positive fluxes to magnitudes: zp - 2.5 log10(f)."""
    return zeropoint_ab - 2.5 * np.log10(flux)


def magnitude_error(snr):
    """Return the uncertainty of a magnitude measured with a signal-to-noise ratio, to first order."""
    return 2.5 / np.log(10.0) / snr
