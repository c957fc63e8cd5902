"""Snakemake on copies of the repository: what it is run with, what it says, what it would do."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

from workflow_scripts.settings.files import read_settings
from workflow_scripts.settings.settings import Settings

ROOT = Path(__file__).parents[2]
SMOKE = "study=smoke"
TARGETS = {"all", "experiments"}  # rules that stand for others and run nothing
REPORT = {
    "all",
    "draw_blends",
    "draw_differences",
    "draw_extremes",
    "draw_realism",
    "draw_neighbours",
    "draw_training",
    "tabulate_costs",
    "write_report",
}  # from everything
JOB = re.compile(r"^(?:local)?(?:rule|checkpoint) (\w+):\n((?:    .*\n)*)", re.MULTILINE)


def rule_names():
    """Return the names of all rules, as the .smk files spell them."""
    text = "".join(path.read_text() for path in sorted((ROOT / "rules").glob("*.smk")))
    return re.findall(r"^rule (\w+):", text, re.MULTILINE)


def studies():
    """Return what the files of the studies that ship say, by their names."""
    return {path.stem: yaml.safe_load(path.read_text()) for path in sorted((ROOT / "studies").glob("*.yaml"))}


def settings(**given):
    """Return the settings of a run that is given these."""
    return Settings(read_settings(ROOT / "config.yaml"), given, [ROOT / "studies"])


def targets(study="smoke"):
    """Return what is asked for: the default target, or all there is as long as no page is written."""
    if "write_report" in rule_names():
        return []
    blends = [
        f"results/{study}/blends/{blend}/{split}_{what}.npy"
        for blend in studies()[study]["make"].get("blends", [])
        for split in ("train", "test")
        for what in ("flux", "bogg_masks")
    ]
    return [f"results/{study}/leaderboard.csv", *blends]


def copy_repository(folder):
    """Copy the files that git knows, or would know, into a new folder."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return folder


def command(*arguments):
    """Return the command line of Snakemake in this environment."""
    return [sys.executable, "-m", "snakemake", *arguments]


def snakemake(folder, *arguments, ok=True):
    """Run Snakemake in a folder; return all that it said. `ok` says whether it shall succeed."""
    done = subprocess.run(
        command(*arguments), cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    assert (done.returncode == 0) == ok, done.stdout
    return done.stdout


def run(folder, *config, cores=2, ok=True, wanted=None):
    """Make the smoke study, or the targets wanted of it."""
    wanted = targets() if wanted is None else wanted
    return snakemake(folder, f"-c{cores}", "--config", SMOKE, *config, "--", *wanted, ok=ok)


def planned(folder, *config, wanted=None, page=False):
    """Return the jobs that a run would do, as `rule key=value ...` without the study; those of the page where asked."""
    wanted = targets() if wanted is None else wanted
    said = snakemake(folder, "-n", "-c1", "--config", SMOKE, *config, "--", *wanted)
    found = {describe(rule, block) for rule, block in JOB.findall(said) if rule not in ({"all"} if page else REPORT)}
    assert found or "Nothing to be done" in said or REPORT & {rule for rule, _ in JOB.findall(said)}, said
    return found


def describe(rule, block):
    """Return a job of a dry run as one short string."""
    line = re.search(r"^    wildcards: (.*)$", block, re.MULTILINE)
    wildcards = [pair for pair in (line[1].split(", ") if line else []) if not pair.startswith("study=")]
    return " ".join([rule, *wildcards])


def edit(path, old, new):
    """Replace a text that stands in a file once."""
    text = path.read_text()
    assert text.count(old) == 1, f"{path}: {old!r} stands there {text.count(old)} times"
    path.write_text(text.replace(old, new))


def override(folder, **sections):
    """Write sections into the file of the study smoke of a copy."""
    file = folder / "studies" / "smoke.yaml"
    study = yaml.safe_load(file.read_text())
    for section, values in sections.items():
        study[section] = {**study.get(section, {}), **values}
    file.write_text(yaml.safe_dump(study, sort_keys=False))
    return folder
