"""A survey of two bands with weights and masks, from its files to fields and a catalogue, and an unusable map."""

import numpy as np
import pytest
from astropy.io import fits
from running import copy_repository, snakemake
from study_files import add_study
from survey_files import tangent, written

from workflow_scripts.formats.catalogues import read_catalogue
from workflow_scripts.formats.stacks import open_stack

SHAPE = (200, 260)
CATALOGUE = "results/mine/sources/train.ecsv"


@pytest.fixture
def study(tmp_path):
    """Return a folder with the survey's files, and the command line of its study."""
    folder = copy_repository(tmp_path / "skyloom")
    rng, (y, x) = np.random.default_rng(0), np.indices(SHAPE)
    places = rng.uniform(0, SHAPE[::-1], (60, 2))
    light = sum(200 * np.exp(-((x - place[0]) ** 2 + (y - place[1]) ** 2) / 8) for place in places)
    for name in "gr":
        image = (light + rng.normal(50, 2, SHAPE)).astype(np.float32)
        image[:, 130] = image[:12] = np.nan
        cards = {"FILTER": name, "BUNIT": "nJy", **tangent(shape=SHAPE)}
        written(folder / f"sky_{name}_sci.fits", image, **cards)
        written(folder / f"sky_{name}_rms.fits", np.full(SHAPE, 2, np.float32), FILTER=name)
    mine = {"dataset": {"source": "survey", "options": {"files": ["sky_*.fits"]}}}
    mine |= {"fields": {"field_size": 32, "block_size": 32, "max_masked": 0.1}, "detection": {"threshold_sigma": 5}}
    return folder, ["-c2", "--quiet", "rules", "host", "reason", *add_study(folder, "mine", mine), "--"]


def test_fields_and_a_catalogue(study):
    folder, arguments = study
    snakemake(folder, *arguments, CATALOGUE)
    table = read_catalogue(folder / CATALOGUE)
    assert {"ra", "dec", "flux_g", "flux_err_r", "mag_g", "covered_r"} <= set(table.colnames)
    assert str(table["flux_g"].unit) == "nJy"
    np.testing.assert_allclose(np.median(table["flux_g"] / table["flux_r"]), 1, atol=0.05)
    with open_stack(folder / "results" / "mine" / "fields" / "train.h5") as stack:
        assert stack["image"].shape[1:] == (32, 32, 2)
        assert set(stack.file) == {"image", "variance", "mask", "parent", "block", "x0", "y0"}
        assert stack.attributes["n_left_out"] > 0


def test_an_unusable_map_is_one_line_before_anything_is_imported(study):
    folder, arguments = study
    fits.writeto(folder / "sky_r_rms.fits", np.ones((200, 250), np.float32), overwrite=True)
    output = snakemake(folder, *arguments, CATALOGUE, ok=False)
    lines = [line for line in output.splitlines() if "skyloom: " in line or "rror" in line]
    expected = "skyloom: fetch_dataset (study mine): sky_r_rms.fits: the rms map has 250x200 px, its image sky_r"
    assert lines[0].startswith(expected), output
    assert not (folder / "results").exists()
