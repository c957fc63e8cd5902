"""The noise between the sources: what was put in comes back, and what is drawn has it again."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter
from scipy.stats import skew

from workflow_scripts.formats.stacks import create_stack
from workflow_scripts.measuring.noise import amplitudes, draw_noise
from workflow_scripts.rules.generation.generate_skies import read_noise
from workflow_scripts.rules.patches.fit_noise import fit_noise
from workflow_scripts.runtime.entry import built

SHAPE, WIDTH, N = (120, 100), 1.5, 40


def fit(folder, images, maps, clip_sigma=0):
    for name, column in (("fields", {"image": images}), ("maps", {"segmentation": maps})):
        with create_stack(folder / f"{name}.h5", unit="DN") as writer:
            writer.append(**column)
    fit_noise(
        fields=folder / "fields.h5",
        segmentation=folder / "maps.h5",
        noise=folder / "noise.h5",
        options=built(fit_noise, {"clip_sigma": clip_sigma, "grow": 2, "reach": 8}),
        seed=1,
        code="",
    )
    return read_noise(folder / "noise.h5", "cpu")


def smooth_noise(rng):
    """Return noise of deviation 1, of neighbours whose correlation is exp(-d^2 / 4 s^2)."""
    return gaussian_filter(rng.standard_normal(SHAPE), WIDTH, mode="wrap") * (2 * np.sqrt(np.pi) * WIDTH)


@pytest.fixture(scope="module")
def known(tmp_path_factory):
    """Return what is learnt of skew, correlated noise on several levels, with a bright source in every field."""
    rng, images, maps = np.random.default_rng(0), [], np.zeros((N, *SHAPE), np.int32)
    for row in range(N):
        images.append(10 * (row % 3) + np.exp(0.5 * smooth_noise(rng)))
        y, x = rng.integers(10, 90, 2)
        images[-1][y : y + 6, x : x + 6] += 500
        maps[row, y : y + 6, x : x + 6] = row + 1
    return fit(tmp_path_factory.mktemp("noise"), np.array(images, np.float32), maps)


def test_correlation_of_known_noise(known):
    lag = np.arange(-8, 9)
    truth = np.exp(-(lag**2 + lag[:, None] ** 2) / (4 * WIDTH**2))
    np.testing.assert_allclose(known.correlation, truth, atol=0.04)


def test_levels_are_those_of_the_fields(known):
    assert len(known.level) == N
    np.testing.assert_allclose(known.level, 10 * (np.arange(N) % 3) + 1, atol=0.15)


def test_drawn_noise_is_as_skew_and_as_correlated(known):
    rng, waves = np.random.default_rng(3), amplitudes(known.correlation, SHAPE)
    drawn = np.array([draw_noise(rng, SHAPE, known.quantile, waves) for _ in range(N)])
    truth = np.array([np.exp(0.5 * smooth_noise(rng)) - 1 for _ in range(N)])
    assert drawn.shape == (N, *SHAPE)
    assert drawn.std() == pytest.approx(truth.std(), rel=0.05)
    assert skew(drawn, axis=None) == pytest.approx(skew(truth, axis=None), rel=0.1)
    for step in (1, 2, 4):
        for axis in (1, 2):
            one, other = (
                np.mean(a * np.roll(a, step, axis)) / a.var() for a in (drawn - drawn.mean(), truth - truth.mean())
            )
            assert one == pytest.approx(other, abs=0.04)


def test_fields_without_noise_are_drawn_without(tmp_path):
    found = fit(tmp_path, np.full((3, 20, 20), 7, np.float32), np.zeros((3, 20, 20), np.int32))
    assert found.level.tolist() == [7, 7, 7]
    waves = amplitudes(found.correlation, (20, 20))
    assert (draw_noise(np.random.default_rng(0), (20, 20), found.quantile, waves) == 0).all()


def test_whole_grey_levels_are_normal_numbers_too(tmp_path):
    rng = np.random.default_rng(0)
    images = np.rint(np.array([2 * smooth_noise(rng) for _ in range(20)])).astype(np.float32)
    found = fit(tmp_path, images, np.zeros((20, *SHAPE), np.int32))
    middle = found.correlation[8]
    np.testing.assert_allclose(middle, np.exp(-(np.arange(-8, 9) ** 2) / (4 * WIDTH**2)), atol=0.06)


def test_light_of_sources_that_nobody_detected_is_no_noise(tmp_path):
    rng = np.random.default_rng(0)
    images = np.array([smooth_noise(rng) for _ in range(20)], np.float32)
    images[:, 20:24, 30:40] += 30
    found = fit(tmp_path, images, np.zeros((20, *SHAPE), np.int32), clip_sigma=4)
    assert found.quantile[-1] < 4.2
    truth = np.exp(-(np.arange(-8, 9) ** 2) / (4 * WIDTH**2))
    np.testing.assert_allclose(found.correlation[8], truth, atol=0.04)


def test_no_background_is_an_error(tmp_path):
    with pytest.raises(ValueError, match="no background is seen, every pixel lies within 2 px of a source"):
        fit(tmp_path, np.ones((2, 20, 20), np.float32), np.ones((2, 20, 20), np.int32))
    assert not (tmp_path / "noise.h5").exists()
