"""Truth of the galaxies of a blend: isolated images, blendedness and signal-to-noise ratio."""

import numpy as np

from workflow_scripts.imaging.levels import square_type


def isolated(stamps, members, shifts):
    """Return isolated images of the galaxies of one blend.

    Returns
    -------
    truth : (g, y, x[, band]) float32
        Noiseless for models; real stamps inside their masks. Zeros in empty slots.
    masks : (g, y, x) uint8
        Masks of the galaxies.
    """
    truth = np.zeros((len(members), *stamps.shape), np.float32)
    masks = np.zeros(truth.shape[:3], np.uint8)
    for g, (member, shift) in enumerate(zip(members, shifts, strict=True)):
        if member >= 0:
            window, light, _ = stamps.place(member, shift)
            truth[g][window] = light
            window, mask = stamps.own(member, shift)
            masks[g][window] = mask
    return truth, masks


def truth_variance(stamps, members, masks):
    """Return the noise variance (g, y, x[, band]) of real stamps inside their masks."""
    noise = stamps.noise[members].astype(square_type(stamps.noise))
    noise[np.asarray(members) < 0] = 0
    level = noise.reshape(len(noise), 1, 1, *noise.shape[1:]) ** 2
    return level * (masks if noise.ndim == 1 else masks[..., None])


def blendedness(truth):
    """Return the blendedness of each galaxy, 1 - <f, f> / <f, sum of all>; NaN without light.

    It is 0 for an isolated galaxy, 1/2 for two identical ones at the same position.

    Parameters
    ----------
    truth : (g, y, x[, band]) float
    """
    flat = truth.reshape(len(truth), -1).astype(float)
    own, shared = np.einsum("gp,gp->g", flat, flat), flat @ flat.sum(axis=0)
    return 1 - np.divide(own, shared, out=np.full(len(flat), np.nan), where=(own > 0) & (shared != 0))


def signal_to_noise(truth, variance):
    """Return the signal-to-noise ratio of each galaxy: sum f^2 / sqrt(sum f^2 variance); NaN if undefined.

    Parameters
    ----------
    truth : (g, y, x[, band]) float
    variance : (y, x[, band]) float
        Variance of the blend.
    """
    square = truth.reshape(len(truth), -1).astype(float) ** 2
    spread = np.sqrt(square @ variance.reshape(-1).astype(float))
    return np.divide(square.sum(axis=1), spread, out=np.full(len(square), np.nan), where=spread > 0)
