"""A study of stamps, from an archive that a server on this machine publishes to its blends: what a bare run makes."""

import numpy as np
import pytest
import yaml
from running import copy_repository, snakemake

from tests.unit.datasets.serving import ARCHIVE, archive_of, release, serve

N_BLENDS = {"train": 12, "test": 5}
SIZE = 128


@pytest.fixture(scope="module")
def content():
    return archive_of(release(n=60, size=SIZE, flag=True))


def study_of(folder, publisher, **options):
    """Write the study's settings: the archive comes from this machine, and few blends are made."""
    blends = {"candels": {"n_blends": N_BLENDS, "n_shards": 2, "masks": ["ogg_masks", "bogg_masks"]}}
    settings = {"dataset": {"source": "candels", "options": {**publisher.options, **options}}}
    file = folder / "here.yaml"
    study = {**settings, "make": {"blends": ["candels"]}, "stamps": {"size": SIZE}, "blends": blends}
    file.write_text(yaml.safe_dump({"study": "mine", **study}))
    return ["-c2", "--configfile", file, "--"]


def test_from_the_archive_to_the_blends(tmp_path, content):
    folder = copy_repository(tmp_path / "skyloom")
    with serve(content) as publisher:
        publisher.breaks = [3000]
        arguments = study_of(folder, publisher)
        snakemake(folder, *arguments)
        assert publisher.asked == ["", "bytes=3000-"]
        assert "Nothing to be done" in snakemake(folder, *arguments)
    assert (folder / "data" / "candels" / ARCHIVE).read_bytes() == content
    assert f"{ARCHIVE}: " in (folder / "logs" / "mine" / "fetch_dataset.log").read_text()
    blends = folder / "results" / "mine" / "blends" / "candels"
    for split, n in N_BLENDS.items():
        images = np.load(blends / f"{split}_blends.npy", mmap_mode="r")
        assert images.shape == (n, SIZE, SIZE)
        assert np.isfinite(images).all()
        assert np.load(blends / f"{split}_flux.npy").shape == (n, 2)
        assert (np.load(blends / f"{split}_bogg_masks.npy").sum(axis=-1) == 1).all()
    assert not (folder / "results" / "mine" / "fields").exists()


def test_without_a_network_the_job_says_what_to_do(tmp_path, content):
    folder = copy_repository(tmp_path / "skyloom")
    with serve(content) as publisher:
        arguments = study_of(folder, publisher)
    said = snakemake(folder, *arguments, "results/mine/stamps/all.ecsv", ok=False)
    (line,) = [line for line in said.splitlines() if line.startswith("skyloom: ")]
    assert "fetch_dataset (study mine)" in line
    assert f"by hand from {publisher.options['page']} and put it to data/candels/{ARCHIVE}" in line
    (folder / "data" / "candels" / ARCHIVE).write_bytes(content)
    snakemake(folder, *arguments, "results/mine/stamps/all.ecsv")
    rows = (folder / "results" / "mine" / "stamps" / "all.ecsv").read_text()
    assert rows.count("COSMOS") == 60
    assert "clean_flag" in rows


def test_stamps_have_no_fields(tmp_path, content):
    folder = copy_repository(tmp_path / "skyloom")
    with serve(content) as publisher:
        said = snakemake(folder, *study_of(folder, publisher), "results/mine/sources/test.ecsv", ok=False)
    assert "data set candels holds stamps, not images" in said


def test_the_study_candels_from_the_archive_to_the_page(tmp_path, content):
    """Networks learn the blends; the page judges what they generate."""
    folder = copy_repository(tmp_path / "skyloom")
    stage = {"steps": 6, "batch": 16, "checkpoint_every": 3, "options": {"width": 8, "critic_steps": 2}}
    small = {"generation": {"n_fields": 32}, "judging": {"n_null": 20, "n_bootstrap": 20}, "torch_threads": 1}
    with serve(content) as publisher:
        arguments = study_of(folder, publisher)
        dataset = yaml.safe_load((folder / "here.yaml").read_text())["dataset"]
        blends = {"candels": {"n_blends": {"train": 200, "test": 80}, "n_shards": 2}}
        study = {"study": "candels", "dataset": dataset, **small, "stages": {"blend_wgan": stage}, "blends": blends}
        arguments[2].write_text(yaml.safe_dump(study))
        snakemake(folder, *arguments)
    assert (folder / "results" / "candels" / "report.html").stat().st_size > 1e5
    assert "blend_patches" in (folder / "results" / "candels" / "leaderboard.csv").read_text()
