"""One-to-one matching of injected sources with detections."""

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

GROWTH = 0.5  # of the injected flux, by which a source that was there before must have grown to be a match
SHIFT = 10.0  # match radii by which positions are shifted to measure the rate of chance matches
DIRECTIONS = ((1, 0), (-1, 0), (0, 1), (0, -1))


@dataclass(frozen=True)
class Catalogue:
    """Detections.

    Attributes
    ----------
    places : (n, 2) float
        x, y, pixel.
    flux : (n,) float
    """

    places: np.ndarray
    flux: np.ndarray

    def nearest_flux(self, places, radius):
        """Return the flux of the nearest detection within a radius of each position; 0 without one."""
        if not len(self.flux):
            return np.zeros(len(places))
        distance, row = cKDTree(self.places).query(places, distance_upper_bound=radius)
        return np.where(np.isfinite(distance), np.append(self.flux, 0.0)[row], 0.0)

    def nearest_distance(self, places):
        """Return the distance of the nearest detection from each position; infinite without one."""
        return cKDTree(self.places).query(places)[0] if len(self.flux) else np.full(len(places), np.inf)


def match_injected(places, flux, after, before, radius):
    """Match injected sources to detections, the brightest first, each to the nearest one that is free.

    A detection within the radius of one of the catalogue before the injection counts only if its flux has grown by half
    of the injected flux, and the injected source is the brighter of the two: in a survey, the detection of two sources
    is that of the brighter one.

    Parameters
    ----------
    places : (n, 2) float
        x, y of the injected sources, pixel.
    flux : (n,) float
    after, before : Catalogue
    radius : float
        Pixel.

    Returns
    -------
    partner : (n,) int
        Row of `after`, -1 for none.
    """
    partner, taken = np.full(len(places), -1), np.zeros(len(after.flux), bool)
    if not len(after.flux):
        return partner
    earlier = before.nearest_flux(after.places, radius)
    near = cKDTree(after.places).query_ball_point(places, radius)
    for source in np.argsort(-flux, kind="stable"):
        rows = np.array(near[source], int)
        rows = rows[~taken[rows] & is_new(after.flux[rows], earlier[rows], flux[source])]
        if len(rows):
            distance = np.hypot(*(after.places[rows] - places[source]).T)
            partner[source] = rows[distance.argmin()]
            taken[partner[source]] = True
    return partner


def is_new(flux, earlier, injected):
    """Return which detections may be an injected source, given their flux after and before, 0 for none, and its own."""
    return (earlier == 0) | ((flux - earlier >= GROWTH * injected) & (injected > earlier))


def chance_matches(places, flux, after, before, radius, shape):
    """Return for each injected source the fraction of shifted positions at which it would have been matched, (n,).

    Parameters
    ----------
    shape : (y, x)
        Size of the image, in which shifted positions are wrapped.
    """
    size, matched = np.array(shape[::-1]), np.zeros(len(places))
    for direction in DIRECTIONS:
        shifted = (places + SHIFT * radius * np.array(direction) + 0.5) % size - 0.5
        matched += match_injected(shifted, flux, after, before, radius) >= 0
    return matched / len(DIRECTIONS)
