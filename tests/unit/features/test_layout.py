import numpy as np
import pytest

from workflow_scripts.features.layout import Options, extract, pool, radii_of, sums

DETECTION = {
    "threshold_sigma": 5,
    "min_area": 3,
    "deblend_thresholds": 32,
    "deblend_contrast": 0.005,
    "background_box": 64,
}
SHAPE, OPTIONS = (200, 300), Options(smallest=2.0)
RADII = radii_of(SHAPE, OPTIONS)
COLUMNS = ["area", "n_sources", "n_pairs", "n_nearest"] + [
    f"{k}_within_{r}" for k in ("pairs", "nearest") for r in RADII
]


def uniform(rng, n):
    return rng.uniform(0, [SHAPE[1], SHAPE[0]], (n, 2)) - 0.5


def test_independent_places_have_k_of_pi_r_squared_up_to_the_edge():
    rng = np.random.default_rng(0)
    found = pool(np.stack([sums(uniform(rng, rng.poisson(60)), SHAPE, RADII) for _ in range(300)]), COLUMNS)
    np.testing.assert_allclose(found["ripley_k"][2:] / (np.pi * RADII[2:] ** 2), 1, atol=0.05)
    np.testing.assert_allclose(found["pair_correlation"][2:], 1, atol=0.1)
    density = 60 / (SHAPE[0] * SHAPE[1])
    np.testing.assert_allclose(found["nearest"], 1 - np.exp(-density * np.pi * RADII**2), atol=0.02)
    assert abs(found["counts"].mean() - 60) < 2


def test_without_its_correction_k_would_be_too_small():
    """The tests above would not see the edge otherwise."""
    rng = np.random.default_rng(0)
    places, apart = uniform(rng, 2000), RADII[-1]
    distance = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    plain = (distance < apart).sum() - len(places)
    corrected = sums(places, SHAPE, RADII)[4 + len(RADII) - 1]
    assert plain / corrected < 0.85


@pytest.mark.parametrize("n", [0, 1, 2, 50, 1500])
def test_pairs_are_those_of_a_loop_over_all_sources(n):
    positions, sides = uniform(np.random.default_rng(1), n), np.array([SHAPE[1], SHAPE[0]])
    expected = np.zeros(len(RADII))
    for x, y in positions:
        apart = np.abs(positions - (x, y))
        weights, distance = sides.prod() / (sides - apart).prod(axis=1), np.hypot(*apart.T)
        expected += [weights[(distance > 0) & (distance <= radius)].sum() for radius in RADII]
    np.testing.assert_allclose(sums(positions, SHAPE, RADII)[4 : 4 + len(RADII)], expected, rtol=1e-12)


def test_pairs_raise_k_and_a_lattice_lowers_it():
    rng = np.random.default_rng(0)
    parents = uniform(rng, 40)
    twins = np.concatenate([parents, parents + rng.normal(0, 3, parents.shape)])
    lattice = np.stack(np.meshgrid(np.arange(10, 300, 20), np.arange(10, 200, 20)), -1).reshape(-1, 2).astype(float)
    middle = len(RADII) // 2
    expected = np.pi * RADII[middle] ** 2
    assert pool(sums(twins, SHAPE, RADII)[None], COLUMNS)["ripley_k"][middle] > 1.5 * expected
    assert pool(sums(lattice, SHAPE, RADII)[None], COLUMNS)["ripley_k"][middle] < 0.2 * expected


def test_fields_without_pairs_are_rows_of_zeros_and_pooling_them_says_nothing():
    empty, one = (sums(np.zeros((n, 2)) + 50, SHAPE, RADII) for n in (0, 1))
    assert empty[1:].sum() == 0
    assert (one[1], one[2:].sum()) == (1, 0)
    found = pool(np.stack([empty, one]), COLUMNS)
    assert np.isnan(found["ripley_k"]).all()
    np.testing.assert_array_equal(found["counts"], [0, 1])


def test_two_sources_of_an_image_are_found_and_counted():
    y, x = np.mgrid[:100, :100]
    spots = sum(100 * np.exp(-((x - a) ** 2 + (y - b) ** 2) / 8) for a, b in ((40, 50), (60, 50)))
    images = np.stack([spots, 0 * spots]) + np.random.default_rng(0).normal(0, 1, (2, 100, 100))
    values, columns = extract(images, Options(smallest=5.0, n_radii=4, detection=DETECTION))
    columns = [one.name for one in columns]
    assert columns[:4] == ["area", "n_sources", "n_pairs", "n_nearest"]
    np.testing.assert_array_equal(values[0, :3], [10_000, 2, 2])
    within = values[0, 4:8]
    radii = [float(name.split("_")[-1]) for name in columns[4:8]]
    weight = 2 * 100 * 100 / (80 * 100)
    np.testing.assert_allclose(within, [weight if r >= 20 else 0 for r in radii], rtol=0.02)
    assert values[1, 1] == 0


def test_a_field_too_small_for_its_radii_is_refused():
    with pytest.raises(ValueError, match="no radius above"):
        extract(np.zeros((1, 20, 20)), Options(detection=DETECTION))
