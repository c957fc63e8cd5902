"""Sources of the data in new skies: light shared by weight, noise accounted for, nothing pasted."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.ndimage import distance_transform_edt, gaussian_filter, label

from workflow_scripts.measuring.detection import detect
from workflow_scripts.measuring.light_sharing import (
    MeanLight,
    light_of_sources,
    measure_light,
    model_sources,
    share_light,
)
from workflow_scripts.measuring.source_library import build_library
from workflow_scripts.measuring.spectra import ring_counts, ring_power
from workflow_scripts.measuring.unresolved_light import FREE, UnresolvedSampler, fit_unresolved
from workflow_scripts.scenes.composition import Changes, Pattern, compose_field, draw_placements, systematic
from workflow_scripts.scenes.scattering import hidden, scatter
from workflow_scripts.scenes.stamp_resampling import Placement, StampSquares, render, turned

SIGMA = 5.0
DETECTION = {
    "threshold_sigma": 2.5,
    "min_area": 5,
    "deblend_thresholds": 32,
    "deblend_contrast": 0.001,
    "background_box": 128,
}


def gaussians(shape, x, y, flux, width):
    """Return round Gaussian sources."""
    rows, columns = np.indices(shape)
    image = np.zeros(shape)
    for one in zip(x, y, flux, width, strict=True):
        place = np.exp(-((columns - one[0]) ** 2 + (rows - one[1]) ** 2) / (2 * one[3] ** 2))
        image += one[2] * place / (2 * np.pi * one[3] ** 2)
    return image


def correlated(rng, shape):
    """Return noise of deviation SIGMA whose neighbours are alike, as that of resampled images."""
    noise = gaussian_filter(rng.standard_normal(shape), 0.6, mode="wrap")
    return SIGMA * noise / noise.std()


@pytest.fixture(scope="module")
def sky():
    """Return the light, the noise and what was extracted of a simulated sky of known truth, away from its edges."""
    rng, shape = np.random.default_rng(1), (640, 640)
    n = 400
    x, y = rng.uniform(30, shape[0] - 30, (2, n))
    truth = gaussians(shape, x, y, 10 ** rng.uniform(3.4, 4.3, n), rng.uniform(1.3, 3, n))
    image = truth + correlated(rng, shape) + 100
    sources, segmentation = detect(image, **DETECTION)
    models = model_sources(image - 100, segmentation, isophote=2.5 * SIGMA, faintest=SIGMA)
    mean = measure_light([image - 100], [models], [np.ones(shape, bool)])
    about = {"shares": share_light(models, mean), "remaining": 1 - models.weight, "models": models, "mean": mean}
    return (
        {"truth": truth, "image": image, "sources": sources}
        | about
        | {
            "segmentation": segmentation,
            "covered": np.ones(shape, bool),
        }
    )


def shares_of(image, segmentation, isophote, faintest):
    return share_light(model_sources(image, segmentation, isophote=isophote, faintest=faintest), MeanLight())


def library_of(sky, light):
    return build_library(light, sky["covered"], sky["covered"], sky["sources"], sky["segmentation"], sky["shares"])


def test_weights_sum_to_one_and_are_smooth(sky):
    total = sky["remaining"].copy()
    for share in sky["shares"]:
        total[share.rows, share.columns] += share.weight
        border = np.concatenate([share.weight[[0, -1]].ravel(), share.weight[:, [0, -1]].ravel()])
        assert border.max() < 0.03, "a stamp ends with its light"
    np.testing.assert_allclose(total, 1, atol=0.03)
    assert sky["remaining"].min() >= 0


def test_light_of_touching_sources_is_shared_without_an_edge():
    shape, flux = (64, 64), np.array([3e4, 1e4])
    image = gaussians(shape, [26, 36], [32, 32], flux, [3, 3])
    segmentation = np.where(image > 10, np.where(np.arange(64) < 32, 1, 2), 0).astype(np.int32)
    shares = shares_of(image, segmentation, 10, 4)
    found = np.array([(share.weight * image[share.rows, share.columns]).sum() for share in shares])
    np.testing.assert_allclose(found, flux, rtol=0.06)
    for share in shares:
        assert np.abs(np.diff(share.weight[share.weight.shape[0] // 2])).max() < 0.45, "a step in the valley"


def test_no_patch_of_sky_and_no_neighbour_is_taken(sky):
    """The largest connected area of a stamp is that of its source, and no other source is in it."""
    x, y = (np.round(sky["sources"][name]).astype(int) for name in "xy")
    for row, share in enumerate(sky["shares"]):
        own = sky["segmentation"][share.rows, share.columns] == row + 1
        taken = label(share.weight > 0.5)[0]
        assert np.bincount(taken.ravel())[1:].max() <= np.pi * (np.sqrt(own.sum() / np.pi) + 5) ** 2
        assert distance_transform_edt(~own)[taken > 0].max() <= 5, "it follows its source"
        inside = (y >= share.rows.start) & (y < share.rows.stop) & (x >= share.columns.start) & (x < share.columns.stop)
        others = np.nonzero(inside & (np.arange(len(x)) != row))[0]
        weights = share.weight[y[others] - share.rows.start, x[others] - share.columns.start]
        assert (weights < 0.5).all(), "a neighbour belongs to itself"


def drawn_fields(sky, changes, n=24, shape=(192, 192)):
    """Return fields, what they would be without noise, and the width of the data's noise."""
    library, noiseless = library_of(sky, sky["image"] - 100), library_of(sky, sky["truth"])
    squares, true_squares = StampSquares(library), StampSquares(noiseless)
    unresolved = fit_unresolved([sky["image"]], [sky["remaining"] > FREE], [0], 8)
    sampler, rng = UnresolvedSampler(unresolved, shape), np.random.default_rng(2)
    rate = np.full(len(library), 1 / sky["truth"].size)
    pattern = Pattern(rate, np.sqrt(library.marks["npix"] / np.pi), separation=0.7)
    fields, truths = [], []
    for placement in draw_placements(rng, n, shape, pattern, squares, changes):
        fields.append(compose_field(rng, squares, placement, sampler))
        truths.append(render(shape, true_squares, placement)[0] + unresolved.levels[0])
    return fields, np.array(truths)


