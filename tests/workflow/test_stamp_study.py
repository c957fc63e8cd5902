"""A study of stamps, from an archive that a server on this machine publishes to its blends: what a bare run makes."""

import numpy as np
import pytest
from running import copy_repository, snakemake
from study_files import add_study, study_of

from tests.unit.datasets.serving import ARCHIVE, archive_of, release, serve

N_BLENDS = {"train": 200, "test": 80}
SIZE = 128


@pytest.fixture(scope="module")
def content():
    return archive_of(release(n=60, size=SIZE, flag=True))


def dataset(publisher):
    """Return the data set of a study: its archive comes from this machine."""
    return {"source": "candels", "options": publisher.options}


def few_blends(folder, publisher):
    """Write a study of few blends; return what Snakemake takes to choose it."""
    blends = {"candels": {"n_blends": N_BLENDS}}
    study = {"dataset": dataset(publisher), "make": {"blends": ["candels"]}, "stamps": {"size": SIZE}, "blends": blends}
    return ["-c2", *add_study(folder, "mine", study), "--"]


def small(study, publisher):
    """Return the study `candels` with this machine's archive, few blends and a short training."""
    study["generation"], study["torch_threads"] = {"n_fields": 32}, 1
    study["judging"] |= {"n_null": 20, "n_bootstrap": 20}
    options = {"width": 8, "critic_steps": 2}
    study["stages"] = {"blend_wgan": {"steps": 6, "batch": 16, "checkpoint_every": 3, "options": options}}
    study["blends"] = {"candels": {"n_blends": N_BLENDS, "n_shards": 2}}
    return {**study, "dataset": dataset(publisher)}


@pytest.fixture(scope="module")
def finished_candels(tmp_path_factory, content):
    """Return a repository in which the study `candels` went from an archive, whose download broke, to the page."""
    folder = copy_repository(tmp_path_factory.mktemp("candels") / "skyloom")
    with serve(content) as publisher:
        publisher.breaks = [3000]
        snakemake(folder, "-c2", *add_study(folder, "candels", small(study_of("candels"), publisher)))
        assert publisher.ranges_requested == ["", "bytes=3000-"]
    return folder


def test_the_archive_is_downloaded_whole(finished_candels, content):
    assert (finished_candels / "data" / "candels" / ARCHIVE).read_bytes() == content
    assert f"{ARCHIVE}: " in (finished_candels / "logs" / "candels" / "fetch_dataset.log").read_text()


def test_blends_are_made_of_its_stamps(finished_candels):
    blends = finished_candels / "results" / "candels" / "blends" / "candels"
    for split, n in N_BLENDS.items():
        images = np.load(blends / f"{split}_blends.npy", mmap_mode="r")
        assert images.shape == (n, SIZE, SIZE)
        assert np.isfinite(images).all()
        assert np.load(blends / f"{split}_flux.npy").shape == (n, 2)
        assert (np.load(blends / f"{split}_bogg_masks.npy").sum(axis=-1) == 1).all()
    assert not (finished_candels / "results" / "candels" / "fields").exists()


def test_networks_learn_the_blends_and_the_page_judges_them(finished_candels):
    results = finished_candels / "results" / "candels"
    assert (results / "report.html").stat().st_size > 1e5
    assert "blend_patches" in (results / "leaderboard.csv").read_text()


def test_without_a_network_the_job_says_what_to_do_and_stamps_have_no_fields(tmp_path, content):
    folder = copy_repository(tmp_path / "skyloom")
    with serve(content) as publisher:
        arguments = few_blends(folder, publisher)
    output = snakemake(folder, *arguments, "results/mine/stamps/all.ecsv", ok=False)
    (line,) = [line for line in output.splitlines() if line.startswith("skyloom: ")]
    assert "fetch_dataset (study mine)" in line
    assert f"by hand from {publisher.options['page']} and save it as data/candels/{ARCHIVE}" in line
    (folder / "data" / "candels" / ARCHIVE).write_bytes(content)
    snakemake(folder, *arguments, "results/mine/stamps/all.ecsv")
    rows = (folder / "results" / "mine" / "stamps" / "all.ecsv").read_text()
    assert rows.count("COSMOS") == 60
    assert "clean_flag" in rows
    output = snakemake(folder, *arguments, "results/mine/sources/test.ecsv", ok=False)
    assert "data set candels holds stamps, not images" in output
