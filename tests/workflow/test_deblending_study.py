"""The study of deblenders at its smallest, with results of the user's own: one run of Snakemake to the page."""

import h5py
import numpy as np
import pytest
from running import copy_repository, snakemake
from study_files import add_study, study_of

from workflow_scripts.formats.stacks import open_stack
from workflow_scripts.formats.tables import read_csv

N_TEST = 12
DEBLENDERS = ["sep_combined", "templates_at_galaxies"]


def small(folder):
    """Return the study `deblending` with few blends of few galaxies and two deblenders."""
    study = study_of("deblending")
    study["dataset"]["options"] |= {"n": 40}
    study["blends"]["crowded"]["n_blends"]["test"] = N_TEST
    study["make"]["deblenders"] = DEBLENDERS
    return {**study, "deblending": {"n_bootstrap": 20}}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a repository in which the study was made."""
    folder = copy_repository(tmp_path_factory.mktemp("deblending") / "skyloom")
    snakemake(folder, "-c1", *add_study(folder, "small", small(folder)))
    return folder


def test_the_leaderboard_compares_the_deblenders(folder):
    rows = read_csv(folder / "results/small/deblended/crowded/leaderboard.csv")
    assert {row["deblender"] for row in rows} == set(DEBLENDERS)
    assert [row["n_blends"] for row in rows] == [str(N_TEST)] * 2
    known = next(row for row in rows if row["deblender"] == "templates_at_galaxies")
    assert float(known["completeness"]) == 1
    assert all(np.isfinite(float(row["colour_bias"])) for row in rows), "there are three bands"


def test_the_page_shows_them(folder):
    page = (folder / "results/small/report.html").read_text()
    assert "Comparison of deblenders" in page
    assert "SEP combined" in page


def test_results_of_the_user_join_the_comparison(folder):
    """The truth itself, in the format of the products, is a perfect deblender."""
    with open_stack(folder / "results/small/blends/crowded/test_blends.h5") as stack:
        write_truth(folder / "crowded_test.h5", stack)
    study = small(folder)
    study["make"]["deblenders"] = [*DEBLENDERS, "mine"]
    study["deblenders"] = {"mine": {"deblender": "read_results", "options": {"file": "{blend}_{split}.h5"}}}
    output = snakemake(
        folder, "-c1", *add_study(folder, "small", study), "--", "results/small/deblended/crowded/leaderboard.csv"
    )
    assert output.count("rule separate_blends:") == 1, "the others are unchanged"
    rows = read_csv(folder / "results/small/deblended/crowded/leaderboard.csv")
    assert [row["deblender"] for row in rows][0] == "mine"
    assert [float(rows[0][name]) for name in ("flux_error", "iou", "ssim")] == pytest.approx([0, 1, 1], abs=1e-5)


def write_truth(path, stack):
    """Write the galaxies of blends as the results of a deblender."""
    n = stack["n_galaxies"][:]
    present = np.arange(stack["truth"].shape[1]) < n[:, None]
    with h5py.File(path, "w") as file:
        file["blend"] = np.repeat(np.arange(len(n)), n)
        for name, column in (("x", "x"), ("y", "y"), ("image", "truth"), ("mask", "masks")):
            file[name] = stack[column][:][present]