@pytest.mark.parametrize("changes", [Changes(), Changes(subpixel=False, turn=False), Changes(flux=0.05, size=0.05)])
def test_noise_is_accounted_for(sky, changes):
    """Field less truth over the root of the variance has width 1, and the data's spectrum."""
    fields, truths = drawn_fields(sky, changes)
    residual = np.array([field.image for field in fields]) - truths
    scaled = residual / np.sqrt([field.relative_variance for field in fields])
    assert scaled.std() / SIGMA == pytest.approx(1, abs=0.02)
    shape = residual.shape[1:]
    noise = np.array([correlated(np.random.default_rng(seed), shape) for seed in range(24)])
    ours, data = (binned_power(one) for one in (scaled, noise))
    assert np.abs(np.log10(ours / data)).max() < 0.05


def binned_power(images):
    """Return mean power in ten even bins of rings."""
    rings, counts = ring_power(images.astype(np.float32)).sum(axis=0), ring_counts(images.shape[-1])
    edges = np.linspace(1, len(rings), 11).astype(int)
    return np.add.reduceat(rings, edges[:-1]) / np.add.reduceat(counts, edges[:-1])


def test_stamps_are_turned_shifted_and_kept():
    """A Gaussian put anywhere is the Gaussian there; eight symmetries of an oblique one are eight."""
    image = gaussians((61, 61), [28, 33], [30, 35], [1e3, 500], [1.8, 1.8])
    place, segmentation = {"x": np.array([30.0]), "y": np.array([31.0])}, (image > 0.1).astype(np.int32)
    shares = shares_of(image, segmentation, 0.1, 0.01)
    library = build_library(image, *[np.ones(image.shape, bool)] * 2, place, segmentation, shares)
    squares = StampSquares(library)
    flux, size = np.array([2.0]), np.array([1.1])
    put = Placement(np.array([0]), np.array([40.3]), np.array([50.7]), np.array([0]), flux, size)
    light = render((100, 100), squares, put)[0]
    expected = gaussians((100, 100), [40.3 - 2.2, 40.3 + 3.3], [50.7 - 1.1, 50.7 + 4.4], [2e3, 1e3], [1.98, 1.98])
    np.testing.assert_allclose(light, expected, atol=0.3)
    turned = [
        render((100, 100), squares, replace(put, symmetry=np.array([k]), x=np.array([50.0]), y=np.array([50.0])))[0]
        for k in range(8)
    ]
    assert len({one.round().tobytes() for one in turned}) == 8
    np.testing.assert_allclose([one.sum() for one in turned], 3e3, rtol=0.01)


