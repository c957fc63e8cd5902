"""Health of a training: the distance of samples from held-out data, and signs of divergence."""

import math

import torch


def sliced_wasserstein(a, b, generator, n_directions=64):
    """Return the sliced Wasserstein-1 distance of two sets of equal size.

    Parameters
    ----------
    a, b : (n, ...) tensor
    generator : torch.Generator
        Draws the directions.

    Returns
    -------
    distance : float
        Mean over random directions of the mean distance between sorted projections.
    """
    a, b = a.flatten(1), b.flatten(1)
    directions = torch.randn((a.shape[1], n_directions), generator=generator, device=a.device, dtype=a.dtype)
    directions /= directions.norm(dim=0)
    return float(((a @ directions).sort(dim=0).values - (b @ directions).sort(dim=0).values).abs().mean())


def find_divergence(losses, samples, data_std):
    """Return the sign of divergence of a training in words, or None.

    Parameters
    ----------
    losses : dict of str to float
    samples : (n, ...) tensor
    data_std : float
        Standard deviation of the data over examples, averaged over pixels.
    """
    bad = [name for name, value in losses.items() if not math.isfinite(value)]
    if bad:
        return f"{', '.join(bad)} is not finite"
    std = float(samples.float().std(dim=0).mean())
    if not math.isfinite(std):
        return "the samples are not finite"
    if std < 1e-3 * data_std:
        return (
            f"the samples have collapsed to one (standard deviation {std:.1e}, that of the data {data_std:.1e}); "
            "if the training has hardly begun, raise checkpoint_every"
        )
    return None
