"""A study of galaxies at its smallest, from simulated stamps to the page: one run of Snakemake."""

import numpy as np
import pytest
from astropy.io import fits
from running import copy_repository, snakemake
from study_files import add_study

from workflow_scripts.formats.catalogues import read_catalogue
from workflow_scripts.formats.stacks import open_stack
from workflow_scripts.formats.tables import read_csv

GENERATOR = "galaxy_physics_gan"  # a predictor checks what it draws
BRIEF = {"steps": 4, "checkpoint_every": 2, "batch": 16, "options": {"width": 8}}
STUDY = {
    "dataset": {"source": "simulated_galaxies", "options": {"n": 160}},
    "make": {
        "generators": [GENERATOR],
        "requests": ["mine"],
        "metrics": ["galaxy_fluxes"],
        "classifier": "galaxy_classifier",
        "augmentation": {"generator": GENERATOR, "rare": "merger", "n_real": 10},
    },
    "torch_threads": 1,
    "galaxies": {"split": {"train": 0.5, "valid": 0.15, "test": 0.35}, "n_measured": 24},
    "requests": {"held_out": {"n": 24}, "fresh": {"n": 32}, "strips": {"n": 2}, "mine": {"source": "mine.csv"}},
    "stages": dict.fromkeys((GENERATOR, "galaxy_predictor", "galaxy_classifier"), BRIEF),
    "judging": {"tile_size": None, "n_null": 20, "n_bootstrap": 20},
}
REQUESTED = "class,half_light_radius,axis_ratio,number\nedge_on,6,0.3,2\nspiral,4,,1\n"


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """Return the results of the study."""
    folder = copy_repository(tmp_path_factory.mktemp("galaxies") / "skyloom")
    (folder / "mine.csv").write_text(REQUESTED)
    snakemake(folder, "-c2", *add_study(folder, "tiny", STUDY))
    return folder / "results" / "tiny"


def test_requests_are_answered(results):
    folder = results / "generated" / "mine" / GENERATOR
    with open_stack(folder / "stamps.h5") as stack:
        assert stack["image"].shape == (3, 32, 32, 3)
        assert np.isfinite(stack["image"][:]).all()
    with fits.open(folder / "stamps.fits") as file:
        assert file[0].data.shape[0] == 3
    assert list(read_catalogue(folder / "catalogue.ecsv")["class"]) == ["edge_on", "edge_on", "spiral"]
    assert (folder / "pictures.zip").stat().st_size > 0


def test_every_table_has_the_generator(results):
    tables = ("recovery.csv", "purity.csv", "physics.csv", "leaderboard.csv")
    assert [name for name in tables if GENERATOR not in (results / name).read_text()] == []
    trained = [row["training"] for row in read_csv(results / "augmentation.csv")]
    assert trained == ["few", "repeated", "augmented", "all", "gain"]


def test_the_page_shows_the_generator(results):
    assert GENERATOR in (results / "report.html").read_text()
    assert not (results / "fields").exists(), "galaxies have no fields"
