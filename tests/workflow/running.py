"""Snakemake on copies of the repository: what it is run with, what it says, what it would do."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

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
    "draw_quiz",
    "draw_training",
    "tabulate_costs",
    "write_report",
}  # from everything
JOB = re.compile(r"^(?:local)?(?:rule|checkpoint) (\w+):\n((?:    .*\n)*)", re.MULTILINE)


def rule_names():
    """Return the names of all rules, as the .smk files spell them."""
    text = "".join(path.read_text() for path in sorted((ROOT / "rules").rglob("*.smk")))
    return re.findall(r"^rule (\w+):", text, re.MULTILINE)


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
    """Run Snakemake in a folder; return its output. `ok` is whether it shall succeed."""
    done = subprocess.run(
        command(*arguments), cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    assert (done.returncode == 0) == ok, done.stdout
    return done.stdout


def run(folder, *config, cores=2, ok=True, targets=None):
    """Make the smoke study, or some targets of it."""
    return snakemake(folder, f"-c{cores}", "--config", SMOKE, *config, "--", *(targets or ()), ok=ok)


def planned(folder, *config, targets=None, page=False):
    """Return the jobs that a run would do, as `rule key=value ...` without the study; `page` adds those of the page."""
    output = snakemake(folder, "-n", "-c1", "--config", SMOKE, *config, "--", *(targets or ()))
    found = {describe(rule, block) for rule, block in JOB.findall(output) if rule not in ({"all"} if page else REPORT)}
    assert found or "Nothing to be done" in output or REPORT & {rule for rule, _ in JOB.findall(output)}, output
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
