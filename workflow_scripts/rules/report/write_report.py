"""Rule write_report: the page at the end."""

from workflow_scripts.formats.atomic import read_json, write_text
from workflow_scripts.formats.stacks import open_stack
from workflow_scripts.formats.tables import read_csv
from workflow_scripts.report.page import as_yaml, embed, render, versions
from workflow_scripts.report.style import colours
from workflow_scripts.report.tables import (
    answer_rows,
    comparison_rows,
    cost_rows,
    effort_rows,
    file_size,
    interval_cell,
    leaderboard_rows,
    metric_heads,
    recovery_rows,
    words,
)
from workflow_scripts.report.verdict import say_verdict
from workflow_scripts.runtime.entry import run_rule

KICKERS = {
    "galaxies": "Skyloom: galaxies on request, and whether they are what was asked for.",
    "leaderboard": "Skyloom: real and generated skies, and how far they can be told apart.",
    "blends": "Skyloom: blended galaxies whose noise and truth are known.",
    "scorers": "Skyloom: scorers of realism, compared.",
}


def write_report(
    *,
    templates,
    captions,
    figures,
    leaderboard,
    costs,
    sky_costs,
    manifest,
    images,
    scorer_reports,
    scorer_table,
    sliders,
    tables,
    products,
    baselines,
    page,
    options,
    seed,
):
    """Write one HTML file that shows what was made, how real it is, what it took and how it was run.

    Parameters
    ----------
    templates : list of str
        Jinja templates: that of the page, and those of its sections, in the same folder.
    captions, figures : list of str
        RST (plain text) and PNG of each figure, in the same order.
    leaderboard, scorer_table, sliders : list of str
        What `rank_skies`, `compare_scorers` and `measure_sliders` wrote, or nothing where the page has no such section.
    costs, sky_costs, manifest : str
        What `tabulate_costs` (twice) and `fetch_dataset` wrote.
    images : str
        Stack of real images: their unit and zero point.
    scorer_reports : list of str
        What `train_scorer` wrote, per scorer.
    tables : list of str
        What networks say of generated galaxies: a CSV per name in `options["tables"]`.
    products : list of str
        Not read: what asking for the page makes besides.
    baselines : list of str
        What `deblend_blends` wrote, per set of blends.
    page : str
        HTML written.
    options : dict
        `name` of the study; `sections` of the page; `tables`, names; its `blends`, `metrics`, `scorers`, `skies`
        and `stages`; `config`, all its settings.
    """
    data = read_json(manifest)
    errors = [scorer_error(*pair) for pair in zip(options["scorers"], scorer_reports, strict=True)]
    content = {
        "study": options["name"],
        "sections": options["sections"],
        "kicker": next((said for section, said in KICKERS.items() if section in options["sections"]), "Skyloom"),
        "figures": embed(figures, captions),
        **ranking(leaderboard, errors, {row["sky"]: row for row in read_csv(sky_costs)}, options),
        "scorer_errors": errors,
        "compared": [row for path in scorer_table for row in comparison_rows(read_csv(path))],
        "sliders": [row for path in sliders for row in recovery_rows(read_csv(path))],
        "answers": {name: answer_rows(read_csv(path)) for name, path in zip(options["tables"], tables, strict=True)},
        "baselines": [baseline_row(*pair) for pair in zip(map(words, options["blends"]), baselines, strict=True)],
        "pixels": describe_pixels(images, data),
        **spending(costs, options["config"]["costs"]["usd_per_hour"]),
        "data": {**data, "files": [{**record, "size": file_size(record["bytes"])} for record in data["files"]]},
        "config": as_yaml(options["config"]),
        "seed": seed,
        "versions": versions(),
    }
    write_text(page, render(templates[0], **content))


def ranking(leaderboard, errors, spent, options):
    """Return what the page says of the leaderboard: nothing where the study has none."""
    if not leaderboard:
        return {"verdict": []}
    rows, metrics, scorers = read_csv(leaderboard[0], ["sample", "kind"]), options["metrics"], options["scorers"]
    trusted = [name for name, error in zip(scorers, errors, strict=True) if error["useful"]]
    return {
        "verdict": say_verdict(rows, metrics, trusted, options["metrics_of_copies"]),
        "metrics": metric_heads(rows, metrics),
        "scorers": list(map(words, scorers)),
        "leaderboard": leaderboard_rows(rows, metrics, scorers, colours(options["skies"])),
        "efforts": effort_rows(rows, spent),
    }


def spending(costs, prices):
    """Return what the page says of the costs."""
    return {"costs": cost_rows(read_csv(costs, ["rule", "jobs"])), "prices": prices}


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


def describe_pixels(images, manifest):
    """Return unit, size and number of the images, and why they are not photometric where they are not."""
    with open_stack(images) as stack:
        about, (n, height, width) = stack.attributes, stack["image"].shape[:3]
    notes = "; ".join(dict.fromkeys(record["note"] for record in manifest["files"] if "note" in record))
    known = {key: about[key] for key in ("unit", "zeropoint_ab", "pixel_scale_arcsec")}
    return {**known, "n": n, "height": height, "width": width, "notes": notes}


if "snakemake" in globals():
    run_rule(write_report, snakemake)
