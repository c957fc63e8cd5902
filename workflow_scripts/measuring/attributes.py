"""Attributes of a galaxy measured from its stamp: half-light radius, flux, axis ratio, angle, concentration.

A stamp of 32 pixels does not contain all light of a galaxy with a half-light radius of 12 pixels, and unweighted second
moments diverge in the presence of noise. Therefore an elliptical Sersic profile is fitted to the pixels. The profile is
a sum of Gaussians (Hogg & Lang 2013), so that its convolution with the PSF is exact. The axis ratio is that of the
second moments of the ellipse. No network is involved.
"""

import numpy as np
from astropy.stats import gaussian_fwhm_to_sigma
from scipy.ndimage import uniform_filter

from workflow_scripts.attributes.known import AXIS_RATIO, CONCENTRATION, FLUX, HALF_LIGHT_RADIUS, SNR, THETA
from workflow_scripts.measuring.profiles import INDICES, WIDTHS, concentration_of, weights_of

ATTRIBUTES = tuple(one.name for one in (FLUX, HALF_LIGHT_RADIUS, AXIS_RATIO, THETA, CONCENTRATION))
APPARENT = tuple(one.name for one in (AXIS_RATIO, THETA, CONCENTRATION))  # what a stretched picture preserves
BLOCK, ITERATIONS = 64, 12
# ASSUME: arms and bulges deviate from the smooth profile by this fraction of the light, which limits the weight of
# bright pixels.
ROUGHNESS = 0.2
PIXEL_VARIANCE = 1 / 12  # second moment of a square pixel, pixel^2

# ASSUME: a weak Gaussian prior, which matters only below a signal-to-noise ratio of about 20: mean and standard
# deviation of the parameters (Sersic index, ln R, eta1, eta2, x, y); positions in pixels.
EXPECTED = np.array([1.5, 0.0, 0.0, 0.0, 0.0, 0.0])
SPREAD = np.array([1.2, np.inf, 1.5, 1.5, 1.5, 1.5])
# ASSUME: the size of a stamp follows from that of its galaxy. Light outside the stamp is extrapolated with a poorly
# constrained Sersic index: without this prior the radii of large galaxies are overestimated by half.
MAJOR_SHARE, MAJOR_SPREAD = 0.2, 0.35  # ratio of half-light radius to side of the stamp: mean, scatter of its log


def measure_attributes(images, psf_fwhm=0.0, noise=None):
    """Measure galaxies at the centres of their stamps.

    Parameters
    ----------
    images : (n, y, x) or (n, y, x, band) float
        Background-subtracted; several bands are averaged.
    psf_fwhm : float
        Full width at half maximum of the PSF, pixel; 0: no PSF.
    noise : (n,) float or None
        Standard deviation of a pixel of the measured plane; None: estimated from the pixels.

    Returns
    -------
    measured : dict of str to (n,) float
        `flux` in the unit of the images, extrapolated beyond the stamp; `half_light_radius` along the major axis,
        pixel, before the PSF; `axis_ratio` in (0, 1]; `theta` from the x axis towards y, degrees in [-90, 90);
        `concentration` 5 log10(r80 / r20); `snr`, the signal-to-noise ratio of the fitted light.

    Raises
    ------
    ValueError
        If an image has pixels that are not finite.
    """
    planes = one_plane(np.asarray(images, float))
    if not len(planes):
        return {name: np.zeros(0) for name in (*ATTRIBUTES, SNR.name)}
    if not np.isfinite(planes).all():
        raise ValueError(
            f"image {int(np.argmax(~np.isfinite(planes).all(axis=(1, 2))))} has pixels that are not finite"
        )
    noise = estimate_noise(planes) if noise is None else np.broadcast_to(noise, len(planes)).astype(float)
    variance = (psf_fwhm * gaussian_fwhm_to_sigma) ** 2 + PIXEL_VARIANCE
    parts = [
        measure_block(planes[start : start + BLOCK], noise[start : start + BLOCK], variance)
        for start in range(0, len(planes), BLOCK)
    ]
    return {name: np.concatenate([part[name] for part in parts]) for name in (*ATTRIBUTES, SNR.name)}


def one_plane(images):
    """Return images of one band, (n, y, x)."""
    return images.mean(axis=-1) if images.ndim == 4 else images


def estimate_noise(planes):
    """Return the noise of each plane from mixed second differences, in which smooth light cancels."""
    mixed = planes[:, 1:, 1:] - planes[:, 1:, :-1] - planes[:, :-1, 1:] + planes[:, :-1, :-1]
    noise = np.median(np.abs(mixed), axis=(1, 2)) * 1.4826 / 2
    floor = 1e-3 * np.abs(planes).max(axis=(1, 2))  # of noiseless images: a thousandth of the peak
    return np.maximum(noise, np.where(floor > 0, floor, 1.0))


