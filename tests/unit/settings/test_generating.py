"""What skies are made of: roles looked up, a list of sources where the user gives one."""

from pathlib import Path

import pytest
import yaml

from workflow_scripts.settings.settings import Settings

ROOT = Path(__file__).parents[3]


def study(**parts):
    config = yaml.safe_load((ROOT / "config.yaml").read_text())
    config["skies"]["mine"] = {"recipe": "point_process", "parts": parts}
    return Settings(config)["sparse"]


def test_a_list_of_sources_is_a_part_where_it_is_given():
    alone = study(stamps="marked_gan").roles("mine")
    assert alone == [["noise", "noise", ""], ["process", "process", ""], ["stamps", "stage", "marked_gan"]]
    given = study(stamps="marked_gan", sources="mine.fits")
    assert ["sources", "list", "mine.fits"] in given.roles("mine")
    assert given.stages_of("mine") == ["marked_gan"]
    assert given.plugins_of_sky("mine") == ["skies/point_process", "models/r3gan"]


@pytest.mark.parametrize("parts", [{}, {"sources": "mine.fits"}, {"stamps": "marked_gan", "stars": "star_wgan"}])
def test_parts_that_do_not_fit_are_refused(parts):
    with pytest.raises(ValueError, match=r"recipe point_process needs \['stamps'\] and may have \['sources'\]"):
        study(**parts)


def test_experiments_know_what_fields_share():
    config = yaml.safe_load((ROOT / "config.yaml").read_text())
    assert ["two_stage_permuted", 16] in Settings(config)["sparse"].experiments
    assert Settings(config)["sparse"].experiments[0] == ["real_test", 1]
    assert Settings(config)["hubble"].experiments == []
    config["studies"]["sparse"]["experiments"] = ["two_stages"]
    with pytest.raises(ValueError, match="sparse.experiments: no 'two_stages'"):
        Settings(config)
    config["studies"]["sparse"] |= {"experiments": ["two_stage"], "scorers": []}
    with pytest.raises(ValueError, match="they compare scores: name scorers"):
        Settings(config)
