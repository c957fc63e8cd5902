import pytest

from workflow_scripts.settings.blending import complete


def test_a_new_set_of_blends_needs_their_number_alone():
    entry = complete({"n_blends": {"train": 8, "test": 2}}, "config: blends.mine")
    assert entry["n_galaxies"] == {"density_per_arcmin2": None, "high": 8, "law": "fixed", "low": 2}
    assert (entry["masks"], entry["noise"], entry["n_shards"], entry["max_separation"]) == (
        ["bogg_masks"],
        "uniform",
        1,
        4,
    )


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"n_galaxies": {"law": "uniform", "low": 9}}, "low 9 is above high 8"),
        ({"n_galaxies": {"law": "poisson"}}, "poisson needs density_per_arcmin2"),
        ({"test_ratio": 0.95}, "leave no galaxy for training"),
        ({"mag_low": 101}, "mag_low 101 is not below mag_high 100"),
    ],
)
def test_settings_that_contradict_each_other_are_named(wrong, said):
    with pytest.raises(ValueError, match=f"config: blends.mine.*{said}"):
        complete({"n_blends": {"train": 8, "test": 2}, **wrong}, "config: blends.mine")
