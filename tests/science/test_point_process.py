"""The point process: uniform positions have K = pi r^2, a clustered truth is recovered, what is requested is there."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import poisson

from workflow_scripts.measuring.noise import SCORES, FittedNoise
from workflow_scripts.rules.patches.fit_point_process import fit_law
from workflow_scripts.scenes.pairs import count_neighbours
from workflow_scripts.scenes.point_process import (
    MarkedProcess,
    ThomasProcess,
    draw_exactly,
    draw_occupied,
    draw_positions,
    fit_clusters,
    thomas_k,
)
from workflow_scripts.scenes.scene import Scene
from workflow_scripts.scenes.thinning import normalised_separations, thin_blended
from workflow_scripts.skies.point_process import Options, compose

SHAPE = (256, 256)
SCENE = Scene(SHAPE, patches_include_background=True)
TRUTH = ThomasProcess(n_sources=12.0, field_spread=0.4, members=4.0, width=9.0)
UNIFORM = ThomasProcess(n_sources=12.0, field_spread=0.0, members=0.0, width=1.0)


def fields(process, n, seed=0):
    rng = np.random.default_rng(seed)
    return [draw_positions(rng, process, SHAPE) for _ in range(n)]


def law_of(drawn):
    return fit_law(drawn, [np.ones(len(one)) for one in drawn], SHAPE, np.random.default_rng(5))


def test_a_known_k_function_gives_its_clusters_back():
    radius = np.geomspace(4, 64, 10)
    density = 12 / 4 / 256**2
    found = fit_clusters(radius, thomas_k(radius, density, 9.0, 0.4), 12 / 256**2)
    assert found.members == pytest.approx(4, rel=0.01)
    assert found.width == pytest.approx(9, rel=0.01)
    assert found.field_spread == pytest.approx(0.4, abs=0.02)


def test_a_clustered_truth_is_recovered():
    drawn = fields(TRUTH, 1500)
    law = law_of(drawn)
    assert law.n_sources == pytest.approx(12, rel=0.05)
    assert law.width == pytest.approx(9, rel=0.2)
    assert law.members == pytest.approx(4, rel=0.25)
    assert law.field_spread == pytest.approx(0.4, abs=0.15)
    again = np.array([len(one) for one in fields(law, 1500, 2)])
    counts = np.array([len(one) for one in drawn])
    assert again.std() == pytest.approx(counts.std(), rel=0.1)


def test_uniform_positions_have_no_clusters():
    drawn = fields(UNIFORM, 1500)
    law = law_of(drawn)
    assert law.members == 0
    assert law.field_spread < 0.12


@pytest.mark.parametrize("seed", range(3))
def test_few_independent_sources_in_small_fields_are_a_poisson_process(seed):
    """The fit drew millions of cluster centres for each field, and did not end."""
    rng = np.random.default_rng(seed)
    counts = rng.multinomial(168, np.full(40, 1 / 40))
    drawn = [rng.uniform(-0.5, 63.5, (n, 2)) for n in counts]
    law = fit_law(drawn, [rng.uniform(1.3, 4, n) for n in counts], (64, 64), rng)
    assert law.members == 0
    assert law.n_sources == pytest.approx(4.2, rel=0.05)


def test_neighbours_of_known_positions():
    positions = np.array([[0.0, 0.0], [3.0, 0.0], [0.0, 4.0], [50.0, 50.0]])
    assert count_neighbours(positions, 4.5).tolist() == [2, 1, 1, 0]
    assert count_neighbours(positions[:1], 4.5).tolist() == [0]


def numbered(positions):
    return positions, {"x": positions[:, 0]}


@pytest.mark.parametrize("n", [0, 1, 12, 60])
def test_a_field_of_exactly_n(n):
    rng = np.random.default_rng(0)
    positions, marks = draw_exactly(rng, TRUTH, n, lambda law: numbered(draw_positions(rng, law, SHAPE)))
    assert positions.shape == (n, 2)
    np.testing.assert_array_equal(marks["x"], positions[:, 0])
    assert (positions > -0.5).all()
    assert (positions < 255.5).all()


def test_what_detection_makes_one_of_two_sources_is_made_up_for():
    """Of two sources nearer than 8 pixels one is lost: the law is still that of the truth."""
    rng = np.random.default_rng(1)
    kept = [positions[thin_blended(rng, positions, np.full(len(positions), 4.0))] for positions in fields(TRUTH, 2000)]
    law = fit_law(kept, [np.full(len(one), 4.0) for one in kept], SHAPE, np.random.default_rng(5))
    assert np.mean([len(one) for one in kept]) < 10
    assert law.n_sources == pytest.approx(12, rel=0.07)
    assert law.width == pytest.approx(9, rel=0.2)
    assert law.members == pytest.approx(4, rel=0.25)
    assert law.separation == pytest.approx(1, abs=0.05)


def test_sources_that_are_left_lie_apart_and_one_of_each_group_stays():
    rng = np.random.default_rng(0)
    for positions in fields(TRUTH, 20):
        reach = rng.uniform(1, 5, len(positions))
        kept = thin_blended(rng, positions, reach)
        assert (normalised_separations(positions[kept], reach[kept]) >= 1).all()
        near = np.hypot(*(positions[:, None] - positions[kept]).transpose(2, 0, 1)) < reach[:, None] + reach[kept]
        assert near.any(axis=1).all()  # none is left out without a reason


def test_large_sources_are_as_frequent_after_as_before():
    rng, before, after = np.random.default_rng(0), [], []
    for positions in fields(TRUTH, 2000):
        before.append(rng.choice([3.0, 6.0], len(positions), p=[0.8, 0.2]))
        after.append(before[-1][thin_blended(rng, positions, before[-1])])
    lost = 1 - sum(map(len, after)) / sum(map(len, before))
    assert lost > 0.15
    assert (np.concatenate(after) == 6).mean() == pytest.approx(0.2, abs=0.02)


def parts_of(n_marks=500):
    """Sources are brighter where they are dense; a stamp is a Gaussian of the requested flux."""
    rng = np.random.default_rng(3)
    near = rng.integers(0, 6, n_marks)
    flux = 10 ** (3 + 0.2 * near + 0.1 * rng.standard_normal(n_marks))
    y, x = np.mgrid[-8:8, -8:8]
    blob = np.exp(-(x**2 + y**2) / 8) / np.exp(-(x**2 + y**2) / 8).sum()
    marks = {"flux": flux, "flux_radius": np.full(n_marks, 2.4), "npix": np.full(n_marks, 30)}
    process = MarkedProcess(**vars(TRUTH), reach=18.0, separation=0.0, marks=marks, local_density=near)
    noise = FittedNoise(level=np.array([0.0, 0.0, 2.0]), quantile=3 * SCORES, correlation=np.eye(1))
    requested = []

    def stamps(n, rng, condition):
        requested.append(condition)
        return (condition["flux"][:, None, None] * blob).astype(np.float32) + 0.0

    return {"noise": noise, "process": process, "stamps": stamps}, requested


def test_fluxes_add_on_a_level_of_the_data():
    parts, _ = parts_of()
    for image, truth in compose(30, np.random.default_rng(0), SCENE, parts, Options(n_sources=6)):
        assert len(truth["x"]) == 6
        level = image.min()
        assert level in (0.0, 2.0)
        if (np.abs(np.stack([truth["x"], truth["y"]]) - 127.5) < 117).all():
            assert (image - level).sum(dtype=float) == pytest.approx(truth["flux"].sum(), rel=1e-4)


def test_marks_follow_the_local_density_as_in_the_data():
    parts, requested = parts_of()
    truths = [truth for _, truth in compose(400, np.random.default_rng(0), SCENE, parts, Options())]
    near = np.concatenate([count_neighbours(np.column_stack([truth["x"], truth["y"]]), 18.0) for truth in truths])
    assert len(near) == len(requested[0]["flux"])
    process = parts["process"]
    for density in (1, 3):  # all sources of the data at such a density are drawn from
        flux = process.marks["flux"][process.local_density == density]
        assert np.isin(flux, requested[0]["flux"]).mean() > 0.9
    assert np.corrcoef(near, np.log10(requested[0]["flux"]))[0, 1] > 0.8


def test_a_source_lies_where_the_truth_says_to_a_tenth_of_a_pixel():
    parts, _ = parts_of()
    y, x = np.mgrid[:256, :256]
    seen = 0
    for image, truth in compose(60, np.random.default_rng(0), SCENE, parts, Options(n_sources=1)):
        light = image - image.min()
        if 10 < truth["x"][0] < 245 and 10 < truth["y"][0] < 245:
            seen += 1
            assert (light * x).sum() / light.sum() == pytest.approx(truth["x"][0], abs=0.1)
            assert (light * y).sum() / light.sum() == pytest.approx(truth["y"][0], abs=0.1)
    assert seen > 40


@pytest.mark.parametrize("how", ["stamp", "requested", "pixels"])
def test_how_exactly_a_source_has_the_flux_that_was_requested(how):
    parts, requested = parts_of()
    drawn, scene = parts["stamps"], replace(SCENE, patches_include_background=False)
    parts["stamps"] = lambda n, rng, condition: 0.7 * drawn(n, rng, condition)
    _, truth = next(compose(1, np.random.default_rng(2), scene, parts, Options(flux=how, n_sources=8)))
    y, x = np.mgrid[-8:8, -8:8]
    light = np.sort((np.exp(-(x**2 + y**2) / 8) / np.exp(-(x**2 + y**2) / 8).sum()).ravel())[::-1]
    share = {"stamp": 0.7, "requested": 1.0, "pixels": 1 / light[:30].sum()}[how]  # a source has 30 pixels
    np.testing.assert_allclose(truth["flux"], share * requested[0]["flux"], rtol=1e-4)


def test_a_field_may_have_the_noise_of_the_data():
    parts, _ = parts_of()
    correlation = np.zeros((9, 9))
    correlation[4, 3:6] = 0.5, 1, 0.5
    parts["noise"] = replace(parts["noise"], correlation=correlation)
    for image, truth in compose(5, np.random.default_rng(0), SCENE, parts, Options(n_sources=0, noise=True)):
        assert len(truth["x"]) == 0
        noise = image - np.median(image)
        assert noise.std() == pytest.approx(3, rel=0.05)
        assert np.mean(noise[:, 1:] * noise[:, :-1]) / noise.var() == pytest.approx(0.5, abs=0.05)
        assert np.mean(noise[1:] * noise[:-1]) / noise.var() == pytest.approx(0, abs=0.05)


def test_stamps_may_be_brought_to_the_flux_that_was_requested():
    parts, requested = parts_of()
    faithful = parts["stamps"]
    parts["stamps"] = lambda n, rng, condition: 1.7 * faithful(n, rng, condition)
    scene = replace(SCENE, patches_include_background=False)
    fields = list(compose(16, np.random.default_rng(0), scene, parts, Options(flux="requested")))
    drawn = np.concatenate([truth["flux"] for _, truth in fields])
    np.testing.assert_allclose(drawn, requested[0]["flux"], rtol=1e-4)


def test_a_law_with_few_members_in_a_cluster_costs_no_more_than_its_sources():
    """Millions of cluster centres without a source were drawn before."""
    law = ThomasProcess(n_sources=42.0, field_spread=0.0, members=1e-6, width=20.0)
    counts = [len(draw_positions(np.random.default_rng(seed), law, SHAPE)) for seed in range(2000)]
    assert np.mean(counts) == pytest.approx(42, rel=0.02)
    assert np.var(counts) == pytest.approx(42, rel=0.15)  # Poisson


def test_clusters_have_poisson_numbers_of_members_whose_empty_ones_are_left_out():
    members = draw_occupied(np.random.default_rng(0), 1.5, 100_000)
    expected = poisson.pmf(np.arange(1, 6), 1.5) / (1 - np.exp(-1.5))
    np.testing.assert_allclose([(members == k).mean() for k in range(1, 6)], expected, atol=0.005)


def test_a_number_of_sources_that_no_field_can_hold_is_an_error_not_an_endless_field():
    def crowded(law):
        assert law.n_sources <= 16 * (500 + TRUTH.members)
        return numbered(np.zeros((0, 2)))

    with pytest.raises(ValueError, match="none of 200 fields had 500 sources that are far enough apart: request fewer"):
        draw_exactly(np.random.default_rng(0), TRUTH, 500, crowded)
