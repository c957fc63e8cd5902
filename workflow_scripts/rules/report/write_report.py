"""Rule write_report: the report page of a study."""

from workflow_scripts.formats.atomic import read_json, write_text
from workflow_scripts.formats.product_names import by_folder, by_stem
from workflow_scripts.formats.stacks import open_stack
from workflow_scripts.formats.tables import read_csv
from workflow_scripts.judging.referee import read_controls
from workflow_scripts.judging.verdict import read_verdicts
from workflow_scripts.report.deblender_tables import deblender_table
from workflow_scripts.report.injections import injection_row
from workflow_scripts.report.leaderboard import control_rows, leaderboard_rows, metric_heads, performance_rows
from workflow_scripts.report.names import display_name
from workflow_scripts.report.numbers import format_interval, format_size
from workflow_scripts.report.page import as_yaml, embed, render, versions
from workflow_scripts.report.quiz import describe_quiz, read_quiz
from workflow_scripts.report.style import colours
from workflow_scripts.report.summary import summarise
from workflow_scripts.report.tables import cost_rows, plain_rows, recovery_rows, scorer_rows
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.settings.report import WriteReport

SUBTITLES = {
    "galaxies": "Skyloom: conditional generation of galaxies, and the recovery of the requested attributes.",
    "leaderboard": "Skyloom: generated skies compared with real ones.",
    "deblenders": "Skyloom: comparison of deblenders.",
    "injections": "Skyloom: sources injected into an exposure, and how many are detected.",
    "blends": "Skyloom: blended galaxies with known noise and truth.",
    "scorers": "Skyloom: comparison of realism scorers.",
}


def write_report(
    *,
    templates,
    captions,
    figures,
    verdicts,
    leaderboard,
    controls,
    quiz,
    costs,
    sky_costs,
    manifest,
    images,
    scorer_reports,
    scorer_table,
    recovery,
    tables,
    products,
    baselines,
    deblended,
    completeness,
    limits,
    page,
    options: WriteReport,
    seed,
):
    """Write one HTML file with the generated samples, the verdicts on them, the costs and the provenance.

    Parameters
    ----------
    templates : list of str
        Jinja templates in one folder: that of the page, and those of its sections.
    captions, figures : list of str
        RST (plain text) and PNG of each figure.
    verdicts, leaderboard, scorer_table, recovery : list of str
        Outputs of `rank_skies` (two), `compare_scorers` and `measure_recovery`; empty where the page has no such
        section.
    controls : list of str
        Output of `check_referee` for every metric that reads a network referee.
    quiz : list of str
        Output of `draw_quiz` beside its figure; empty if the page has no quiz.
    costs, sky_costs, manifest : str
        Outputs of `tabulate_costs` (two) and `fetch_dataset`.
    images : str
        Stack of real images, for their unit and zero point.
    scorer_reports : list of str
        Output of `train_scorer` for every scorer.
    tables : list of str
        Tests of generated galaxies by networks: a CSV per name in `options.tables`.
    products : list of str
        Not read: further products of the study, inputs so that they are made.
    baselines : list of str
        Output of `deblend_blends` for every set of blends.
    deblended : list of str
        Output of `compare_deblenders` for every set of blends; empty without deblenders.
    completeness, limits : list of str
        Outputs of `measure_completeness` for every injection.
    page : str
        HTML written.
    options : settings.report.WriteReport
    """
    data, costs_of_skies = read_json(manifest), {row["sky"]: row for row in read_csv(sky_costs)}
    errors = {name: scorer_error(name, path) for name, path in by_folder(scorer_reports, options.scorers).items()}
    content = {
        "study": options.name,
        "sections": options.sections,
        "subtitle": next((text for section, text in SUBTITLES.items() if section in options.sections), "Skyloom"),
        "figures": embed(figures, captions),
        **ranking(verdicts, leaderboard, errors, costs_of_skies, options),
        "controls": [row for path in controls for row in control_rows(read_controls(path))],
        "quiz": next((describe_quiz(read_quiz(path)) for path in quiz), None),
        "scorer_errors": list(errors.values()),
        "compared": [row for path in scorer_table for row in scorer_rows(read_csv(path))],
        "recovery": [row for path in recovery for row in recovery_rows(read_csv(path))],
        "tests": {name: plain_rows(read_csv(path)) for name, path in by_stem(tables, options.tables).items()},
        "baselines": [baseline_row(name, path) for name, path in by_folder(baselines, options.blends).items()],
        "deblended": deblender_tables(deblended, options.blends),
        "injections": injection_rows(completeness, limits, options.injections),
        "pixels": describe_pixels(images, data),
        "costs": cost_rows(read_csv(costs, ["rule", "jobs"])),
        "prices": options.config["costs"]["usd_per_hour"],
        "data": {**data, "files": [{**record, "size": format_size(record["bytes"])} for record in data["files"]]},
        "config": as_yaml(options.config),
        "seed": seed,
        "versions": versions(),
    }
    write_text(page, render(next(path for path in templates if path.endswith("page.html.j2")), **content))


