"""The recipes of sparse skies, on parts whose answer is known."""

import numpy as np
import pytest

from workflow_scripts.scenes.scene import Scene
from workflow_scripts.settings import plugins

SHAPE, CELL = (64, 64), 16


def patches(n, rng, condition=None):
    """A patch with one bright pixel in its middle; of a class k 10 k."""
    drawn = np.full((n, CELL, CELL), -5.0, np.float32)
    drawn[:, CELL // 2, CELL // 2] = 50 if condition is None else 10 * condition["size_class"]
    return drawn


def grids(n, rng):
    return rng.integers(0, 4, (n, 4, 4)).astype(np.float32)


def catalogue(n_fields=300):
    rng = np.random.default_rng(3)
    field = np.repeat(np.arange(n_fields), rng.poisson(6, n_fields))
    npix = 4 + rng.geometric(0.1, len(field))
    return {"field": field, "npix": npix, "peak": rng.geometric(0.05, len(field)), "x": field, "y": field}


def made(name, n=200, **options):
    recipe = plugins.load("skies", name)
    scene, parts = (
        Scene(SHAPE, n_training_fields=300),
        {"positions": grids, "galaxies": patches, "sources": catalogue()},
    )
    return list(recipe.compose(n, np.random.default_rng(0), scene, parts, recipe.Options(**options)))


def test_two_stage_puts_a_patch_in_every_cell():
    fields, drawn = made("two_stage", 20), grids(20, np.random.default_rng(0))
    for grid, (image, truth) in zip(drawn, fields, strict=True):
        assert len(truth["x"]) == np.count_nonzero(grid)
        np.testing.assert_array_equal(image[8::16, 8::16] > 0, grid > 0)
        assert image.sum() == pytest.approx(truth["flux"].sum()) == 50 * np.count_nonzero(grid)


def test_the_class_of_a_cell_is_the_condition_of_the_second_network():
    drawn = grids(20, np.random.default_rng(0))
    for grid, (image, _) in zip(drawn, made("two_stage_conditional", 20), strict=True):
        np.testing.assert_array_equal(image[8::16, 8::16], 10 * grid)


def test_random_positions_keep_the_number_alone():
    drawn, fields = grids(200, np.random.default_rng(0)), made("two_stage_random_positions")
    occupied = np.array([image[8::16, 8::16] > 0 for image, _ in fields])
    np.testing.assert_array_equal(occupied.sum(axis=(1, 2)), (drawn > 0).sum(axis=(1, 2)))
    assert (occupied != (drawn > 0)).any()
    assert occupied.mean(axis=0).std() < 0.06


@pytest.mark.parametrize("name", ["diamond_gaussian", "diamond_geometric"])
def test_diamonds_have_the_number_of_the_data(name):
    counts = [len(truth["x"]) for _, truth in made(name, 1000)]
    assert np.mean(counts) == pytest.approx(6, abs=0.4)
    assert np.std(counts) == pytest.approx(np.sqrt(6), abs=0.4)


def test_published_numbers():
    gaussian = [len(truth["x"]) for _, truth in made("diamond_gaussian", published=True)]
    geometric = [truth for _, truth in made("diamond_geometric", published=True)]
    assert np.mean(gaussian) == pytest.approx(20, abs=2)
    assert np.mean([len(truth["x"]) for truth in geometric]) == pytest.approx(60, abs=4)


@pytest.mark.parametrize("name", ["diamond_gaussian", "diamond_geometric"])
def test_the_light_of_diamonds_is_their_truths(name):
    for image, truth in made(name, 20):
        assert image.min() == 0
        assert image.sum(dtype=float) == pytest.approx(truth["flux"].sum(), rel=1e-5)


def test_a_diamond_fades_from_its_middle():
    from workflow_scripts.scenes.diamonds import diamonds

    image, truth = diamonds((21, 21), np.array([10]), np.array([10]), np.array([13.0]), np.array([15.0]), 5.0)
    assert (image > 0).sum() == 13
    assert image[10, 8:13].tolist() == [5, 10, 15, 10, 5]
    assert image[9, 9] == 5
    assert truth["flux"][0] == image.sum()
