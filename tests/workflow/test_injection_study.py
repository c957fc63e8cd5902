"""The study of injected sources at its smallest, once more with a command of the user's own: to the page."""

import sys

import pytest
from running import copy_repository, snakemake
from study_files import add_study, study_of

from workflow_scripts.formats.atomic import read_json
from workflow_scripts.formats.tables import read_csv

PROGRAM = """
import sys
import numpy as np
from astropy.io import fits
from astropy.table import Table

image = fits.getdata(sys.argv[1])
y, x = np.nonzero(image > 200)
Table({"x": x + 1.0, "y": y + 1.0, "flux": image[y, x]}).write(sys.argv[2])
"""


def small():
    """Return the study `injection` with few sources."""
    study = study_of("injection")
    for injection in study["injections"].values():
        injection |= {"n_images": 2, "n_per_image": 20, "n_bins": 3, "n_bootstrap": 20}
    return study


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a repository in which the study was made."""
    folder = copy_repository(tmp_path_factory.mktemp("injection") / "skyloom")
    snakemake(folder, "-c1", *add_study(folder, "small", small()))
    return folder


def test_every_source_has_a_row_and_every_injection_its_limits(folder):
    for injection in ("points", "discs"):
        products = folder / "results/small/injected" / injection
        rows = read_csv(products / "recovered.csv")
        assert len({row["id"] for row in rows}) == len(rows) == 40
        assert {row["recovered"] for row in rows} == {"0", "1"}
        assert read_json(products / "limits.json")["n_sources"] > 1000
    page = (folder / "results/small/report.html").read_text()
    assert "Injected sources" in page


def test_a_command_replaces_the_detection(folder):
    (folder / "find.py").write_text(PROGRAM)
    study = small()
    study["make"] = {"injections": ["points"]}
    study["injections"]["points"] |= {
        "n_images": 1,
        "command": {"run": f"{sys.executable} find.py {{image}} {{catalogue}}", "first_pixel": 1},
    }
    target = "results/commanded/injected/points/limits.json"
    snakemake(folder, "-c1", *add_study(folder, "commanded", study), "--", target)
    assert (
        read_json(folder / target)["n_sources"] != read_json(folder / target.replace("commanded", "small"))["n_sources"]
    )
    assert len(read_csv(folder / target.replace("limits.json", "recovered.csv"))) == 20
