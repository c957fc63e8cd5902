"""What skies are made of: roles looked up, a list of sources where the user gives one."""

import pytest
from study_files import settings

from workflow_scripts.settings import generation
from workflow_scripts.settings.judging import tabulate_experiments
from workflow_scripts.settings.stages import making


def study(**parts):
    return settings(skies={"mine": {"recipe": "point_process", "parts": parts}})["sparse"]


def roles(one):
    return [[part.role, part.kind, part.name] for part in generation.roles(one, "mine")]


def test_a_list_of_sources_is_a_part_where_it_is_given():
    alone = roles(study(stamps="marked_gan"))
    assert alone == [["noise", "noise", ""], ["process", "process", ""], ["stamps", "stage", "marked_gan"]]
    given = study(stamps="marked_gan", sources="mine.fits")
    assert ["sources", "list", "mine.fits"] in roles(given)
    assert generation.stages_of_sky(given, "mine") == ["marked_gan"]
    assert generation.plugins_of_sky(given, "mine") == ["skies/point_process", "models/r3gan"]


@pytest.mark.parametrize("parts", [{}, {"sources": "mine.fits"}, {"stamps": "marked_gan", "stars": "star_wgan"}])
def test_parts_that_do_not_fit_are_refused(parts):
    with pytest.raises(ValueError, match=r"recipe point_process needs \['stamps'\] and may have \['sources'\]"):
        study(**parts)


def test_experiments_know_what_fields_share():
    samples = tabulate_experiments(settings()["sparse"]).samples
    assert ["two_stage_permuted", 16] in samples
    assert samples[0] == ["real_test", 1]
    with pytest.raises(ValueError, match="make.experiments: the study has none"):
        tabulate_experiments(settings()["hubble"])
    with pytest.raises(ValueError, match="make.experiments: no 'two_stages'"):
        settings(study="sparse", make={"experiments": ["two_stages"]})["sparse"]
    with pytest.raises(ValueError, match="experiments compare scores: set make.scorers"):
        settings(study="sparse", make={"experiments": ["two_stage"], "scorers": []})["sparse"]


def test_the_jobs_of_a_sky_are_its_shards():
    given = {"make": {"skies": ["naive"]}, "generation": {"n_shards": 3, "n_fields": 60}}
    made = making(settings(study="hubble", **given)["hubble"])["naive"]
    assert (made["files"], made["n"], made["rule"]) == (["naive_0", "naive_1", "naive_2"], 60, "generate_skies")
