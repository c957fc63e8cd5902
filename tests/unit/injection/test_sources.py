"""Sources to inject: laws of magnitudes and shapes, positions that avoid masks."""

from types import SimpleNamespace

import numpy as np
import pytest

from workflow_scripts.injection.sources import draw_magnitudes, draw_shapes, grid_positions, on_pixels, positions


def rng():
    return np.random.default_rng(0)


@pytest.mark.parametrize("slope", [0, 0.6, -0.3])
def test_magnitudes_follow_their_law(slope):
    """The fraction below the middle is that of the integral of 10^(slope mag)."""
    mag = draw_magnitudes(20, 24, slope, 100_000, rng())
    assert mag.min() >= 20
    assert mag.max() <= 24
    expected = 0.5 if not slope else (10 ** (2 * slope) - 1) / (10 ** (4 * slope) - 1)
    assert (mag < 22).mean() == pytest.approx(expected, abs=0.01)


def test_shapes_are_within_their_ranges():
    law = SimpleNamespace(radius_low=1.0, radius_high=4.0, axis_ratio_low=0.3)
    shapes = draw_shapes(law, 20_000, rng())
    assert np.median(shapes["half_light_radius"]) == pytest.approx(2, rel=0.02), "uniform in the logarithm"
    assert shapes["axis_ratio"].min() >= 0.3
    assert np.abs(shapes["theta"]).max() <= 90


def test_random_positions_avoid_masks_and_fill_the_rest():
    avoided = np.zeros((50, 80), bool)
    avoided[:, :40] = True
    x, y = positions(avoided, 4000, rng())
    assert x.min() >= 39.5
    assert (x.max(), y.max()) == pytest.approx((79.5, 49.5), abs=0.2)
    assert np.histogram(y, 5, (-0.5, 49.5))[0] == pytest.approx([800] * 5, rel=0.12)


def test_positions_of_a_grid_are_apart_and_at_all_fractions_of_a_pixel():
    x, y = grid_positions(np.zeros((400, 400), bool), 500, 16, rng())
    apart = np.hypot(x[:, None] - x, y[:, None] - y) + 1e9 * np.eye(500)
    assert apart.min() > 14
    assert np.std(x % 1) == pytest.approx(np.sqrt(1 / 12), rel=0.1)


def test_too_little_room_is_named():
    full = np.ones((20, 20), bool)
    with pytest.raises(ValueError, match="5 sources, but 100.00% of the pixels are masked or avoided"):
        positions(full, 5, rng())
    with pytest.raises(ValueError, match="a grid with a spacing of 8 pixels has 0 positions"):
        grid_positions(full, 5, 8, rng())


def test_positions_outside_are_on_the_mask():
    mask = np.zeros((4, 6), bool)
    mask[1, 2] = True
    assert on_pixels(mask, np.array([2.4, 2.6, -1, 6]), np.array([0.6, 1, 1, 1])).tolist() == [True, False, True, True]
