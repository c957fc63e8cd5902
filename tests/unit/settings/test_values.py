from workflow_scripts.settings.values import merge, sort_keys


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
