"""Images of injected sources: point sources and exponential discs, convolved with the PSF of the exposure."""

from dataclasses import dataclass, field

import galsim
import numpy as np

from workflow_scripts.surveys.psf import GaussianPsf, StampPsf

REACH = 7.0  # half-light radii of a disc beyond which it is cut: 0.02 % of the light is lost
MAX_SIDE = 1025


@dataclass
class Renderer:
    """Draws sources; the PSF includes the response of the pixel.

    Attributes
    ----------
    psf : surveys.psf.GaussianPsf, StampPsf or VariablePsf
    """

    psf: object
    known: dict = field(default_factory=dict)

    def profile(self, x, y):
        """Return the PSF at a position as a profile, and the half side of its image; a constant PSF is made once."""
        place = (0.0, 0.0) if isinstance(self.psf, GaussianPsf | StampPsf) else (x, y)
        if place not in self.known:
            kernel = self.psf.kernel(*place)
            image = galsim.Image(np.ascontiguousarray(kernel), scale=1.0)
            found = galsim.InterpolatedImage(image, x_interpolant="lanczos5", flux=1.0), max(kernel.shape) // 2
            self.known = {place: found}
        return self.known[place]

    def draw(self, source):
        """Return the image of a source, (s, s) float64, and the row and column of its first pixel in the exposure.

        Parameters
        ----------
        source : dict of str to float
            See `injection.sources.draw_sources`.
        """
        profile, half = self.profile(source["x"], source["y"])
        radius = source["half_light_radius"]
        if radius > 0:
            profile = galsim.Convolve(disc(radius, source["axis_ratio"], source["theta"]), profile)
            half += int(np.ceil(REACH * radius))
        side = min(2 * half + 3, MAX_SIDE)
        column, row = round(source["x"]), round(source["y"])
        offset = galsim.PositionD(source["x"] - column, source["y"] - row)
        drawn = (profile * source["flux"]).drawImage(
            nx=side, ny=side, scale=1.0, offset=offset, method="no_pixel", dtype=float
        )
        return drawn.array, (row - side // 2, column - side // 2)


def disc(radius, axis_ratio, theta):
    """Return an exponential disc of unit flux whose half-light radius along the major axis is given; theta in deg."""
    inclined = galsim.Exponential(half_light_radius=radius).transform(1.0, 0.0, 0.0, axis_ratio) / axis_ratio
    return inclined.rotate(theta * galsim.degrees)


def inside(stamp, corner, shape):
    """Return the window (rows, columns) of an image (y, x) that a stamp covers, and the pixels of the stamp in it."""
    ends = [(max(first, 0), min(first + side, n)) for first, side, n in zip(corner, stamp.shape, shape, strict=True)]
    window = tuple(slice(low, max(low, high)) for low, high in ends)
    inner = tuple(slice(one.start - first, one.stop - first) for one, first in zip(window, corner, strict=True))
    return window, stamp[inner]


def with_poisson_noise(light, gain, rng):
    """Return light with the noise of its electrons; `gain` is in electrons per unit. Negative pixels are unchanged."""
    bright = np.maximum(light, 0)
    return light - bright + rng.poisson(bright * gain) / gain


def psf_flux(exposure, noise, level, stamp, corner):
    """Return the flux of a point source at a known position and its standard deviation, by its profile of unit flux.

    Parameters
    ----------
    exposure : injection.exposures.Exposure
    noise : (y, x) float
        Standard deviation of each pixel.
    level : (y, x) float
        Background.
    stamp : (s, s) float
        The PSF at the position, with sum 1.
    corner : (row, column)
    """
    window, profile = inside(stamp, corner, exposure.pixels.shape)
    seen = ~exposure.masked[window]
    weight = np.where(seen, profile / noise[window] ** 2, 0)
    norm = (weight * profile).sum()
    if norm <= 0:
        return np.nan, np.nan
    return float((weight * (exposure.pixels[window] - level[window])).sum() / norm), float(norm**-0.5)
