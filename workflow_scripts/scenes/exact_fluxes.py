"""Painted light scaled so that every source has the flux of its catalogue."""

import numpy as np

from workflow_scripts.scenes.sketches import COLUMNS, profile_of


def scale_fluxes(light, catalogue, target):
    """Scale the light of each source of a field.

    The light of a pixel is divided among the sources in proportion to their exponential profiles. The flux of a source
    is the sum of its parts of the light; of one that extends beyond the field, its profile tells how much is inside.

    Parameters
    ----------
    light : (y, x) float
    catalogue : dict of str to (n,) float
        As of `scenes.sketches.draw_sketch`.
    target : (n,) float
        Fluxes.

    Returns
    -------
    scaled : (y, x) float32
        Sources whose light is not above 0 are unchanged.
    """
    rows = zip(*(catalogue[name] for name in COLUMNS), strict=True)
    profiles = [profile_of(*row, light.shape) for row in rows]
    total = np.zeros(light.shape)
    for place, profile, _ in profiles:
        total[place] += profile
    factor, tiny = np.zeros(light.shape), np.finfo(float).tiny
    for (place, profile, inside), flux in zip(profiles, target, strict=True):
        share = profile / np.maximum(total[place], tiny)
        painted = float((share * light[place]).sum())
        factor[place] += share * (flux * inside / painted if painted > 0 else 1.0)
    return np.where(total > 0, light * factor, light).astype(np.float32)
