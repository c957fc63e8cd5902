"""Settings of deblenders: their positions, and the file of results of the user's own."""

import pytest
from study_files import settings

from workflow_scripts.settings import deblending

OURS = {"dataset": {"source": "hubble_deep_field"}, "make": {"blends": ["pairs"], "deblenders": ["mine"]}}


def study_with(entry, **make):
    """Return the study of a run with a deblender of its own."""
    return settings(study="mine", **{**OURS, "make": {**OURS["make"], **make}}, deblenders={"mine": entry})["mine"]


@pytest.mark.parametrize(
    ("entry", "make", "line"),
    [
        ({"deblender": "sep_combind"}, {}, "deblenders.mine: no plugin 'sep_combind' in deblenders/; did you mean"),
        ({"deblender": "sep_combined", "positions": "known"}, {}, "deblenders.mine.positions: sep_combined detects"),
        ({"deblender": "sep_combined"}, {"blends": []}, "make.deblenders: there are no blends: set make.blends"),
        ({"deblender": "sep_combined"}, {"deblenders": ["yours"]}, "make.deblenders: no 'yours' among deblenders"),
        (
            {"deblender": "read_results", "options": {"file": "no/{blend}_{split}.h5"}},
            {},
            "deblenders.mine.options.file: no file 'no/pairs_test.h5'",
        ),
    ],
)
def test_wrong_settings_are_named(entry, make, line):
    with pytest.raises(ValueError, match=f"config, study mine: {line}"):
        study_with(entry, **make)


def test_results_are_those_of_the_blends_and_the_part(tmp_path):
    (tmp_path / "pairs_test.h5").touch()
    path = f"{tmp_path}/{{blend}}_{{split}}.h5"
    study = study_with({"deblender": "read_results", "options": {"file": path}})
    assert deblending.results_of_user(study, "pairs", "mine", "test") == [f"{tmp_path}/pairs_test.h5"]
    assert deblending.separate_blends(study, "pairs", "mine", "test").options["file"] == f"{tmp_path}/pairs_test.h5"
    assert deblending.results_of_user(study, "pairs", "sep_combined", "test") == []
