"""The variance map holds where the noise of stamps is correlated: that of the COSMOS survey."""

import os
from pathlib import Path

import numpy as np
import pytest

from workflow_scripts.blending.rendering import map_variance, render
from workflow_scripts.blending.stamps import StampSet
from workflow_scripts.settings.blending import RenderVariances

FOLDER = os.environ.get("SKYLOOM_REAL_DATA")
FILE = Path(FOLDER or ".") / "cosmos_stamps" / "acs_I_unrot_sci_20_cf.fits"
SIZE, N_BLENDS = 48, 400


@pytest.fixture(scope="module")
def noise_images():
    """Return stamps of nothing but noise, and its standard deviation."""
    galsim = pytest.importorskip("galsim")
    if not FOLDER or not FILE.exists():
        pytest.skip("no cosmos_stamps in SKYLOOM_REAL_DATA")
    law = galsim.getCOSMOSNoise(file_name=str(FILE), rng=galsim.BaseDeviate(1), cosmos_scale=0.03, variance=1.0)
    images = []
    for _ in range(2 * N_BLENDS):
        image = galsim.ImageF(SIZE, SIZE, scale=0.03)
        image.addNoise(law)
        images.append(image.array.copy())
    return np.array(images)


@pytest.mark.parametrize("subpixel", [False, True])
@pytest.mark.parametrize("kind", ["uniform", "natural"])
def test_correlated_noise_has_the_variance_that_is_stated(noise_images, kind, subpixel):
    masks = np.zeros((2, SIZE, SIZE), bool)
    masks[0, 8:32, 8:32], masks[1, 16:40, 16:40] = True, True
    labels = np.concatenate([masks] * N_BLENDS).astype(int)
    levels = np.tile([1.0, 1.5], N_BLENDS)
    images = noise_images * levels[:, None, None]
    stamps = StampSet([(images, labels)], np.ones(len(images), int), levels, range(len(images)), subpixel=subpixel)
    members = np.arange(2 * N_BLENDS).reshape(-1, 2)
    shifts = np.tile([[0, 0], [1.4, -2.3] if subpixel else [1, -2]], (N_BLENDS, 1, 1)).astype(float)
    options = RenderVariances(gain=None, noise=kind, noise_sigma=None, subpixel=subpixel)
    blends = render(stamps, members, shifts, options, np.random.default_rng(0))
    variances = map_variance(stamps, members, shifts, options)
    own = np.array([masks[0], np.roll(masks[1], (-2, 1), (0, 1))])
    regions = {
        "background": ~own.any(0),
        "one": own[0] & ~own[1],
        "two": own[1] & ~own[0],
        "overlap": own.all(0),
    }
    for name, region in regions.items():
        stated = variances[:, region].mean()
        assert np.sqrt((blends[:, region].astype(float) ** 2).mean() / stated) == pytest.approx(1, abs=0.01), name
