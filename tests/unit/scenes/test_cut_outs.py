"""Sources of the data in the place of generated ones: the nearest in marks, and a sky of them."""

import numpy as np
import pytest

from workflow_scripts.measuring.noise import SCORES, FittedNoise
from workflow_scripts.scenes.cut_outs import MARKS, CutOuts
from workflow_scripts.scenes.point_process import FittedProcess, MarkedProcess
from workflow_scripts.scenes.scene import Scene
from workflow_scripts.skies.point_process_real_stamps import Options, compose


def marks_of(n, seed=0):
    rng = np.random.default_rng(seed)
    known = {"flux": 10 ** rng.uniform(1, 4, n), "flux_radius": rng.uniform(1, 6, n)}
    return {**known, "axis_ratio": rng.uniform(0.3, 1, n), "theta": rng.uniform(-90, 90, n)}


def numbered(n):
    """Images whose one bright pixel says which they are."""
    images = np.full((n, 8, 8), -2.0, np.float32)
    images[:, 4, 4] = 1 + np.arange(n)
    return images


def test_a_source_of_the_data_is_found_by_its_own_marks():
    marks = marks_of(200)
    order = np.random.default_rng(1).permutation(200)
    drawn = CutOuts(numbered(200), marks)(200, None, {name: marks[name][order] for name in MARKS})
    np.testing.assert_array_equal(drawn[:, 4, 4], 1 + order)


def test_an_axis_points_both_ways_and_a_round_source_nowhere():
    one = {"flux": [100.0] * 3, "flux_radius": [3.0] * 3, "axis_ratio": [0.5, 0.5, 1.0], "theta": [88.0, 0.0, 0.0]}
    cut = CutOuts(numbered(3), one)
    requested = {"flux": [100.0] * 2, "flux_radius": [3.0] * 2, "axis_ratio": [0.5, 0.98], "theta": [-88.0, 90.0]}
    np.testing.assert_array_equal(cut(2, None, requested)[:, 4, 4], [1, 3])


def test_marks_that_are_all_alike_and_no_sources_at_all():
    cut = CutOuts(numbered(4), {**marks_of(4), "axis_ratio": np.ones(4)})
    assert cut(0, None, {name: np.zeros(0) for name in MARKS}).shape == (0, 8, 8)
    assert np.isfinite(cut(1, None, {name: np.ones(1) for name in MARKS})).all()


@pytest.mark.parametrize("n_sources", [0, 5])
def test_the_sky_holds_the_light_of_the_sources(n_sources):
    marks = {**marks_of(50), "npix": np.ones(50)}
    law = FittedProcess(n_sources=4.0, field_spread=0.0, members=0.0, width=1.0, reach=5.0, separation=0.0)
    process = MarkedProcess(**vars(law), marks=marks, local_density=np.zeros(50, int))
    noise = FittedNoise(level=np.array([2.0]), quantile=SCORES, correlation=np.eye(1))
    parts = {"noise": noise, "process": process, "stamps": CutOuts(numbered(50), marks)}
    whole = 0
    for image, truth in compose(200, np.random.default_rng(0), Scene((64, 64)), parts, Options(n_sources=n_sources)):
        assert len(truth["x"]) == n_sources
        assert truth["flux"] == pytest.approx(np.clip(np.round(truth["flux"]), 1, 50), rel=1e-5)  # black is no light
        if (np.abs(np.stack([truth["x"], truth["y"]]) - 31.5) < 25).all():
            whole += 1
            assert (image - 2).sum(dtype=float) == pytest.approx(truth["flux"].sum(), rel=1e-3, abs=1e-3)
    assert whole > 5
