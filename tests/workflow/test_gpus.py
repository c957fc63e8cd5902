"""GPUs are requested according to the config, and never reduced silently."""

import pytest
from running import SMOKE, copy_repository, snakemake
from study_files import override

WEIGHTS = "results/smoke/stages/star_wgan/weights.safetensors"


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """Return a repository whose stage asks for two GPUs."""
    folder = copy_repository(tmp_path_factory.mktemp("two") / "skyloom")
    stage = {"gpu": 2, "steps": 6, "batch": 16, "checkpoint_every": 3, "options": {"width": 8, "critic_steps": 2}}
    return override(folder, stages={"star_wgan": stage})


def plan(folder, *arguments, device="cuda", ok=True):
    return snakemake(folder, "-n", "-c2", *arguments, "--config", SMOKE, f"device={device}", "--", WEIGHTS, ok=ok)


@pytest.mark.parametrize("device", ["cuda", "auto"])
def test_more_than_the_limit_is_refused_in_one_line(two, device):
    lines = plan(two, device=device, ok=False).strip().splitlines()
    assert lines[-1] == (
        "skyloom: config, study smoke: stages.star_wgan.gpu: 2 GPUs, but the limit of this run is 1: "
        "set --resources gpu=2, or request fewer"
    )
    assert not [line for line in lines if "Traceback" in line or "Error" in line]


def test_no_gpu_at_all_is_refused_where_one_is_needed(two):
    assert "but the limit of this run is 0" in plan(two, "--resources", "gpu=0", ok=False)


def test_the_requested_number_within_the_limit(two):
    assert "gpu=2" in plan(two, "--resources", "gpu=2")


def test_none_is_requested_on_the_cpu(two):
    output = plan(two, device="cpu")
    assert "train_stage" in output
    assert "gpu=0" in output or "gpu=" not in output


@pytest.mark.parametrize("stage", ["galaxy_classifier", "galaxy_predictor"])
def test_networks_that_judge_are_held_to_the_limit_too(tmp_path, stage):
    folder = copy_repository(tmp_path / "skyloom")
    file = folder / "config.yaml"
    text = file.read_text()
    file.write_text(text.replace(f"\n  {stage}:", f"\n  {stage}:\n    gpu: 2\n    #", 1))
    output = snakemake(folder, "-n", "-c2", "--config", "study=galaxies", "device=cuda", ok=False)
    assert output.strip().splitlines()[-1].startswith(f"skyloom: config, study galaxies: stages.{stage}.gpu: 2 GPUs")


def test_a_run_without_a_gpu_among_its_resources_is_refused(two):
    output = plan(two, "--resources", "mem_mb=16000", ok=False)
    assert output.strip().splitlines()[-1].endswith("share one: add --resources gpu=1")
    plan(two, "--resources", "mem_mb=16000", device="cpu")