def ranking(verdicts, leaderboard, errors, costs, options):
    """Return the content of the verdict box and of the leaderboard; nothing where the study has none."""
    if not leaderboard:
        return {"summary": []}
    found, samples = read_verdicts(verdicts[0]), read_csv(leaderboard[0], ["sample", "kind"])
    metrics, scorers = options.metrics, options.scorers
    useful = [name for name in scorers if errors[name]["useful"]]
    return {
        "summary": summarise(samples, found, useful, options.metrics_of_copies),
        "metrics": metric_heads(found, metrics),
        "scorers": list(map(display_name, scorers)),
        "leaderboard": leaderboard_rows(samples, found, metrics, scorers, colours(options.skies)),
        "performance": performance_rows(samples, costs),
    }


def scorer_error(name, path):
    """Return the error of a scorer, and whether it is below that of a constant prediction."""
    report = read_json(path)
    numbers = {key: f"{report[key]:.2f}" for key in ("mae", "mae_low", "mae_high", "mae_constant")}
    counts = {key: report[key] for key in ("n_test", "n_blocks")}
    return {"name": display_name(name), "useful": report["mae_high"] < report["mae_constant"], **numbers, **counts}


def baseline_row(name, path):
    """Return the row of a set of blends in the table of the deblending baseline."""
    summary = read_json(path)
    quantities = ("completeness", "purity", "flux_bias", "flux_scatter")
    counts = {key: summary[key] for key in ("n_blends", "n_galaxies")}
    cells = [format_interval(summary[quantity]) for quantity in quantities]
    return {"name": display_name(name), **counts, "cells": cells}


def deblender_tables(deblended, blends):
    """Return the leaderboard of deblenders of every set of blends."""
    paths = by_folder(deblended, blends) if deblended else {}
    return [deblender_table(name, read_csv(path)) for name, path in paths.items()]


def injection_rows(completeness, limits, injections):
    """Return the rows of the table of injected sources."""
    bins, found = (by_folder(paths, injections) for paths in (completeness, limits))
    return [injection_row(name, read_csv(bins[name]), read_json(found[name])) for name in injections]


def describe_pixels(images, manifest):
    """Return unit, size and number of the images, and the notes on their photometry."""
    with open_stack(images) as stack:
        about, (n, height, width) = stack.photometry, stack["image"].shape[:3]
    notes = "; ".join(dict.fromkeys(record["note"] for record in manifest["files"] if "note" in record))
    known = {key: getattr(about, key) for key in ("unit", "zeropoint_ab", "pixel_scale_arcsec")}
    return {**known, "n": n, "height": height, "width": width, "notes": notes}


if "snakemake" in globals():
    run_rule(write_report, snakemake)
