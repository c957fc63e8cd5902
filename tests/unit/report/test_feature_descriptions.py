import pytest

from workflow_scripts.features import source_statistics
from workflow_scripts.report.feature_words import say_difference, say_feature


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ("log_power_12.0", "mean power at scales near 5.3 px"),
        ("log_power_corners_band2", "mean power at scales below 2 px in band 2"),
        ("quantile_0.99", "99 % quantile of the brightness"),
        ("quantile_0.5_band0", "median brightness in band 0"),
        ("grey_7", "number of pixels of grey level 7"),
        ("cluster_sizes_avg", "mean size of a source"),
        ("cluster_dist_min", "smallest distance of two sources"),
        ("num_large_bright_clusters", "number of large bright sources"),
        ("largest_clusters_distance", "distance of the two largest sources"),
        ("pairs_within_16.00", "number of pairs of sources within 16 px"),
        ("half_light_radius", "half light radius"),
        ("something_new", "something new"),
    ],
)
def test_features_in_words(column, said):
    assert say_feature(column, 64) == said


def test_no_statistic_of_sources_goes_by_the_name_of_its_column():
    assert [name for name in source_statistics.COLUMNS if "cluster" in say_feature(name, 64)] == []


@pytest.mark.parametrize(
    ("real", "generated", "said"),
    [
        ((2.0, 0.1), (1.7, 0.1), "mean power at scales near 5.3 px is 0.3 dex too low"),
        ((2.0, 0.1), (2.02, 0.3), "mean power at scales near 5.3 px varies 3 times as much as in real images"),
        ((2.0, 0.1), (2.02, 0.11), "mean power at scales near 5.3 px is 0.02 dex too high"),
        ((2.0, 0.1), (2.0, 0.1), "mean power at scales near 5.3 px: alone as in real images, not so beside the others"),
        ((2.0, 0.0), (2.0, 0.1), "mean power at scales near 5.3 px varies, in real images it does not"),
        ((2.0, 0.1), (2.0, 0.0), "mean power at scales near 5.3 px is always the same"),
        ((0.0, 0.0), (1.0, 0.0), "mean power at scales near 5.3 px is 1 dex too high"),
    ],
)
def test_differences_in_words(real, generated, said):
    names = ("real_mean", "real_sd", "generated_mean", "generated_sd")
    assert say_difference("log_power_12.0", 64, **dict(zip(names, real + generated, strict=True))) == said


def test_a_difference_without_decades_shows_both_numbers():
    numbers = {"real_mean": 15.31, "real_sd": 1, "generated_mean": 12.09, "generated_sd": 1}
    said = say_difference("quantile_0.99", 64, **numbers)
    assert said == "99 % quantile of the brightness is too low: 12.1, in real images 15.3"
