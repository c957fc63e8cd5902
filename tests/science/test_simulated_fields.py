"""The simulated sparse fields have the statistics of their options."""

import numpy as np
import pytest
from scipy.spatial import cKDTree

from workflow_scripts.datasets.simulated_fields import Options, draw, draw_marks, draw_places, read


def catalogues(n, **options):
    chosen = Options(**options)
    rng = np.random.default_rng(5)
    return [draw_marks(rng, *draw_places(rng, chosen), chosen) for _ in range(n)], chosen


def test_counts_have_the_mean_of_the_options_and_are_over_dispersed():
    """Of Thomas clusters of m members in fields whose intensity has spread s the variance is n (1 + m + s^2 n)."""
    fields, chosen = catalogues(2000)
    counts = np.array([len(field["x"]) for field in fields])
    n = chosen.n_bright + chosen.n_faint
    assert counts.mean() == pytest.approx(n, rel=0.05)
    # at the border clusters are cut, so that the variance is a little smaller
    law = n * (1 + chosen.cluster_members + chosen.field_spread**2 * n)
    assert 0.7 * law < counts.var() < 1.1 * law
    assert np.mean([field["bright"].sum() for field in fields]) == pytest.approx(chosen.n_bright, rel=0.06)


def test_without_clusters_and_spread_the_counts_are_a_poisson_process():
    fields, _ = catalogues(3000, cluster_members=1e-3, field_spread=0.0)
    counts = np.array([len(field["x"]) for field in fields])
    assert counts.var() / counts.mean() == pytest.approx(1, abs=0.1)


def nearest(fields):
    """Return the mean distance to the nearest neighbour over that of as many uniform positions."""
    rng, ours, uniform = np.random.default_rng(0), [], []
    for field in fields:
        places = np.stack([field["x"], field["y"]], axis=1)
        if len(places) > 1:
            ours.append(cKDTree(places).query(places, k=2)[0][:, 1].mean())
            drawn = rng.uniform(0, 1000, places.shape)
            uniform.append(cKDTree(drawn).query(drawn, k=2)[0][:, 1].mean())
    return np.mean(ours) / np.mean(uniform)


def test_sources_are_clustered():
    assert nearest(catalogues(300)[0]) < 0.6
    assert nearest(catalogues(300, cluster_members=1e-3)[0]) == pytest.approx(1, abs=0.05)


def test_sources_with_companions_are_brighter_and_bright_ones_larger():
    fields, _ = catalogues(300)
    every = {name: np.concatenate([field[name] for field in fields]) for name in fields[0]}
    of_faint = ~every["bright"]
    flux = np.log10(every["flux"])
    assert np.corrcoef(flux[of_faint], every["companions"][of_faint])[0, 1] > 0.3
    assert np.corrcoef(flux, np.log10(every["flux_radius"]))[0, 1] > 0.8


def test_pixels_of_the_fields():
    drawn = [draw(item, Options(n=40)) for item in range(40)]
    images = np.array([image for image, _ in drawn])
    background = images.min(axis=(1, 2))
    assert set(background.tolist()) <= {0.0, 1.0, 2.0}
    assert 0.6 < (background == 0).mean() < 0.97  # 80 % are stated: 40 fields hold 27 to 38
    lit = (images > background[:, None, None]).mean()
    assert 0.002 < lit < 0.005
    assert images.max() <= 255
    assert (images == images.round()).all()


def test_the_light_of_a_field_is_its_catalogues():
    """To 2 %: of a field whose sources all lie well inside."""
    chosen = Options(grey=False, n_bright=4, n_faint=0, size=600, cluster_width=5.0)

    def far_inside(truth):
        places = np.concatenate([truth["x"], truth["y"]])
        return len(places) > 2 and places.min() > 60 and places.max() < 540

    image, truth = next(one for one in (draw(item, chosen) for item in range(50)) if far_inside(one[1]))
    background = round(float(np.median(image)))
    assert image.sum(dtype=float) - background * image.size == pytest.approx(truth["flux"].sum(), rel=0.02)


def test_a_field_does_not_depend_on_how_many_there_are():
    few = [image for image, _ in read("", Options(n=2, size=128))]
    many = [image for image, _ in read("", Options(n=5, size=128))]
    np.testing.assert_array_equal(few, many[:2])
    other = next(iter(read("", Options(n=1, size=128, seed=1))))[0]
    assert not np.array_equal(few[0], other)
