import numpy as np
import pytest

from workflow_scripts.measuring.background import Histogram
from workflow_scripts.scenes.coordinates import pack_coordinates
from workflow_scripts.scenes.placement import put
from workflow_scripts.scenes.scene import Scene
from workflow_scripts.skies.layered import Options, compose

SHAPE = (64, 64)
SCENE = Scene(SHAPE)


def gaussian(offset=0.0, size=16, peak=100.0):
    rows, columns = np.mgrid[:size, :size] - size // 2
    return (peak * np.exp(-0.5 * ((columns - offset) ** 2 + rows**2) / 4)).astype(np.float32)


def parts_of(pairs, star=None):
    return {
        "background": Histogram(np.array([0.0, 2.0]), np.array([1.0])),
        "coordinates": lambda n, rng: np.stack([pairs(i) for i in range(n)]),
        "stars": lambda n, rng: np.repeat((gaussian() if star is None else star)[None], n, axis=0),
    }


def test_as_many_stars_as_pairs_inside_and_the_light_that_they_add():
    rng = np.random.default_rng(0)
    vectors = rng.uniform(-0.5, 1.5, (20, 16)).astype(np.float32)
    fields = list(compose(20, np.random.default_rng(1), SCENE, parts_of(lambda i: vectors[i]), Options()))
    black = parts_of(lambda i: vectors[i], np.zeros((16, 16), np.float32))
    skies = list(compose(20, np.random.default_rng(1), SCENE, black, Options()))
    for vector, (image, truth), (sky, _) in zip(vectors, fields, skies, strict=True):
        pairs = vector.reshape(-1, 2)
        assert len(truth["x"]) == ((pairs >= 0) & (pairs <= 1)).all(axis=1).sum()
        assert truth["flux"].sum() == pytest.approx((image - sky).sum(dtype=float), rel=1e-5, abs=1e-3)
        assert (image >= sky).all()


def test_a_star_on_sky_around_zero_leaves_the_sky_as_it_is():
    """What a patch masks out lies below all sky, so noise around zero is not cut off around the source."""
    black = np.full((16, 16), -8.0, np.float32)
    black[6:11, 6:11] = 50.0
    parts = parts_of(lambda i: pack_coordinates(np.array([32.0]), np.array([32.0]), 64, 1), black)
    parts["background"] = Histogram(np.linspace(-3, 3, 61), np.full(60, 1 / 60))
    images, truths = zip(*compose(40, np.random.default_rng(0), SCENE, parts, Options()), strict=True)
    around = np.stack(images)[:, 24:40, 24:40]
    sky = around[around < 20]
    assert sky.mean() == pytest.approx(0, abs=0.1)
    assert sky.min() < -2.9
    assert np.mean([truth["flux"][0] for truth in truths]) == pytest.approx(25 * 50, rel=0.01)


def test_light_alone_lies_on_the_mean_of_the_sky():
    light = np.full((16, 16), -80.0, np.float32)
    light[6:11, 6:11] = 50.0
    parts = parts_of(lambda i: pack_coordinates(np.array([32.0]), np.array([32.0]), 64, 1), light)
    parts["background"] = Histogram(np.linspace(97, 103, 61), np.full(60, 1 / 60))
    images, truths = zip(*compose(40, np.random.default_rng(0), SCENE, parts, Options(stars="light")), strict=True)
    np.testing.assert_allclose([image.max() for image in images], 150, atol=1e-3)
    assert np.mean([truth["flux"][0] for truth in truths]) == pytest.approx(25 * 50, rel=0.01)
    with pytest.raises(ValueError, match="'dark'"):
        Options(stars="dark")


def test_a_star_lies_where_the_truth_says():
    pairs = pack_coordinates(np.array([20.0, 45.0]), np.array([30.0, 12.0]), 64, 4)
    ((image, truth),) = compose(1, np.random.default_rng(0), SCENE, parts_of(lambda i: pairs), Options())
    np.testing.assert_allclose(truth["x"], [20, 45], atol=0.1)
    np.testing.assert_allclose(truth["y"], [30, 12], atol=0.1)
    assert image[30, 20] == image[12, 45] == 100
    assert (truth["peak"] > 97).all()


@pytest.mark.parametrize("offset", [-1.5, 0.5])
def test_a_star_off_the_middle_of_its_stamp_lies_where_its_light_is(offset):
    x, y, flux, _ = put(np.zeros(SHAPE, np.float32), gaussian(offset), 30.0, 20.0, 0)
    assert x == pytest.approx(30 + offset, abs=0.02)
    assert y == pytest.approx(20, abs=0.02)
    assert flux == pytest.approx(100 * 2 * np.pi * 4, rel=0.01)


@pytest.mark.parametrize(("x", "y"), [(0.0, 0.0), (63.0, 30.0), (-3.0, 70.0)])
def test_what_falls_over_the_border_is_not_counted(x, y):
    image = np.zeros(SHAPE, np.float32)
    _, _, flux, peak = put(image, gaussian(), x, y, 0)
    assert flux == pytest.approx(image.sum(), rel=1e-5)
    assert peak == image.max()


def test_a_hidden_star_adds_nothing():
    image = np.full(SHAPE, 500, np.float32)
    assert put(image, gaussian(), 30.4, 20.0, 0) == (30, 20, 0, 0)
    assert (image == 500).all()


def test_grey_levels_are_kept():
    pairs = pack_coordinates(np.array([20.0]), np.array([30.0]), 64, 2)
    ((image, _),) = compose(1, np.random.default_rng(0), SCENE, parts_of(lambda i: pairs), Options(round_to=1.0))
    assert (image == np.round(image)).all()


def test_a_field_without_stars_is_a_background():
    empty = np.full(8, -1, np.float32)
    ((image, truth),) = compose(1, np.random.default_rng(0), SCENE, parts_of(lambda i: empty), Options())
    assert all(len(column) == 0 for column in truth.values())
    assert image.max() <= 2
