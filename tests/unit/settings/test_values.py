import pytest

from workflow_scripts.settings.values import expand, merge, sort_keys


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


def test_patterns_become_sorted_files_and_an_empty_one_is_named(tmp_path):
    for name in ("b.fits", "a.fits", "c.png"):
        (tmp_path / name).touch()
    assert expand([f"{tmp_path}/c.png", f"{tmp_path}/*.fits"], "x") == [
        f"{tmp_path}/{name}" for name in ("c.png", "a.fits", "b.fits")
    ]
    with pytest.raises(ValueError, match="config: files: no file fits"):
        expand([f"{tmp_path}/*.jpg"], "config: files")
