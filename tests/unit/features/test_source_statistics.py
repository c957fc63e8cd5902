import gzip
import os
from pathlib import Path

import numpy as np
import pytest

from workflow_scripts.features.source_statistics import COLUMNS, Options, extract, ratios


def known():
    """Return an image of three sources whose statistics can be counted by hand; the sky is 2."""
    image = np.full((1, 60, 80), 2, np.uint8)
    image[0, 10:14, 20:24] = 40  # 16 pixels, peak at its first pixel
    image[0, 10, 20] = 200
    image[0, 50, 70] = 9  # two pixels that touch at their corners
    image[0, 51, 71] = 8
    image[0, 10, 70] = 5
    return image


def test_three_sources_by_hand():
    values, columns = extract(known(), Options(large=10, bright=20.0))
    columns = [one.name for one in columns]
    row = dict(zip(columns, values[0], strict=True))
    assert len(columns) == 29
    assert (row["cluster_num"], row["background_threshold"]) == (3, 2)
    assert row["cluster_num_intensities_avg"] == pytest.approx((2 + 2 + 1) / 3)
    assert [row[f"cluster_peak_intensities_{k}"] for k in ("max", "min")] == [200, 5]
    assert row["cluster_peak_intensities_std"] == pytest.approx(np.std([200, 9, 5]))
    assert [row[f"cluster_sizes_{k}"] for k in ("sum", "max", "min")] == [19, 16, 1]
    assert row["cluster_x_avg"] == pytest.approx((20 + 70 + 70) / 3)
    assert row["cluster_y_avg"] == pytest.approx((10 + 50 + 10) / 3)
    assert row["cluster_dist_min"] == 40
    assert row["cluster_dist_max"] == pytest.approx(np.hypot(50, 40))
    assert row["largest_clusters_distance"] == row["brightest_clusters_distance"] == pytest.approx(np.hypot(50, 40))
    assert [row[f"num_{k}_clusters"] for k in ("large", "small", "bright", "dark")] == [1, 2, 1, 2]
    assert [row[f"num_{k}_clusters"] for k in ("large_bright", "small_bright")] == [1, 0]
    assert [row[f"num_{k}_clusters"] for k in ("large_dark", "small_dark")] == [0, 2]


def test_an_empty_image_one_source_and_a_row_of_sources():
    images = np.zeros((3, 40, 40), np.uint8)
    images[1, 5, 6] = images[2, 5, 6:30:4] = 9
    values, columns = extract(images, Options(ratios=True))
    columns = [one.name for one in columns]
    assert np.isfinite(values).all()
    assert list(values[:, 0]) == [0, 1, 6]
    assert values[2, columns.index("cluster_dist_max")] == 20
    assert values[1, columns.index("cluster_dist_max")] == 0


def test_in_noise_the_threshold_is_counted_in_deviations():
    rng = np.random.default_rng(0)
    image = rng.normal(1000, 5, (1, 200, 200))
    image[0, 50:54, 50:54] += 200
    values, columns = extract(image, Options(threshold_sigma=6.0))
    columns = [one.name for one in columns]
    row = dict(zip(columns, values[0], strict=True))
    assert (row["cluster_num"], row["cluster_sizes_sum"]) == (1, 16)
    assert row["cluster_peak_intensities_max"] == pytest.approx(40, abs=4)


def test_counts_sum_up_in_random_images_and_ratios_are_shares():
    images = np.random.default_rng(0).poisson(0.1, (2, 100, 100)) * 9
    values, columns = extract(images, Options())
    columns = [one.name for one in columns]
    of = dict(zip(columns, values.T, strict=True))
    np.testing.assert_array_equal(of["cluster_sizes_sum"], (images > 0).sum(axis=(1, 2)))
    np.testing.assert_allclose(of["cluster_sizes_avg"] * of["cluster_num"], of["cluster_sizes_sum"])
    more, names = ratios(values, columns)
    shares = more[:, names.index("num_large_clusters_share")] + more[:, names.index("num_small_clusters_share")]
    np.testing.assert_allclose(shares, of["cluster_num"] / (of["cluster_num"] + 1))


def test_the_columns_are_those_of_the_published_table():
    folder = os.environ.get("SKYLOOM_REAL_DATA")
    if not folder:
        pytest.skip("SKYLOOM_REAL_DATA is not set")
    with gzip.open(Path(folder, "cosmology", "train_X.csv.gz"), "rt") as file:
        assert sorted(next(file).strip().split(",")) == sorted(COLUMNS)
