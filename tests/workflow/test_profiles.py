"""The profiles make the same decisions, and what is wrong in them or in a folder of results is said in one line."""

import h5py
import pytest
import yaml
from running import ROOT, SMOKE, copy_repository, run, snakemake

DECISIONS = ("rerun-triggers", "rerun-incomplete")


def profile(name):
    return yaml.safe_load((ROOT / "profiles" / name / "config.yaml").read_text())


def test_both_profiles_decide_alike():
    default, slurm = profile("default"), profile("slurm")
    assert [default[key] for key in DECISIONS] == [slurm[key] for key in DECISIONS]
    assert default["resources"] == ["gpu=1"]
    assert default["show-failed-logs"] == slurm["show-failed-logs"] is True
    assert slurm["executor"] == "slurm"
    assert slurm["retries"] >= 1


@pytest.mark.parametrize("name", ["default", "slurm"])
def test_every_line_is_explained(name):
    lines = (ROOT / "profiles" / name / "config.yaml").read_text().splitlines()
    keys = [line for line in lines if line and line[0] not in " #"]
    explained = [line for line in keys if "#" in line or line in ("default-resources:", "rerun-incomplete: true")]
    assert set(keys) - set(explained) <= {"show-failed-logs: true"}


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
    said = snakemake(folder, "--workflow-profile", "profiles/slurm", "-n", "--config", SMOKE, ok=False)
    assert said.strip().splitlines()[-1].endswith("error: unrecognized arguments: --slurm-aray-limit=1000")
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("file", "old", "new", "line"),
    [
        (
            "partitions.yaml",
            "max_mem_mb: 64000",
            "max_mem: 64000",
            "cpu: no limit 'max_mem'; did you mean 'max_mem_mb'?",
        ),
        (
            "config.yaml",
            "# - slurm_account=",
            "- slurm_acount=",
            "no resource 'slurm_acount'; did you mean 'slurm_account'?",
        ),
        ("config.yaml", "resources: [gpu=8]", "resources: [gpus=8]", "no resource 'gpus'; did you mean 'gpu'?"),
    ],
)
def test_misspelt_names_below_the_keys_are_named_too(tmp_path, file, old, new, line):
    folder = copy_repository(tmp_path / "skyloom")
    path = folder / "profiles" / "slurm" / file
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))
    said = snakemake(folder, "--workflow-profile", "profiles/slurm", "-n", "--config", SMOKE, ok=False)
    assert said.strip().splitlines()[-1].startswith("skyloom: ")
    assert line in said.strip().splitlines()[-1]


def test_results_of_another_version_are_not_read(copy_of_finished):
    with h5py.File(copy_of_finished / "results/smoke/fields/train.h5", "r+") as stack:
        stack.attrs["format_version"] = 99
    (copy_of_finished / "results/smoke/background/density.h5").unlink()
    said = run(copy_of_finished, wanted=["results/smoke/background/density.h5"], ok=False)
    line = next(line for line in said.splitlines() if "skyloom: " in line or "rror" in line)
    assert line.startswith("skyloom: ")
    assert "train.h5" in line
    assert "99" in line
    assert "Traceback" not in said
