"""Described blends of two Gaussians, as the tests of the rules of deblending use them."""

import numpy as np
from gaussian_blends import pair

from workflow_scripts.formats.stacks import create_stack


def described(folder, bands=0, separations=(16, 0), noise=1.0, blendedness=0.1):
    """Write blends of two Gaussians with their truth, and stamps with PSFs."""
    made = [pair(one, ((1.0,) * max(bands, 1),) * 2, noise, seed) for seed, one in enumerate(separations)]
    image, variance = (np.stack([getattr(one, name) for one, _ in made]) for name in ("image", "variance"))
    truth, places = np.stack([one for _, one in made]), np.stack([one.detections for one, _ in made])
    masks = (truth[..., 0] > 3).astype(np.uint8)
    if not bands:
        image, variance, truth = image[..., 0], variance[..., 0], truth[..., 0]
    n = len(made)
    blended = np.broadcast_to(np.reshape(blendedness, (-1, 1)), (n, 2))
    known = {"snr": np.full((n, 2), 50.0), "blendedness": blended, "n_galaxies": np.full(n, 2)}
    places = {"x": places[..., 0], "y": places[..., 1], "stamp": np.zeros((n, 2), int)}
    with create_stack(folder / "blends.h5", unit="ct", band=["g", "r", "i"][:bands] if bands else "r") as writer:
        writer.append(image=image, variance=variance, truth=truth, masks=masks, **places, **known)
    with create_stack(folder / "stamps.h5") as writer:
        writer.append(psf=np.ones((1, 3, 3), np.float32))
    return folder / "blends.h5"
