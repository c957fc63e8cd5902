from dataclasses import dataclass

import pytest

from workflow_scripts.settings.declared import Declared, option
from workflow_scripts.settings.values import as_param, from_param, merge, sort_keys


def test_dicts_merge_deep_and_everything_else_is_replaced():
    base = {"a": {"x": 1, "y": {"p": 1, "q": 2}}, "list": [1, 2, 3], "n": 1}
    changes = {"a": {"y": {"q": 3}}, "list": [4], "n": {"new": 1}}
    assert merge(base, changes) == {"a": {"x": 1, "y": {"p": 1, "q": 3}}, "list": [4], "n": {"new": 1}}


def test_merging_leaves_both_sides_alone():
    base, changes = {"a": {"x": 1}}, {"a": {"y": [1]}}
    merged = merge(base, changes)
    merged["a"]["y"].append(2)
    merged["a"]["x"] = 5
    assert base == {"a": {"x": 1}}
    assert changes == {"a": {"y": [1]}}


def test_keys_are_sorted_all_the_way_down():
    value = sort_keys({"b": [{"d": 1, "c": 2}], "a": {"z": 1, "y": 2}})
    assert list(value) == ["a", "b"]
    assert list(value["a"]) == ["y", "z"]
    assert list(value["b"][0]) == ["c", "d"]


@dataclass(frozen=True)
class Input:
    path: str
    kind: str


class Law(Declared):
    low: int = option(2, "Smallest number.")


@dataclass(frozen=True)
class Settings:
    roles: dict[str, Input]
    law: Law
    side: int | None


def test_a_param_is_plain_data_with_sorted_keys_and_gives_the_options_back():
    given = Settings({"b": Input("b.h5", "stage"), "a": Input("a.h5", "noise")}, Law(low=3), None)
    param = as_param(given)
    assert param == {
        "law": {"low": 3},
        "roles": {"a": {"kind": "noise", "path": "a.h5"}, "b": {"kind": "stage", "path": "b.h5"}},
        "side": None,
    }
    assert [list(param), list(param["roles"]), list(param["roles"]["a"])] == [
        ["law", "roles", "side"],
        ["a", "b"],
        ["kind", "path"],
    ]
    assert from_param(Settings, param) == given
    assert from_param(Law, as_param(given.law)) == given.law


@pytest.mark.parametrize(
    "change", [{"more": 1}, {"side": "x"}, {"law": {"high": 1}}, {"roles": {"a": {"path": "", "kind": "", "role": ""}}}]
)
def test_a_param_of_other_fields_is_an_error(change):
    param = as_param(Settings({}, Law(), 1))
    with pytest.raises(TypeError, match=next(iter(change))):
        from_param(Settings, {**param, **change})
