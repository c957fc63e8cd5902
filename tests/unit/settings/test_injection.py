"""Settings of injected sources."""

import pytest
from study_files import settings

from workflow_scripts.settings import injection


def study_with(dataset="hubble_deep_field", options=None, **entry):
    """Return the study of a run that injects sources."""
    given = {"dataset": {"source": dataset, "options": options or {}}, "make": {"injections": ["mine"]}}
    return settings(study="mine", **given, injections={"mine": entry})["mine"]


@pytest.mark.parametrize(
    ("entry", "line"),
    [
        ({"mag_low": 27}, "injections.mine.mag_low: 27 is not below mag_high 26"),
        ({"sources": "listed"}, "injections.mine.source_list: a path and sources: listed belong together"),
        ({"source_list": "a.csv"}, "injections.mine.source_list: a path and sources: listed belong together"),
        ({"sources": "listed", "source_list": "no.csv"}, "injections.mine.source_list: no file 'no.csv'"),
        ({"psf_fwhm": 0}, "injections.mine.psf_fwhm: 0 is not greater than 0"),
    ],
)
def test_wrong_settings_are_named(entry, line):
    with pytest.raises(ValueError, match=f"config, study mine: {line}"):
        study_with(**entry)


def test_stamps_have_no_exposure():
    with pytest.raises(ValueError, match="make.injections: data set simulated_stamps has no images of the sky"):
        study_with("simulated_stamps")


def test_a_job_knows_its_image():
    study = study_with(n_images=3, mag_low=20)
    assert injection.inject_sources(study, "mine", "2").shard == 2
    assert injection.of_images(study, "mine", "truth.ecsv")[2].endswith("injected/mine/images/2/truth.ecsv")
