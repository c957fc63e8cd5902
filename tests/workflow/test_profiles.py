"""The profiles make the same decisions, and faults in them or in a folder of results are reported in one line."""

import h5py
import pytest
import yaml
from running import ROOT, SMOKE, copy_repository, edit, run, snakemake

DECISIONS = ("rerun-triggers", "rerun-incomplete")


def text_of(name):
    return (ROOT / "profiles" / name / "config.yaml").read_text()


def profile(name):
    return yaml.safe_load(text_of(name))


def test_both_profiles_decide_alike():
    default, slurm = profile("default"), profile("slurm")
    assert [default[key] for key in DECISIONS] == [slurm[key] for key in DECISIONS]
    assert default["resources"] == ["gpu=1"]
    assert default["show-failed-logs"] == slurm["show-failed-logs"] is True
    assert slurm["executor"] == "slurm"
    assert slurm["retries"] >= 1


def test_every_line_is_explained():
    lines = [line for name in ("default", "slurm") for line in text_of(name).splitlines()]
    keys = {line for line in lines if line and line[0] not in " #" and "#" not in line}
    assert keys <= {"default-resources:", "rerun-incomplete: true", "show-failed-logs: true"}


def test_no_rule_says_retries():
    """On SLURM they would be tried inside the same allocation, with the same memory."""
    assert not [path for path in (ROOT / "rules").glob("*.smk") if "retries:" in path.read_text()]


@pytest.mark.parametrize("study", ["smoke", "galaxies"])
def test_a_study_can_be_planned_for_slurm(study):
    profile = ("--workflow-profile", "profiles/slurm")
    assert "train_stage" in snakemake(ROOT, *profile, "-n", "-F", "--nolock", "--config", f"study={study}")


def test_a_misspelt_key_of_a_profile_is_named(tmp_path):
    folder = copy_repository(tmp_path / "skyloom")
    file = folder / "profiles" / "slurm" / "config.yaml"
    file.write_text(file.read_text().replace("slurm-array-limit:", "slurm-aray-limit:"))
    output = snakemake(folder, "--workflow-profile", "profiles/slurm", "-n", "--config", SMOKE, ok=False)
    assert output.strip().splitlines()[-1].endswith("error: unrecognized arguments: --slurm-aray-limit=1000")
    assert "Traceback" not in output


def test_misspelt_names_below_the_keys_are_named_too(tmp_path):
    """Before the first job; all that can be misspelt: tests/unit/runtime/test_cluster.py."""
    folder = copy_repository(tmp_path / "skyloom")
    edit(folder / "profiles" / "slurm" / "config.yaml", "resources: [gpu=8]", "resources: [gpus=8]")
    output = snakemake(folder, "--workflow-profile", "profiles/slurm", "-n", "--config", SMOKE, ok=False)
    line = output.strip().splitlines()[-1]
    assert line.startswith("skyloom: ")
    assert line.endswith("no resource 'gpus'; did you mean 'gpu'?")


def test_results_of_another_version_are_not_read(copy_of_finished):
    with h5py.File(copy_of_finished / "results/smoke/fields/train.h5", "r+") as stack:
        stack.attrs["format_version"] = 99
    (copy_of_finished / "results/smoke/background/histogram.h5").unlink()
    output = run(copy_of_finished, targets=["results/smoke/background/histogram.h5"], ok=False)
    line = next(line for line in output.splitlines() if "skyloom: " in line or "rror" in line)
    assert line.startswith("skyloom: ")
    assert "train.h5" in line
    assert "99" in line
    assert "Traceback" not in output
