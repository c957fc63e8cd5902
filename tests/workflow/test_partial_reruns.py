"""The commands of docs/partial-reruns.md do what it says of them, and no more."""

import re
import shutil

import pytest
from running import JOB, ROOT, SMOKE, copy_repository, describe, run, snakemake
from study_files import edit_study

STAGE = "results/smoke/stages/star_wgan"
DOCUMENT = (ROOT / "docs" / "partial-reruns.md").read_text()


def documented(title, study="smoke"):
    """Return the arguments of the command under a heading of the document, with this study's names put in."""
    block = DOCUMENT.partition(f"## {title}\n")[2].partition("\n## ")[0]
    command = re.search(r"^    snakemake (.*)$", block, re.MULTILINE)[1]
    return command.replace("STUDY", study).replace("STAGE", "star_wgan").split()


def jobs(folder, *arguments):
    """Return the jobs that a command would do, as {rule: {job}}."""
    found = {}
    for rule, block in JOB.findall(snakemake(folder, "-n", "-c1", *arguments)):
        found.setdefault(rule, set()).add(describe(rule, block))
    return found


def test_retrain_a_stage(finished):
    planned = jobs(finished, *documented("Retrain a stage"))
    assert planned["train_stage"] == {"train_stage stage=star_wgan"}
    assert {job.split()[1] for job in planned["generate_skies"]} == {"sky=layered"}
    assert not {"extract_patches", "import_dataset", "measure_null"} & planned.keys()


def test_regenerate_without_retraining(finished):
    planned = jobs(finished, *documented("Generate again, without training"))
    assert {job.split()[1] for job in planned["generate_skies"]} == {"sky=layered", "sky=naive"}
    assert "compare_samples" in planned
    assert not {"train_stage", "train_scorer", "build_ladder"} & planned.keys()


def test_rescore_alone(finished):
    planned = jobs(finished, *documented("Score again only"))
    assert {"score_images", "compare_samples", "rank_skies", "write_report"} <= planned.keys()
    assert not {"train_stage", "generate_skies", "extract_features", "train_scorer"} & planned.keys()


def test_another_seed_beside_the_first(finished, tmp_path):
    arguments = documented("Another seed")
    folder = arguments[arguments.index("--directory") + 1]
    assert "import_dataset" in (planned := jobs(finished, *arguments, "--config", SMOKE, "seed=7"))
    assert "train_stage" in planned
    assert not (finished / folder / "results").exists()
    assert set(jobs(finished, "--config", SMOKE)) == set(), "the first one is as it was"


def test_one_more_sky(copy_of_finished):
    def add_sky(study):
        study["skies"] = {"denser": {"recipe": "naive", "options": {"tile_size": 8}}}
        study["make"]["skies"].append("denser")

    edit_study(copy_of_finished, "smoke", add_sky)
    planned = jobs(copy_of_finished, *documented("One more sky in a finished study"))
    assert {job.split()[1] for job in planned["generate_skies"]} == {"sky=denser"}
    assert {job for job in planned["compare_samples"] if "denser" not in job} == set()
    assert "train_stage" not in planned


@pytest.fixture
def machine(tmp_path):
    """Return a repository on which nothing was made yet: another machine."""
    return copy_repository(tmp_path / "another")


def test_a_trained_stage_moves_to_another_machine(finished, machine):
    weights = (finished / STAGE / "weights.safetensors").read_bytes()
    steps = re.findall(r"^    snakemake (.*)$", DOCUMENT.partition("## Move a trained stage")[2], re.MULTILINE)
    first, then = [step.replace("STUDY", "smoke").replace("STAGE", "star_wgan").split() for step in steps[:2]]
    snakemake(machine, "-c2", *first)
    (machine / STAGE).parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(finished / STAGE, machine / STAGE, copy_function=shutil.copyfile)  # with the time of today
    planned = jobs(machine, *then)
    assert planned["train_stage"] == {"train_stage stage=coordinate_gan"}
    assert {"generate_skies", "write_report"} <= planned.keys()
    sky = "results/smoke/skies/layered/shards/fields_0.h5"
    run(machine, targets=[sky])
    assert (machine / sky).read_bytes() == (finished / sky).read_bytes()
    assert (machine / STAGE / "weights.safetensors").read_bytes() == weights
