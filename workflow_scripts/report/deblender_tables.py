"""The leaderboard of deblenders on the page."""

from workflow_scripts.report.names import display_name
from workflow_scripts.report.numbers import NO_BREAK

SHOWN = {  # statistic: its heading
    "flux_error": "flux error",
    "flux_error_more": "difference",
    "completeness": "completeness",
    "purity": "purity",
    "flux_bias": "flux bias",
    "colour_bias": "colour bias, mag",
    "iou": "IoU",
    "ssim": "SSIM",
}


def deblender_table(name, rows):
    """Return the leaderboard of a set of blends: `name`, `n_blends`, `n_galaxies`, `heads` and `rows`.

    Statistics that no deblender has, such as colours of one band, are left out.

    Parameters
    ----------
    rows : list of dict
        Rows of `leaderboard.csv`.
    """
    shown = {key: head for key, head in SHOWN.items() if any(row[key] for row in rows)}
    about = {key: rows[0][key] for key in ("n_blends", "n_galaxies")}
    table = [{"name": display_name(row["deblender"]), "cells": [cell(row, key) for key in shown]} for row in rows]
    table[0]["cells"][list(shown).index("flux_error_more")] = {"value": "", "interval": ""}
    return {"name": display_name(name), **about, "heads": list(shown.values()), "rows": table}


def cell(row, key):
    """Return the cell of a statistic: its value and its interval, empty where undefined."""
    value, low, high = (f"{float(row[one]):.3f}" if row[one] else "" for one in (key, f"{key}_low", f"{key}_high"))
    return {"value": value, "interval": f"[{low},{NO_BREAK}{high}]" if low and high else ""}
