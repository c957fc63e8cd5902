import pytest

from workflow_scripts.settings.blending import BlendSet
from workflow_scripts.settings.declared import checked

N_BLENDS = {"train": 8, "test": 2}


def test_a_new_set_of_blends_needs_their_number_alone():
    entry = BlendSet(n_blends=N_BLENDS)
    assert entry.n_galaxies.model_dump() == {"density_per_arcmin2": None, "high": 8, "law": "fixed", "low": 2}
    assert (entry.masks, entry.noise, entry.n_shards, entry.max_separation) == (["bogg_masks"], "uniform", 1, 4)


@pytest.mark.parametrize(
    ("wrong", "line"),
    [
        ({"n_galaxies": {"law": "uniform", "low": 9}}, "n_galaxies.low: 9 is above high 8"),
        ({"n_galaxies": {"law": "poisson"}}, "n_galaxies.density_per_arcmin2: the law poisson needs it"),
        ({"test_ratio": 0.95}, "test_ratio: with valid_ratio it leaves no galaxy for training"),
        ({"mag_low": 101}, "mag_low: 101 is not below mag_high 100"),
    ],
)
def test_settings_that_contradict_each_other_are_named(wrong, line):
    with pytest.raises(ValueError, match=f"config: blends.mine.{line}"):
        checked(BlendSet, {"n_blends": N_BLENDS, **wrong}, "config: blends.mine")
