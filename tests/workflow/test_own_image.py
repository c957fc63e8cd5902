"""The study of an image of one's own that the README shows, to its page, with images of one's own that are scored."""

import csv

import numpy as np
import pytest
from astropy.io import fits
from running import copy_repository, snakemake
from skimage import data
from studies import add_study, study_in, study_of

SIZE = 128


def discs():
    """Return a field of white discs on black, which no survey has seen."""
    y, x = np.mgrid[:SIZE, :SIZE]
    return np.where((x % 32 - 16) ** 2 + (y % 32 - 16) ** 2 < 36, 255.0, 0.0)


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """Return the results of the README's study at the smallest size."""
    folder = copy_repository(tmp_path_factory.mktemp("own") / "skyloom")
    image = data.hubble_deep_field().mean(axis=-1).astype(np.float32)
    scored = {"piece": image[:SIZE, :SIZE], "discs": discs(), "broken": np.full((SIZE, SIZE), np.nan)}
    for name, pixels in {"field": image, **scored}.items():
        fits.writeto(folder / f"{name}.fits", pixels)
    study = study_in("README.md", "Your own image, in five lines")
    assert study["dataset"]["source"] == "image_files"
    study["dataset"]["options"]["files"] = ["field.fits"]
    study["scorers"] = ["published_xgboost"]
    study["score"] = {"images": [f"{name}.fits" for name in scored], "skip_broken": True}
    study["overrides"] = study_of("smoke")["overrides"]
    snakemake(folder, "-c2", *add_study(folder, "mine", study))
    return folder / "results" / "mine"


def rows_of(path):
    """Return the rows of a CSV file by their first column."""
    with path.open(newline="") as file:
        return {next(iter(row.values())): row for row in csv.DictReader(file)}


def test_the_page_is_written(results):
    page = (results / "report.html").read_text()
    assert [name for name in ("mine", "naive", "layered") if name not in page.lower()] == []
    assert np.load(results / "blends" / "pairs" / "test_blends.npy").shape[1:] == (32, 32)


def test_discs_are_no_sky(results):
    """By the classifier at least; the page says so of the naive sky."""
    ranked = rows_of(results / "leaderboard.csv")
    assert float(ranked["naive"]["two_sample_auc"]) > 0.95
    assert ranked["naive"]["two_sample_auc_verdict"].startswith("outside")
    assert not ranked["real_train"]["power_spectrum_distance_verdict"].startswith("outside")
    assert "outside the null" in (results / "report.html").read_text()


def test_own_images_are_scored_and_broken_ones_left_out(results):
    """A piece of the sky that the scorer learnt from resembles it more than discs do."""
    scores = {
        name: float(row["Predicted"]) for name, row in rows_of(results / "scores/published_xgboost/own.csv").items()
    }
    assert set(scores) == {"piece", "discs"}
    assert 8 >= scores["piece"] > scores["discs"] + 1