def measure_block(planes, noise, variance):
    """Fit a block of planes and return its attributes."""
    data = (planes / noise[:, None, None]).reshape(len(planes), -1)
    where = pixel_places(planes.shape[1:])
    smooth = uniform_filter(planes, (1, 3, 3), mode="nearest").reshape(data.shape) / noise[:, None]
    trust = 1 / np.hypot(1, ROUGHNESS * np.maximum(smooth, 0))
    flux, parameters = fit(data, where, variance, trust)
    index, log_radius, eta1, eta2 = parameters[:, :4].T
    stretch = np.hypot(eta1, eta2)
    theta = np.degrees(np.arctan2(eta2, eta1)) / 2
    light, _ = model(parameters, where, variance)
    return {
        FLUX.name: flux * noise,
        HALF_LIGHT_RADIUS.name: np.exp(log_radius + stretch / 2),
        AXIS_RATIO.name: np.exp(-stretch),
        THETA.name: (theta + 90) % 180 - 90,
        CONCENTRATION.name: concentration_of(index),
        SNR.name: np.abs(flux) * np.sqrt((light**2).sum(axis=1)),
    }


def pixel_places(shape):
    """Return x and y of all pixels relative to the centre of the image, (2, y * x)."""
    y, x = np.mgrid[: shape[0], : shape[1]]
    return np.stack([x.ravel() - (shape[1] - 1) / 2, y.ravel() - (shape[0] - 1) / 2]).astype(float)


def fit(data, where, variance, trust):
    """Fit profiles by damped least squares (Levenberg & Marquardt), all images of a block at once.

    Parameters
    ----------
    data : (n, k)
        Pixels over their noise.
    where : (2, k)
    variance : float
        Sum of those of PSF and pixel, pixel^2.
    trust : (n, k)
        Weight of each pixel's residual.

    Returns
    -------
    flux : (n,)
    parameters : (n, 6)
        Sersic index, ln R with R the geometric mean of the half-light axes, eta1, eta2, x, y.
    """
    flux, parameters = first_guess(data, where, variance)
    damping = np.full(len(data), 1e-2)
    cost = cost_of(data, flux, parameters, where, variance, trust)
    for _ in range(ITERATIONS):
        step = next_step(data, flux, parameters, where, variance, trust, damping)
        tried_flux, tried = flux + step[:, 0], confined(parameters + step[:, 1:], where)
        tried_cost = cost_of(data, tried_flux, tried, where, variance, trust)
        better = tried_cost < cost
        flux, cost = np.where(better, tried_flux, flux), np.where(better, tried_cost, cost)
        parameters = np.where(better[:, None], tried, parameters)
        damping = np.clip(np.where(better, damping / 5, damping * 5), 1e-6, 1e6)
    return flux, parameters


def confined(parameters, where):
    """Clip parameters to their range: a radius of at most the side of the stamp, an axis ratio above 0.05."""
    side = 2 * where.max() + 1
    low = np.array([INDICES[0], np.log(0.2), -3.0, -3.0, -side / 4, -side / 4])
    high = np.array([INDICES[-1], np.log(side), 3.0, 3.0, side / 4, side / 4])
    return np.clip(parameters, low, high)


def first_guess(data, where, variance):
    """Return the flux and the parameters of the best of a grid of ellipses at the centre."""
    sides = np.log(np.array([1.5, 3.0, 6.0, 12.0]) * max(1.0, where.max() / 16))
    turns = np.arange(6) * np.pi / 6
    etas = [(0.0, 0.0), *((h * np.cos(2 * t), h * np.sin(2 * t)) for h in (0.7, 1.6) for t in turns)]
    grid = np.array([(1.5, side, *eta, 0.0, 0.0) for side in sides for eta in etas])
    light, _ = model(grid, where, variance)
    norm = np.sqrt((light**2).sum(axis=1))
    best = np.argmax(data @ (light / norm[:, None]).T, axis=1)
    flux = (data * light[best]).sum(axis=1) / norm[best] ** 2
    return flux, grid[best]


def cost_of(data, flux, parameters, where, variance, trust):
    """Return the sum of the squared residuals and of the squared deviations from the prior, (n,)."""
    light, _ = model(parameters, where, variance)
    residuals = ((trust * (data - flux[:, None] * light)) ** 2).sum(axis=1)
    return residuals + (((parameters - EXPECTED) / SPREAD) ** 2).sum(axis=1) + too_large(parameters, where)[0] ** 2


