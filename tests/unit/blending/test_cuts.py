import numpy as np
import pytest

from workflow_scripts.blending.cuts import cut_galaxies, divide
from workflow_scripts.settings.blending import BlendSet

OPTIONS = BlendSet(n_blends={"train": 1, "test": 1}, mag_low=20, mag_high=25)


@pytest.fixture
def table():
    return {
        "mag": np.array([20.0, 21, 22, 23, 24, 25, np.nan]),
        "flux_radius": np.array([3.0, 3, 3, 3, np.nan, 3, 3]),
        "galtype": np.array(["irr ", "disk", "irr", "sph", "disk", "disk", "disk"]),
        "snr": np.array([9.0, 5, 50, 8, 8, 8, 8]),
        "clean_flag": np.array([1, 1, 1, 0, 1, 1, 1]),
    }


@pytest.mark.parametrize(
    ("change", "kept"),
    [
        ({}, [1, 2, 3]),
        ({"exclude_types": ["irr"]}, [1, 3]),
        ({"exclude_types": ["irr", "sph"]}, [1]),
        ({"clean_only": True}, [1, 2]),
        ({"min_snr": 8}, [2, 3]),
        ({"mag_low": 21, "mag_high": 23}, [2]),
    ],
)
def test_each_cut_removes_what_it_says(table, change, kept):
    rows, _ = cut_galaxies(table, OPTIONS.model_copy(update=change))
    assert rows.tolist() == kept


def test_what_each_cut_removed_is_counted_once(table):
    change = {"exclude_types": ["irr"], "clean_only": True, "min_snr": 6}
    rows, removed = cut_galaxies(table, OPTIONS.model_copy(update=change))
    assert rows.tolist() == []
    assert removed == [
        *["unknown magnitude removed 1", "mag_low 20 removed 1", "mag_high 25 removed 1", "unknown radius removed 1"],
        *["exclude_types irr removed 1", "clean_only removed 1", "min_snr 6 removed 1"],
    ]


def test_a_type_that_does_not_exist_is_named_with_those_that_do(table):
    with pytest.raises(ValueError, match="no galaxy is of type 'spiral'; there are disk, irr, sph"):
        cut_galaxies(table, OPTIONS.model_copy(update={"exclude_types": ["spiral"]}))


@pytest.mark.parametrize(("cut", "column"), [({"clean_only": True}, "clean_flag"), ({"min_snr": 3}, "snr")])
def test_a_cut_without_its_column_is_an_error(table, cut, column):
    del table[column]
    with pytest.raises(ValueError, match=f"{next(iter(cut))}: the catalogue of stamps has no column {column}"):
        cut_galaxies(table, OPTIONS.model_copy(update=cut))


def test_parts_are_disjoint_and_together_all():
    rows = np.arange(50, 150)
    parts = divide(rows, 0.2, 0.1, np.random.default_rng(0))
    assert {part: len(found) for part, found in parts.items()} == {"train": 70, "valid": 10, "test": 20}
    np.testing.assert_array_equal(np.sort(np.concatenate(list(parts.values()))), rows)


def test_validation_is_taken_from_training_alone():
    rows = np.arange(50, 150)
    without, some = (divide(rows, 0.2, ratio, np.random.default_rng(0)) for ratio in (0, 0.1))
    np.testing.assert_array_equal(without["test"], some["test"])
    assert not len(without["valid"])
