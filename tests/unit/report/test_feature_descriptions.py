import pytest

from workflow_scripts.features import source_statistics
from workflow_scripts.report.feature_descriptions import describe_difference, describe_feature


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("log_power_12.0", "mean power at scales near 5.3 px"),
        ("log_power_corners_band2", "mean power at scales below 2 px in band 2"),
        ("quantile_0.99", "99 % quantile of the pixel values"),
        ("quantile_0.5_band0", "median pixel value in band 0"),
        ("grey_7", "number of pixels of grey level 7"),
        ("cluster_sizes_avg", "mean size of a source"),
        ("cluster_dist_min", "smallest separation of two sources"),
        ("num_large_bright_clusters", "number of large bright sources"),
        ("largest_clusters_distance", "separation of the two largest sources"),
        ("pairs_within_16.00", "number of pairs of sources within 16 px"),
        ("half_light_radius", "half-light radius"),
        ("something_new", "something new"),
    ],
)
def test_descriptions_of_features(column, text):
    assert describe_feature(column, 64) == text


def test_no_statistic_of_sources_goes_by_the_name_of_its_column():
    assert [name for name in source_statistics.COLUMNS if "cluster" in describe_feature(name, 64)] == []


@pytest.mark.parametrize(
    ("real", "generated", "text"),
    [
        ((2.0, 0.1), (1.7, 0.1), "mean power at scales near 5.3 px is 0.3 dex too low"),
        ((2.0, 0.1), (2.02, 0.3), "mean power at scales near 5.3 px has 3 times the standard deviation of real images"),
        ((2.0, 0.1), (2.02, 0.11), "mean power at scales near 5.3 px is 0.02 dex too high"),
        (
            (2.0, 0.1),
            (2.0, 0.1),
            "mean power at scales near 5.3 px: same mean and scatter as in real images, other correlations",
        ),
        ((2.0, 0.0), (2.0, 0.1), "mean power at scales near 5.3 px varies, but is constant in real images"),
        ((2.0, 0.1), (2.0, 0.0), "mean power at scales near 5.3 px is constant"),
        ((0.0, 0.0), (1.0, 0.0), "mean power at scales near 5.3 px is 1 dex too high"),
    ],
)
def test_descriptions_of_differences(real, generated, text):
    names = ("real_mean", "real_sd", "generated_mean", "generated_sd")
    assert describe_difference("log_power_12.0", 64, **dict(zip(names, real + generated, strict=True))) == text


def test_a_difference_without_decades_shows_both_numbers():
    numbers = {"real_mean": 15.31, "real_sd": 1, "generated_mean": 12.09, "generated_sd": 1}
    text = describe_difference("quantile_0.99", 64, **numbers)
    assert text == "99 % quantile of the pixel values is too low: 12.1 instead of 15.3"
