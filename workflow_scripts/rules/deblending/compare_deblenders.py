"""Rule compare_deblenders: the performance of all deblenders on the same blends, in total and in bins."""

import numpy as np

from workflow_scripts.formats.product_names import by_folder
from workflow_scripts.formats.tables import read_csv, write_csv
from workflow_scripts.judging.deblending import (
    STATISTICS,
    Results,
    all_draws,
    bins_of,
    draw_multiplicities,
    estimate,
    rank,
    select,
    statistic_draws,
)
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.runtime.seeds import rng
from workflow_scripts.settings.deblending import CompareDeblenders

READ = ("blend", "x", "y", "snr", "blendedness", *dict.fromkeys(column for column, _ in STATISTICS.values()))
COUNTS = ("n_sources", "n_matched")
BINS = ("deblender", "by", "low", "high", "n", "statistic", "value", "value_low", "value_high")


def compare_deblenders(*, galaxies, blends, leaderboard, bins, options: CompareDeblenders, seed):
    """Compare deblenders on the blends of one set.

    Parameters
    ----------
    galaxies, blends : list of str
        Outputs of `measure_separations` for every deblender.
    leaderboard : str
        CSV written, the smallest flux error first: `deblender, n_blends, n_galaxies`, and every statistic, e.g. `iou`,
        with its 95 % bootstrap interval over blends, `iou_low`, `iou_high`, and the paired difference from the first
        deblender, `iou_more`, `iou_more_low`, `iou_more_high`; empty where undefined.
    bins : str
        CSV written, a row per deblender, bin of `blendedness` or `snr` and statistic.
    options : settings.deblending.CompareDeblenders

    Raises
    ------
    ValueError
        If the deblenders were not applied to the same galaxies.
    """
    galaxies, blends = (by_folder(paths, options.deblenders) for paths in (galaxies, blends))
    results = {name: read_results(galaxies[name], blends[name]) for name in options.deblenders}
    check_same_galaxies(results)
    n_blends = len(next(iter(results.values())).n_sources)
    multiplicities = draw_multiplicities(n_blends, options.n_bootstrap, rng(seed, "compare_deblenders"))
    draws = {name: all_draws(one, multiplicities) for name, one in results.items()}
    order = rank(draws)
    write_csv(leaderboard, [leaderboard_row(name, results[name], draws[name], draws[order[0]]) for name in order])
    rows = (row for name in order for row in bin_rows(name, results[name].galaxies, multiplicities, options))
    write_csv(bins, rows, BINS)


def read_results(galaxies, blends):
    """Return the results of a deblender."""
    rows, counts = read_csv(galaxies, READ), read_csv(blends, COUNTS)
    columns = {name: np.array([float(row[name] or "nan") for row in rows]) for name in READ}
    columns["blend"] = columns["blend"].astype(int)
    return Results(columns, *(np.array([int(row[name]) for row in counts]) for name in COUNTS))


def check_same_galaxies(results):
    """Raise an error for deblenders that were applied to different blends."""
    first = next(iter(results.values())).galaxies
    for name, one in results.items():
        if not all(np.array_equal(one.galaxies[key], first[key], equal_nan=True) for key in ("blend", "x", "y")):
            raise ValueError(f"{name} and the first deblender have different galaxies: separate the blends again")


def leaderboard_row(name, results, draws, best):
    """Return the row of a deblender, with its differences from the best one on the same bootstrap samples."""
    row = {"deblender": name, "n_blends": len(results.n_sources), "n_galaxies": len(results.galaxies["blend"])}
    for statistic, values in draws.items():
        row |= cells(statistic, estimate(values)) | cells(f"{statistic}_more", estimate(values - best[statistic]))
    return row


def bin_rows(name, measured, multiplicities, options):
    """Yield the rows of a deblender in bins of blendedness and of signal-to-noise ratio."""
    for by, edges in (("blendedness", options.blendedness_edges), ("snr", options.snr_edges)):
        for chosen, low, high in zip(bins_of(measured[by], edges), edges[:-1], edges[1:], strict=True):
            about = {"deblender": name, "by": by, "low": low, "high": high, "n": int(chosen.sum())}
            for statistic, values in statistic_draws(select(measured, chosen), multiplicities).items():
                yield {**about, "statistic": statistic, **cells("value", estimate(values))}


def cells(name, found):
    """Return the cells of an estimate; empty where it is undefined."""
    ends = {name: found.value, f"{name}_low": found.low, f"{name}_high": found.high}
    return {key: "" if np.isnan(value) else f"{value:.5g}" for key, value in ends.items()}


if "snakemake" in globals():
    run_rule(compare_deblenders, snakemake)
