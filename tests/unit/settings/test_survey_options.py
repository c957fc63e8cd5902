"""Options of a survey: one line for each mistake, and the expansion of patterns."""

import pytest
from study_files import settings

from workflow_scripts.settings.bases.surveys import SurveyOptions, expand_survey, files_of_survey
from workflow_scripts.settings.declared import checked


def options(**given):
    return checked(SurveyOptions, given, "dataset.options")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "dataset.options.files: give files, or science images of a band"),
        ({"bands": {"r": {"rms": ["a"]}}}, "dataset.options.files: give files, or science images of a band"),
        ({"files": ["a"], "bands": {"R": {}}}, "'R': the name of a band has small letters"),
        ({"files": ["a"], "bands": {"r": {"science": ["b"]}}}, "options.bands: r has science images, and files are"),
        ({"bands": {"r": {"science": ["a"], "rms": ["b"], "weight": ["c"]}}}, "bands.r.rms: weight is given as well"),
        ({"bands": {"r": {"psf": "p", "psf_fwhm_arcsec": 0.1}}}, "bands.r.psf_fwhm_arcsec: psf is given as well"),
        ({"bands": {"r": {"mask_bits": [1], "mask_values": [1]}}}, "bands.r.mask_values: mask_bits is given as well"),
        ({"files": ["a"], "preset": "hts"}, "dataset.options.preset: no survey 'hts'; did you mean 'hsc'?"),
        ({"files": ["a"], "centre": [10.0]}, "dataset.options.centre: give right ascension and declination"),
        ({"files": ["a"], "bands": {"r": {"zeropoint": 25}}}, "dataset.options.bands.r.zeropoint: unknown key"),
    ],
)
def test_mistakes_are_named(given, message):
    with pytest.raises(ValueError, match="dataset.options") as error:
        options(**given)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


@pytest.fixture
def folder(tmp_path):
    for name in ("r1.fits", "r2.fits", "r1_w.fits", "psf.fits", "odd[1].fits"):
        (tmp_path / name).touch()
    return tmp_path


def expanded(folder, **band):
    return expand_survey(options(bands={"r": band}).model_dump(), "dataset.options")["bands"]["r"]


def test_patterns_are_expanded_and_extensions_kept(folder):
    band = expanded(folder, science=[f"{folder}/r?.fits[SCI]"], mask=[f"{folder}/r?.fits[3]"], psf=f"{folder}/psf.fits")
    assert band["science"] == [f"{folder}/r1.fits[SCI]", f"{folder}/r2.fits[SCI]"]
    assert band["mask"] == [f"{folder}/r1.fits[3]", f"{folder}/r2.fits[3]"]
    names = files_of_survey({"files": [], "bands": {"r": band}})
    assert [name.rpartition("/")[2] for name in names] == ["psf.fits", "r1.fits", "r2.fits"]


def test_brackets_of_an_existing_name_are_no_extension(folder):
    assert expanded(folder, science=[f"{folder}/odd[1].fits"])["science"] == [f"{folder}/odd[1].fits"]


def test_every_image_needs_its_map(folder):
    with pytest.raises(ValueError, match=r"bands\.r\.weight: 1 files, but 2 science images: give one each"):
        expanded(folder, science=[f"{folder}/r?.fits"], weight=[f"{folder}/r1_w.fits"])
    with pytest.raises(ValueError, match=r"bands\.r\.science: no file fits '.*x\*\.fits'"):
        expanded(folder, science=[f"{folder}/x*.fits"])


def test_products_that_need_one_band_are_refused_in_one_line(folder):
    bands = {name: {"science": [f"{folder}/r1.fits"]} for name in "gr"}
    given = {"study": "hubble", "dataset": {"source": "survey", "options": {"bands": bands}}}
    with pytest.raises(ValueError, match=r"options.bands: blends need fields of one band without masked"):
        settings(**given)["hubble"]
    given["dataset"]["options"]["bands"].pop("g")
    given["fields"] = {"max_masked": 0.1}
    with pytest.raises(ValueError, match=r"fields.max_masked: blends need fields of one band without .*: set it to 0"):
        settings(**given)["hubble"]