def test_a_source_cut_by_the_edge_is_completed():
    image = gaussians((64, 64), [4, 40], [30, 30], [1e4, 1e4], [3, 3])
    sources, segmentation = detect(image + correlated(np.random.default_rng(0), image.shape) / 5, **DETECTION)
    shares = shares_of(image, segmentation, 2.5, 1.0)
    library = build_library(image, *[np.ones(image.shape, bool)] * 2, sources, segmentation, shares)
    assert len(library) == 2
    np.testing.assert_allclose(library.marks["flux"], 1e4, rtol=0.05)
    assert sorted(library.marks["completed"] > 0.01) == [False, True]


def test_a_lopsided_source_at_the_edge_is_not_doubled():
    """Beyond the data a source gets fainter, however bright it is as far on the other side."""
    image = gaussians((64, 64), [5, 18], [30, 30], [2e4, 2e4], [2.5, 2.5])
    segmentation = (image > 5).astype(np.int32)
    shares = shares_of(image, segmentation, 5, 1.0)
    place = {"x": np.array([11.5]), "y": np.array([30.0])}
    library = build_library(image, *[np.ones(image.shape, bool)] * 2, place, segmentation, shares)
    np.testing.assert_allclose(library.marks["flux"], 4e4, rtol=0.05)


@pytest.mark.parametrize(("separation", "nearest"), [(0.8, 0.0), (0.5, 6.0)])
def test_scattered_sources_do_not_hide_each_other(separation, nearest):
    rng, radius = np.random.default_rng(0), np.random.default_rng(1).uniform(1, 8, 80)
    first = rng.uniform(0, 200, (80, 2))
    assert len(hidden(first, radius, separation, nearest)) > 5
    places = scatter(first, radius, separation, nearest, lambda places, rows: rng.uniform(0, 200, (len(rows), 2)))
    assert not len(hidden(places, radius, separation, nearest))
    apart = np.hypot(*(places[:, None] - places).transpose(2, 0, 1))[~np.eye(80, dtype=bool)]
    sums = (radius[:, None] + radius)[~np.eye(80, dtype=bool)]
    assert (apart / sums).min() >= separation
    assert apart.min() >= nearest
    assert scatter(np.zeros((0, 2)), radius[:0], 0.8, 0.0, None).shape == (0, 2)


def test_the_light_of_all_sources_is_that_of_the_image(sky):
    """The weights sum to less than 1; what the share of the sky would keep is returned, on average."""
    light = sky["image"] - 100
    whole = light_of_sources(light, sky["models"], sky["mean"])
    found = sum(float((whole[one.rows, one.columns] * one.weight).sum()) for one in sky["shares"])
    plain = sum(float((light[one.rows, one.columns] * one.weight).sum()) for one in sky["shares"])
    assert plain < found
    assert found == pytest.approx(sky["truth"].sum(), rel=0.02)


def test_a_stamp_placed_at_its_turned_offset_is_not_resampled(sky):
    squares, n = StampSquares(library_of(sky, sky["image"] - 100)), 8
    symmetry, rows = np.arange(n), np.full(n, 3)
    x, y = (np.full((n, 2), 60.0) + turned(squares.offset[rows], symmetry)).T
    lights = [
        render((120, 120), squares, Placement(*(np.array([one]) for one in each), *np.ones((2, 1))))[0]
        for each in zip(rows, x, y, symmetry, strict=True)
    ]
    values = [np.sort(one.ravel()) for one in lights]
    for other in values[1:]:
        np.testing.assert_allclose(other, values[0], atol=1e-2)


def test_large_sources_are_as_frequent_as_their_rates():
    rate, size = np.array([3.0, 1.0, 2.0, 0.5]), np.array([1.0, 9.0, 2.0, 4.0])
    counts = np.bincount(systematic(np.random.default_rng(0), rate, size, 650), minlength=4)
    assert np.abs(counts - 100 * rate).max() <= 1
