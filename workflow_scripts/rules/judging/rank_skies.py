"""Rule rank_skies: the leaderboard, one row per sample, best first."""

import numpy as np

from workflow_scripts.formats.atomic import read_json
from workflow_scripts.formats.stacks import open_stack
from workflow_scripts.formats.tables import read_csv, write_csv
from workflow_scripts.judging.power import smallest_found
from workflow_scripts.judging.verdict import holm, verdict
from workflow_scripts.runtime.entry import run_rule

MOSTLY = 0.9  # of the exchanges: as many equal ones leave no place for a small p that is not chance


def rank_skies(*, comparisons, scores, powers, generated, leaderboard, options):
    """Put all comparisons and scores into one table.

    Parameters
    ----------
    comparisons : list of str
        What `compare_samples` wrote, sample by sample in the order of `options["samples"]`, metric by metric.
    scores : list of str
        What `score_images` wrote, for `real_test` and then sample by sample, scorer by scorer.
    powers : list of str
        What `measure_power` wrote, metric by metric of `options["with_power"]`.
    generated : list of str
        Stacks of the generated samples, in order.
    leaderboard : str
        CSV written: `evaluations` of networks per generated image; per metric value, interval, null, `worse` (`larger`
        or `smaller` values), `finds` (the smallest damage of the realism ladder that it finds with 80 % power, mean
        over the fields; `inf`: none), `failed` (the sample's sources that could not be measured and are left out),
        corrected p and verdict; per scorer mean and deviation. The row of `real_test` has the null's median for a
        value: what a perfect sample would get.
    options : dict
        `samples`, `metrics`, `scorers`, `with_power`: names, in order.

    Raises
    ------
    ValueError
        Where a file of scores has other columns, no image, or a score that is no finite number.
    """
    known = dict(zip(options["with_power"], map(read_json, powers), strict=True))
    finds = {name: smallest_found(known.get(name, {}).get("power")) for name in options["metrics"]}
    results, tables, stacks = iter(comparisons), iter(scores), iter(generated)
    judged = {name: {metric: read_json(next(results)) for metric in options["metrics"]} for name in options["samples"]}
    rows = []
    for sample in ["real_test", *options["samples"]]:
        row = {"sample": sample, "kind": "real" if sample.startswith("real_") else "generated"}
        row["evaluations"] = "" if row["kind"] == "real" else evaluations(next(stacks))
        row |= judge(judged[sample], finds) if sample in judged else null_row(next(iter(judged.values())))
        row |= {f"{name}_finds": "" if damage is None else f"{damage:.2g}" for name, damage in finds.items()}
        for scorer in options["scorers"]:
            values = read_scores(next(tables))
            row |= {f"{scorer}_mean": f"{values.mean():.3f}", f"{scorer}_sd": f"{values.std():.3f}"}
        rows.append(row)
    rows.sort(key=lambda row: (row["kind"] != "real", badness(row, options["metrics"])))
    write_csv(leaderboard, rows)


def badness(row, metrics):
    """Return how bad a sample is by the first metric; without metrics the order stays that of the config."""
    if not metrics:
        return 0.0
    first = metrics[0]
    return float("inf") if not row[first] else float(row[first]) * (1 if row[f"{first}_worse"] == "larger" else -1)


def evaluations(path):
    """Return the evaluations of networks per generated image."""
    with open_stack(path) as stack:
        return f"{stack.attributes['evaluations_per_image']:.4g}"


def read_scores(path):
    """Return the predicted scores (n,) of a file; one clear line where there are none or one is no number."""
    lines = read_csv(path, ["Id", "Predicted"])
    if not lines:
        raise ValueError(f"{path}: no image is scored; at least 1 is needed")
    for line in lines:
        try:
            finite = np.isfinite(float(line["Predicted"]))
        except (TypeError, ValueError):
            finite = False
        if not finite:
            raise ValueError(f"{path}: the score of image {line['Id']} is {line['Predicted']!r}, not a finite number")
    return np.array([float(line["Predicted"]) for line in lines])


def judge(results, finds):
    """Return the columns of one sample's metrics, their verdicts corrected together."""
    p = {name: p_of(result) for name, result in results.items() if "value" in result}
    corrected = dict(zip(p, holm([*p.values()]), strict=True))
    row = {}
    for name, result in results.items():
        if name in corrected:
            said = verdict(p[name], corrected[name], result["p_least"], finds[name], is_beyond(result))
            words = {"p": f"{corrected[name]:.4g}", "verdict": said}
        else:
            words = {"p": "", "verdict": f"not measured: {result['reason']}"}
        row |= columns(name, result, words)
    return row


def p_of(result):
    """Return the p of a result: 1 where most exchanges of fields give what the truth gives, in an order by chance."""
    return 1.0 if result["tied"] > MOSTLY else result["p"]


def is_beyond(result):
    """Tell whether a value is worse than 95 % of the null."""
    sign = {"larger": 1, "smaller": -1}[result["worse"]]
    return sign * result["value"] > sign * result["null_high"]


def null_row(results):
    """Return the columns of the real test part: the null itself."""
    row = {}
    for name, result in results.items():
        null = {**result, "value": result["null_median"]} if "value" in result else {}
        null["n_failed"] = result.get("n_failed_real", 0)
        row |= columns(
            name, {key: null[key] for key in null.keys() - {"low", "high"}}, {"p": "", "verdict": "the null"}
        )
    return row


def columns(name, result, words):
    """Return the columns of one metric; what was not measured stays empty."""
    keys = {"": "value", "_low": "low", "_high": "high", "_null_median": "null_median", "_null_high": "null_high"}
    row = {f"{name}{end}": f"{result[key]:.4g}" if key in result else "" for end, key in keys.items()}
    row[f"{name}_worse"] = result.get("worse", "")
    return row | {f"{name}_failed": result.get("n_failed", 0), **{f"{name}_{key}": said for key, said in words.items()}}


if "snakemake" in globals():
    run_rule(rank_skies, snakemake)
