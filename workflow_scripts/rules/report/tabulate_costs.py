"""Rule tabulate_costs: computing costs of each rule of a study, from the benchmark files of Snakemake."""

import csv
import re
from pathlib import Path

from workflow_scripts.formats.tables import write_csv
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.settings.report import TabulateCosts

COLUMNS = ["rule", "jobs", "hours", "peak_memory_mb", "price_usd"]
SKY_COLUMNS = ["sky", "seconds_per_1000", "usd_per_1000", "training_hours", "training_usd"]


def tabulate_costs(*, leaderboard, products, figures, costs, sky_costs, folder, options: TabulateCosts):
    """Sum up wall time, memory and price per rule.

    Times are those of the last run of each job. A rule without a benchmark file gets an empty row.

    Parameters
    ----------
    leaderboard, products, figures : str, list of str, list of str
        Not read: inputs so that this rule runs after those that it counts.
    costs : str
        CSV written: `rule,jobs,hours,peak_memory_mb,price_usd`, the last row `total`.
    sky_costs : str
        CSV written: `sky, seconds_per_1000, usd_per_1000` (generated images), `training_hours, training_usd` (of all
        its stages; a stage that several samples share counts for each). Measured times differ from run to run.
    folder : str
        Benchmarks of the study; not an input, so that a missing benchmark reruns nothing.
    options : settings.report.TabulateCosts
    """
    write_csv(
        sky_costs,
        [sky_row(name, made, Path(folder), options) for name, made in options.made.items()],
        SKY_COLUMNS,
    )
    prices = options.usd_per_hour
    rows = [
        rule_row(
            rule, read_benchmarks(Path(folder) / rule, pattern), prices["gpu" if rule in options.on_gpu else "cpu"]
        )
        for rule, pattern in options.rules.items()
    ]
    write_csv(costs, [*map(as_text, rows), as_text(total(rows))], COLUMNS)


def sky_row(name, made, folder, options):
    """Return the costs of 1000 images and of the training of their stages; empty without a record."""
    rules = made["rule"], "train_stage"
    usd = {rule: options.usd_per_hour["gpu" if rule in options.on_gpu else "cpu"] for rule in rules}
    shards = read_benchmarks(folder / made["rule"], rf".*/({'|'.join(made['files'])})\.tsv")
    trained = [read_benchmarks(folder / "train_stage", rf".*/{stage}\.tsv") for stage in made["stages"]]
    row = dict.fromkeys(SKY_COLUMNS, "") | {"sky": name}
    if shards:
        seconds = sum(seconds for seconds, _ in shards) * 1000 / made["n"]
        row |= {"seconds_per_1000": f"{seconds:.1f}", "usd_per_1000": f"{seconds / 3600 * usd[made['rule']]:.6f}"}
    if all(trained):
        hours = sum(seconds for jobs in trained for seconds, _ in jobs) / 3600
        row |= {"training_hours": f"{hours:.5f}", "training_usd": f"{hours * usd['train_stage']:.6f}"}
    return row


def read_benchmarks(folder, pattern):
    """Return seconds and peak memory in MB of every job of a rule; memory is None where the job was too short."""
    jobs = []
    for path in sorted(path for path in folder.rglob("*.tsv") if re.fullmatch(pattern, path.as_posix())):
        with path.open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file, delimiter="\t"):
                jobs.append((float(row["s"]), number(row["max_rss"])))
    return jobs


def number(text):
    """Return a number, or None where Snakemake could not measure."""
    try:
        return float(text)
    except ValueError:
        return None


def rule_row(rule, jobs, usd_per_hour):
    """Return the row of one rule; numbers are None where there is no job."""
    hours = sum(seconds for seconds, _ in jobs) / 3600 if jobs else None
    memory = max((peak for _, peak in jobs if peak is not None), default=None)
    price = None if hours is None else hours * usd_per_hour
    return {"rule": rule, "jobs": len(jobs), "hours": hours, "peak_memory_mb": memory, "price_usd": price}


def total(rows):
    """Return the row of all rules together."""
    sums = {name: sum(row[name] or 0 for row in rows) for name in ("jobs", "hours", "price_usd")}
    memory = max((row["peak_memory_mb"] or 0 for row in rows), default=0)
    return {"rule": "total", "peak_memory_mb": memory, **sums}


def as_text(row):
    """Return a row as text, numbers with a fixed number of decimals."""
    digits = {"hours": "{:.5f}", "peak_memory_mb": "{:.0f}", "price_usd": "{:.6f}"}
    return row | {name: "" if row[name] is None else text.format(row[name]) for name, text in digits.items()}


if "snakemake" in globals():
    run_rule(tabulate_costs, snakemake)
