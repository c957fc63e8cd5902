import pytest

from workflow_scripts.report.difference_text import describe_difference
from workflow_scripts.settings.contracts.features import Column

POWER = Column("log_power_12.0", "mean power at scales near 5.3 px", log=True)


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
    assert describe_difference(POWER, **dict(zip(names, real + generated, strict=True))) == text


def test_a_difference_without_decades_shows_both_numbers():
    numbers = {"real_mean": 15.31, "real_sd": 1, "generated_mean": 12.09, "generated_sd": 1}
    text = describe_difference(Column("quantile_0.99", "99 % quantile of the pixel values"), **numbers)
    assert text == "99 % quantile of the pixel values is too low: 12.1 instead of 15.3"
