"""Rule write_report: the page at the end."""

from pathlib import Path

from workflow_scripts.formats.atomic import read_json, write_text
from workflow_scripts.formats.stacks import open_stack
from workflow_scripts.formats.tables import read_csv
from workflow_scripts.job.entry import run_rule
from workflow_scripts.report.page import as_yaml, embed, render, versions
from workflow_scripts.report.style import colours
from workflow_scripts.report.tables import cost_rows, file_size, interval_cell, leaderboard_rows, metric_heads, words
from workflow_scripts.report.verdict import say_verdict


def write_report(
    *,
    template,
    captions,
    figures,
    leaderboard,
    costs,
    manifest,
    fields,
    scorer_reports,
    products,
    baselines,
    page,
    options,
    seed,
):
    """Write one HTML file that shows what was made, how real it is, what it took and how it was run.

    Parameters
    ----------
    template : str
        Jinja template of the page.
    captions, figures : list of str
        RST (plain text) and PNG of each figure, in the same order.
    leaderboard, costs, manifest : str
        What `rank_skies`, `tabulate_costs` and `fetch_dataset` wrote.
    fields : str
        Stack of the real test fields: their unit and zero point.
    scorer_reports : list of str
        What `train_scorer` wrote, per scorer.
    products : list of str
        Not read: blends that asking for the report makes.
    baselines : list of str
        What `deblend_blends` wrote, per set of blends.
    page : str
        HTML written.
    options : dict
        `name` of the study; its `blends`, `metrics`, `scorers`, `skies` and `stages`; `config`, all its settings.
    """
    rows, data = read_csv(leaderboard, ["sample", "kind"]), read_json(manifest)
    spent, unrecorded = cost_rows(read_csv(costs, ["rule", "jobs"]))
    errors = [scorer_error(*pair) for pair in zip(options["scorers"], scorer_reports, strict=True)]
    trusted = [name for name, error in zip(options["scorers"], errors, strict=True) if error["useful"]]
    content = {
        "study": options["name"],
        "verdict": say_verdict(rows, options["metrics"], trusted),
        "figures": embed(figures, captions),
        "metrics": metric_heads(rows, options["metrics"]),
        "scorers": list(map(words, options["scorers"])),
        "leaderboard": leaderboard_rows(rows, options["metrics"], options["scorers"], colours(options["skies"])),
        "scorer_errors": errors,
        "baselines": [baseline_row(*pair) for pair in zip(map(words, options["blends"]), baselines, strict=True)],
        "has": {kind: bool(options[kind]) for kind in ("blends", "scorers", "stages")},
        "pixels": describe_pixels(fields, data),
        "costs": spent,
        "unrecorded": unrecorded,
        "prices": options["config"]["costs"]["usd_per_hour"],
        "data": {**data, "files": [{**record, "size": file_size(record["bytes"])} for record in data["files"]]},
        "config": as_yaml(options["config"]),
        "seed": seed,
        "versions": versions(),
    }
    write_text(page, render(Path(template).read_text(encoding="utf-8"), **content))


def scorer_error(name, path):
    """Return what the page says of a scorer's error."""
    report = read_json(path)
    numbers = {key: f"{report[key]:.2f}" for key in ("mae", "mae_low", "mae_high", "mae_constant")}
    counts = {key: report[key] for key in ("n_test", "n_fields")}
    return {"name": words(name), "useful": report["mae_high"] < report["mae_constant"], **numbers, **counts}


def baseline_row(name, path):
    """Return what the page says of the baseline deblending of a set of blends."""
    summary = read_json(path)
    quantities = ("completeness", "purity", "flux_bias", "flux_scatter")
    counts = {key: summary[key] for key in ("n_blends", "n_galaxies")}
    return {"name": name, **counts, "cells": [interval_cell(summary[quantity]) for quantity in quantities]}


def describe_pixels(fields, manifest):
    """Return unit, size and number of the test fields, and why they are not photometric where they are not."""
    with open_stack(fields) as stack:
        about, (n, height, width) = stack.attributes, stack["image"].shape[:3]
    notes = "; ".join(dict.fromkeys(record["note"] for record in manifest["files"] if "note" in record))
    known = {key: about[key] for key in ("unit", "zeropoint_ab", "pixel_scale_arcsec")}
    return {**known, "n": n, "height": height, "width": width, "notes": notes}


if "snakemake" in globals():
    run_rule(write_report, snakemake)
