"""Declared options: what is read, what is refused, and in which words."""

import re
from typing import Literal

import pytest

from workflow_scripts.settings.declared import Declared, checked, option


class Inner(Declared):
    lags: list[int] = option([1, 2], "Lags.", unit="pixel", min_length=1)


class Things(Declared):
    width: int = option(32, "Channels of the widest layer.", ge=8, multiple_of=8)
    rate: float = option(1e-3, "Learning rate.", gt=0)
    solver: Literal["heun", "multistep"] = option("heun", "Sampler.")
    keep: bool = option(False, "Keep it.")
    limit: float | None = option(None, "Largest value.", unit="pixel")
    inner: Inner = Inner()


def test_numbers_given_as_text_are_read():
    found = checked(Things, {"width": "16", "rate": "1e-4", "limit": "2"}, "config: x")
    assert (found.width, found.rate, found.limit) == (16, 1e-4, 2.0)


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({"width": 12}, "config: x.width: 12 is not a multiple of 8 (Channels of the widest layer)"),
        ({"rate": True}, "config: x.rate: a boolean is not a number"),
        ({"limit": False}, "config: x.limit: a boolean is not a number"),
        ({"solver": "euler"}, "config: x.solver: 'euler' is not 'heun' or 'multistep' (Sampler)"),
        ({"widht": 8}, "config: x.widht: unknown key; did you mean 'width'?"),
        ({"inner": {"lags": []}}, "config: x.inner.lags: []: list should have at least 1 item, not 0 (Lags)"),
        ({"inner": {"lag": 8}}, "config: x.inner.lag: unknown key; did you mean 'lags'?"),
        (
            {"inner": {"lags": [1, "a"]}},
            "config: x.inner.lags.1: 'a' is not a valid integer, unable to parse string as an integer",
        ),
    ],
)
def test_one_line_names_the_one_key(given, line):
    with pytest.raises(ValueError, match=re.escape(line)) as caught:
        checked(Things, given, "config: x")
    assert str(caught.value) == line


def test_defaults_are_not_shared():
    assert Inner().lags is not Inner().lags