def next_step(data, flux, parameters, where, variance, trust, damping):
    """Return the damped Gauss-Newton step of flux and parameters, (n, 7)."""
    light, slopes = model(parameters, where, variance, slopes=True)
    jacobian = trust[:, None] * np.concatenate([light[:, None], flux[:, None, None] * slopes], axis=1)
    residuals = trust * (data - flux[:, None] * light)
    normal = jacobian @ jacobian.transpose(0, 2, 1)
    pull = (jacobian @ residuals[:, :, None])[..., 0]
    pull[:, 1:] += (EXPECTED - parameters) / SPREAD**2
    rows = np.arange(1, 7)
    normal[:, rows, rows] += 1 / SPREAD**2
    off, slope = too_large(parameters, where)
    pull[:, 1:] -= off[:, None] * slope
    normal[:, 1:, 1:] += slope[:, :, None] * slope[:, None, :]
    every = np.arange(7)
    normal[:, every, every] *= 1 + damping[:, None]
    normal[:, every, every] += 1e-12
    return np.linalg.solve(normal, pull[..., None])[..., 0]


def too_large(parameters, where):
    """Return the deviation of each log major axis from the prior, in sigma, (n,), and its derivatives, (n, 6)."""
    stretch = np.maximum(np.hypot(parameters[:, 2], parameters[:, 3]), 1e-4)
    off = parameters[:, 1] + stretch / 2 - np.log(MAJOR_SHARE * (2 * where.max() + 1))
    slope = np.zeros(parameters.shape)
    slope[:, 1] = 1
    slope[:, 2:4] = parameters[:, 2:4] / (2 * stretch[:, None])
    return off / MAJOR_SPREAD, slope / MAJOR_SPREAD


def model(parameters, where, variance, slopes=False):
    """Return profiles of unit flux, (n, k), and their derivatives by the parameters, (n, 6, k), or None."""
    _, log_radius, eta1, eta2, x0, y0 = parameters.T[:, :, None]
    ellipse, turned = covariance(log_radius, eta1, eta2)
    x, y = where[0] - x0, where[1] - y0
    weights, steepness = (part.T[:, :, None] for part in weights_of(parameters[:, 0]))
    light, by = np.zeros(x.shape), np.zeros((6, *x.shape)) if slopes else None
    for width, weight, steep in zip(WIDTHS, weights, steepness, strict=True):
        xx, yy, xy = (width**2 * part for part in ellipse)
        xx, yy = xx + variance, yy + variance
        det = xx * yy - xy**2
        wx, wy = (yy * x - xy * y) / det, (xx * y - xy * x) / det
        bell = np.exp(-0.5 * (wx * x + wy * y)) / (2 * np.pi * np.sqrt(det))
        amount = weight * bell
        light += amount
        if slopes:
            by[0] += steep * bell
            by[4] += amount * wx
            by[5] += amount * wy
            amount = amount * width**2
            by[1] += 0.5 * amount * (wx**2 - yy / det)
            by[2] += 0.5 * amount * (wy**2 - xx / det)
            by[3] += amount * (wx * wy + xy / det)
    if slopes:
        by[1:4] = [sum(by[1 + part] * turn[part] for part in range(3)) for turn in turned]
        by = by.transpose(1, 0, 2)
    return light, by


def covariance(log_radius, eta1, eta2):
    """Return xx, yy, xy of the half-light ellipse, and their derivatives by ln R, eta1 and eta2.

    C = R^2 (cosh h + sinh(h) / h M) with M = [[eta1, eta2], [eta2, -eta1]] and h = |eta|: axes R exp(+-h / 2).
    """
    square, h = np.exp(2 * log_radius), np.maximum(np.hypot(eta1, eta2), 1e-4)
    even, odd = np.cosh(h), np.sinh(h) / h
    bend = (even - odd) / h**2  # derivative of odd by h, over h
    xx, yy, xy = square * (even + odd * eta1), square * (even - odd * eta1), square * odd * eta2
    by_radius = (2 * xx, 2 * yy, 2 * xy)
    by_eta = [
        (
            square * (odd * eta + bend * eta * eta1 + odd * one),
            square * (odd * eta - bend * eta * eta1 - odd * one),
            square * (bend * eta * eta2 + odd * two),
        )
        for eta, one, two in ((eta1, 1.0, 0.0), (eta2, 0.0, 1.0))
    ]
    return (xx, yy, xy), (by_radius, *by_eta)
