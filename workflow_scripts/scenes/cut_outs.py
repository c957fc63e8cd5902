"""Patches of real sources in place of generated ones."""

import numpy as np
from scipy.spatial import cKDTree

MARKS = ("flux", "flux_radius", "axis_ratio", "theta")


class CutOuts:
    """A sampler of patches of real sources: for each requested source the patch with the nearest marks.

    Parameters
    ----------
    images : (n, s, s) float32
    marks : dict of str to (n,) array
        `flux`, `flux_radius` (pixel), `axis_ratio`, `theta` (degrees).
    """

    def __init__(self, images, marks):
        self.images = images
        known = coordinates(marks)
        self.spread = known.std(axis=0)
        self.spread[2:] = np.sqrt(np.mean(self.spread[2:] ** 2))  # one scale for the three marks of the shape
        self.spread[self.spread == 0] = 1.0
        self.tree = cKDTree(known / self.spread)

    def __call__(self, n, rng, requested):
        """Return n patches (n, s, s) for requested marks, (n,) each; `rng` is not used."""
        if not n:
            return self.images[:0]
        return self.images[self.tree.query(coordinates(requested) / self.spread)[1]]


def coordinates(marks):
    """Return marks as points (n, 5), in which the distance of two sources is defined; round sources have no angle."""
    flux, radius, ratio, theta = (np.asarray(marks[name], float) for name in MARKS)
    turn = 2 * np.deg2rad(theta)
    logs = [np.log(np.maximum(one, np.finfo(float).tiny)) for one in (flux, radius)]
    return np.column_stack([*logs, ratio, (1 - ratio) * np.cos(turn), (1 - ratio) * np.sin(turn)])
