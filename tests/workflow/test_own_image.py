"""Images of one's own: the study that the README shows, to its page; and files that are scored by a finished study."""

import csv
import re

import numpy as np
import pytest
from astropy.io import fits
from running import copy_repository, planned, run, snakemake
from skimage import data
from study_files import add_study, edit_study, study_in, study_of

SIZE = 64


def discs():
    """Return a field of white discs on black, which no survey has seen."""
    y, x = np.mgrid[:SIZE, :SIZE]
    return np.where((x % 32 - 16) ** 2 + (y % 32 - 16) ** 2 < 36, 255.0, 0.0)


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """Return the results of the README's study at the smallest size."""
    folder = copy_repository(tmp_path_factory.mktemp("own") / "skyloom")
    study = study_in("README.md", "Your own image, in five lines")
    assert study["dataset"]["source"] == "image_files"
    study["dataset"]["options"]["files"] = ["field.fits"]
    small = {key: value for key, value in study_of("smoke").items() if key not in study}
    fits.writeto(folder / "field.fits", hubble())
    snakemake(folder, "-c2", *add_study(folder, "mine", {**study, **small}))
    return folder / "results" / "mine"


def hubble():
    """Return a picture of the sky in one band."""
    return data.hubble_deep_field().mean(axis=-1).astype(np.float32)


def rows_of(path):
    """Return the rows of a CSV file by their first column."""
    with path.open(newline="") as file:
        return {next(iter(row.values())): row for row in csv.DictReader(file)}


def verdicts_on_page(path, sample):
    """Return the states of one sample in the leaderboard of a page, and their words, in the order of the metrics."""
    rows = path.read_text().partition('<table class="leaderboard">')[2].split("</tr>")
    (row,) = (row for row in rows if f"{sample}<small>generated</small>" in row)
    return re.findall(r'class="chip (\w+)">([^<]+)<', row)


def test_the_page_is_written(results):
    page = (results / "report.html").read_text()
    assert [name for name in ("mine", "naive", "resampled") if name not in page.lower()] == []
    assert np.load(results / "blends" / "pairs" / "test_blends.npy").shape[1:] == (32, 32)


def test_discs_are_no_sky(results):
    """By the classifier at least; the row of the naive sky on the page states it."""
    ranked = rows_of(results / "leaderboard.csv")
    assert float(ranked["naive"]["two_sample_auc"]) > 0.95
    assert ranked["naive"]["two_sample_auc_state"] == "outside"
    assert ranked["real_train"]["power_spectrum_distance_state"] != "outside"
    _, by_classifier = verdicts_on_page(results / "report.html", "naive")
    assert by_classifier == ("outside", "different")


def test_own_files_are_scored_and_broken_ones_left_out(copy_of_finished):
    """A piece of the sky that the scorer learnt from resembles it more than discs do."""
    files = {"piece": hubble()[:SIZE, :SIZE], "discs": discs(), "broken": np.full((SIZE, SIZE), np.nan)}
    for name, pixels in files.items():
        fits.writeto(copy_of_finished / f"{name}.fits", pixels)
    score = {"images": [f"{name}.fits" for name in files], "skip_broken": True}
    edit_study(copy_of_finished, "smoke", lambda study: study["make"].update(score=score))
    product = "scores/published_xgboost/own.csv"
    jobs = {job.split()[0] for job in planned(copy_of_finished) if "sample=own" in job}
    assert jobs == {"extract_features", "score_images"}
    run(copy_of_finished, targets=[f"results/smoke/{product}"])
    scored = rows_of(copy_of_finished / "results" / "smoke" / product)
    assert set(scored) == {"piece", "discs"}
    assert 8 >= float(scored["piece"]["Predicted"]) > float(scored["discs"]["Predicted"]) + 1
