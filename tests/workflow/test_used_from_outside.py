"""The workflow as others use it: a module, in another directory, through a link, deployed, and its report archived."""

import csv
import zipfile

import numpy as np
import yaml
from astropy.io import fits
from running import ROOT, SMOKE, copy_repository, planned, snakemake
from study_files import study_of

FIELDS = "results/smoke/fields/train.h5"
SKY = "results/smoke/skies/naive/fields.h5"
PAGE = "results/smoke/report.html"


IMPORTER = """
rule everything:
    input:
        "own.txt",
        {targets!r},


rule own:
    output:
        "own.txt",
    params:
        state="kept",
    script:
        "own.py"


module skyloom:
    snakefile:
        {snakefile!r}
    config:
        config["skyloom"]
    {prefix}


use rule * from skyloom as skyloom_*


onsuccess:
    print("The importer's own handler.")
"""
OWN = """from pathlib import Path

assert list(snakemake.params.keys()) == ["state"], "only rules of the module are touched"
Path("kept").mkdir()
Path(snakemake.output[0]).touch()
"""
DEPLOYED = """
configfile: "config/config.yaml"


module skyloom:
    snakefile:
        {snakefile!r}
    config:
        config


use rule * from skyloom
"""


def importer(folder, config, prefix="", targets=SKY):
    """Write a workflow that uses this one as a module, and has a rule and a handler of its own."""
    folder.mkdir()
    text = IMPORTER.format(snakefile=str(ROOT / "Snakefile"), prefix=prefix and f"prefix: {prefix!r}", targets=targets)
    (folder / "Snakefile").write_text(text)
    (folder / "own.py").write_text(OWN)
    (folder / "here.yaml").write_text(yaml.safe_dump({"skyloom": config}))
    return folder


def test_as_a_module_of_another_workflow(finished, tmp_path):
    """The default target is the importer's; its rules and handlers are left alone; the products are the same."""
    folder = importer(tmp_path / "importer", {"study": "smoke"})
    output = snakemake(folder, "-c2", "--resources", "gpu=1", "--configfile", "here.yaml")
    assert "The importer's own handler." in output
    assert (folder / "kept").is_dir(), "a param of this name of another's rule is no state of ours"
    assert (folder / SKY).read_bytes() == (finished / SKY).read_bytes()
    assert not (folder / PAGE).exists()
    again = snakemake(folder, "-c2", "--resources", "gpu=1", "--configfile", "here.yaml")
    assert "Nothing to be done" in again
    whole = snakemake(folder, "-n", "--resources", "gpu=1", "--configfile", "here.yaml", "--", PAGE)
    assert "skyloom_write_report" in whole


def test_as_a_module_below_a_prefix(tmp_path):
    """Products lie below the prefix, the user's own files where they were."""
    own = {"dataset": {"source": "image_files", "options": {"files": ["field.fits"]}}}
    config = study_of("smoke") | {"study": "mine"} | own
    product = f"sky/{FIELDS.replace('smoke', 'mine')}"
    folder = importer(tmp_path / "importer", config, "sky", product)
    fits.writeto(folder / "field.fits", np.random.default_rng(1).normal(10, 1, (512, 512)).astype(np.float32))
    snakemake(folder, "-c2", "--resources", "gpu=1", "--configfile", "here.yaml")
    assert (folder / product).exists()
    assert counted_jobs(folder, "sky/results/mine/costs.csv")["import_dataset"] == 1
    page = f"sky/{PAGE.replace('smoke', 'mine')}"
    assert "skyloom_write_report" in snakemake(
        folder, "-n", "--resources", "gpu=1", "--configfile", "here.yaml", "--", page
    )


def counted_jobs(folder, table):
    """Write the table of costs of a study that makes nothing more; return the number of jobs of each rule."""
    given = yaml.safe_load((folder / "here.yaml").read_text())
    (folder / "costs.yaml").write_text(yaml.safe_dump({"skyloom": {**given["skyloom"], "make": {}}}))
    snakemake(folder, "-c2", "--resources", "gpu=1", "--configfile", "costs.yaml", "--", table)
    with (folder / table).open() as file:
        return {row["rule"]: int(row["jobs"]) for row in csv.DictReader(file)}


def test_with_another_directory(finished, tmp_path):
    snakemake(tmp_path, "-c2", "-s", ROOT / "Snakefile", "--directory", "there", "--config", SMOKE, "--", FIELDS)
    assert (tmp_path / "there" / FIELDS).read_bytes() == (finished / FIELDS).read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["there"]


def test_through_a_symbolic_link(copy_of_finished, tmp_path):
    """Whichever of its names a folder is called by, its products are up to date."""
    link = tmp_path / "link"
    link.symlink_to(copy_of_finished)
    assert planned(link, page=True) == set()
    output = snakemake(tmp_path, "-n", "-s", link / "Snakefile", "--directory", link, "--config", SMOKE)
    assert "Nothing to be done" in output


def test_deployed_from_a_clone(finished, tmp_path):
    """A folder as snakedeploy writes it, which is not run: with the path of the clone for the module's `snakefile:`."""
    clone, folder = copy_repository(tmp_path / "clone"), tmp_path / "deployed"
    (folder / "workflow").mkdir(parents=True)
    (folder / "workflow" / "Snakefile").write_text(DEPLOYED.format(snakefile=str(clone / "Snakefile")))
    for part in ("config", "profiles"):
        (clone / part).rename(folder / part)
    assert "study: hubble" in (folder / "config" / "config.yaml").read_text()
    assert "results/hubble/report.html" in snakemake(folder, "-n")
    snakemake(folder, "-c2", "--config", SMOKE, "--", FIELDS)
    assert (folder / FIELDS).read_bytes() == (finished / FIELDS).read_bytes()


def test_snakemake_reports_it(copy_of_finished):
    snakemake(copy_of_finished, "--report", "report.zip", "--config", SMOKE)
    with zipfile.ZipFile(copy_of_finished / "report.zip") as archive:
        assert any(name.endswith("report.html") for name in archive.namelist())
