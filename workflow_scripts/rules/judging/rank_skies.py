"""Rule rank_skies: the verdicts on all samples, and the leaderboard, the best sample first."""

import numpy as np

from workflow_scripts.formats.product_names import by_folder, by_stem, group_by_folder
from workflow_scripts.formats.stacks import open_stack
from workflow_scripts.formats.tables import read_csv, write_csv
from workflow_scripts.judging.comparison import read_outcome
from workflow_scripts.judging.power import read_power
from workflow_scripts.judging.referee import read_controls
from workflow_scripts.judging.verdict import judge_sample, rank_samples, write_verdicts
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.settings.judging import RankSkies
from workflow_scripts.settings.kinds import REAL_SAMPLES

NUMBERS = ("low", "high", "null_median", "null_limit")


def rank_skies(*, comparisons, scores, powers, controls, generated, verdicts, leaderboard, options: RankSkies):
    """Judge all samples, and write the verdicts and the leaderboard.

    Parameters
    ----------
    comparisons : list of str
        What `compare_samples` wrote, for every sample and metric.
    scores : list of str
        What `score_images` wrote, `{scorer}/{sample}.csv`, `real_test` among the samples.
    powers : list of str
        What `measure_power` wrote, for the metrics whose power is measured.
    controls : list of str
        What `check_referee` wrote, for the metrics that read a referee.
    generated : list of str
        Stacks of the generated samples.
    verdicts : str
        CSV written, a row per sample and metric: the columns are those of `judging.verdict.Verdict`.
    leaderboard : str
        CSV written, a row per sample, real samples first, then the best generated one: `evaluations` of networks per
        generated image; per metric `{metric}`, its value, and `_low, _high, _null_median, _null_limit, _direction,
        _n_failed, _p_corrected, _state, _reason, _smallest_damage, _damage_kind` as in the verdicts; per scorer `_mean`
        and `_sd`.
        The value of `real_test` is the median of the null distribution: what a perfect sample would get.
    options : settings.judging.RankSkies

    Raises
    ------
    ValueError
        If a file of scores has other columns, no image, or a score that is not finite.
    """
    samples, metrics = options.samples, options.metrics
    found = judge_all(comparisons, smallest_damages(powers, controls), samples, metrics)
    write_verdicts(verdicts, found)
    tables = {
        name: by_stem(paths, ["real_test", *samples])
        for name, paths in group_by_folder(scores, options.scorers).items()
    }
    stacks = by_folder(generated, [name for name in samples if not is_real(name)])
    ranked = sorted(rank_samples(samples, found, metrics), key=lambda name: not is_real(name))
    rows = [
        {
            "sample": name,
            "kind": "real" if is_real(name) else "generated",
            "evaluations": "" if is_real(name) else count_evaluations(stacks[name]),
            **metric_columns(name, found, metrics),
            **score_columns({scorer: files[name] for scorer, files in tables.items()}),
        }
        for name in ["real_test", *ranked]
    ]
    write_csv(leaderboard, rows)


def is_real(sample):
    """Return whether a sample is a part of the real images."""
    return sample in REAL_SAMPLES


def smallest_damages(powers, controls):
    """Return the smallest damage that each metric detects, by a measurement of power or by controls."""
    known = [*map(read_power, powers), *map(read_controls, controls)]
    return {one.metric: one.smallest_damage for one in known}


def judge_all(comparisons, damages, samples, metrics):
    """Return the verdicts on all samples, sample by sample, metric by metric."""
    outcomes = {(one.sample, one.metric): one for one in map(read_outcome, comparisons)}
    return [
        verdict for name in samples for verdict in judge_sample([outcomes[name, metric] for metric in metrics], damages)
    ]


def metric_columns(sample, verdicts, metrics):
    """Return the columns of all metrics of one sample; the damages last, as they are the same for all samples."""
    row, damages = {}, {}
    for metric in metrics:
        of_metric = {one.sample: one for one in verdicts if one.metric == metric}
        row |= null_cells(of_metric.values(), metric) if sample == "real_test" else cells_of(of_metric[sample])
        one = next(iter(of_metric.values()))
        damages[f"{metric}_smallest_damage"] = "" if one.smallest_damage is None else f"{one.smallest_damage:.2g}"
        damages[f"{metric}_damage_kind"] = one.damage_kind or ""
    return row | damages


def cells_of(verdict):
    """Return the columns of one verdict; what was not measured stays empty."""
    metric = verdict.metric
    row = {metric: rounded(verdict.value), **{f"{metric}_{name}": rounded(getattr(verdict, name)) for name in NUMBERS}}
    row |= {f"{metric}_direction": verdict.direction or "", f"{metric}_n_failed": verdict.n_failed}
    row[f"{metric}_p_corrected"] = rounded(verdict.p_corrected)
    return row | {f"{metric}_{name}": getattr(verdict, name) for name in ("state", "reason")}


def null_cells(verdicts, metric):
    """Return the columns of one metric of the real test part: its null distribution, where it was measured."""
    verdicts = list(verdicts)
    measured = next((one for one in verdicts if one.measured), verdicts[0])
    row = dict.fromkeys(cells_of(measured), "") | {f"{metric}_n_failed": verdicts[0].n_failed_real}
    if measured.measured:
        row |= {metric: rounded(measured.null_median), f"{metric}_direction": measured.direction}
        row |= {f"{metric}_{name}": rounded(getattr(measured, name)) for name in ("null_median", "null_limit")}
    return row


def rounded(value):
    """Return a number with four digits; nothing where there is none."""
    return "" if value is None else f"{value:.4g}"


def score_columns(files):
    """Return mean and standard deviation of the scores of one sample, by scorer."""
    values = {scorer: read_scores(path) for scorer, path in files.items()}
    numbers = {"mean": np.mean, "sd": np.std}
    return {f"{name}_{key}": f"{of(one):.3f}" for name, one in values.items() for key, of in numbers.items()}


def count_evaluations(path):
    """Return the network evaluations per generated image."""
    with open_stack(path) as stack:
        return f"{stack.attributes['evaluations_per_image']:.4g}"


def read_scores(path):
    """Return the predicted scores (n,) of a file.

    Raises
    ------
    ValueError
        If it has no image, or a score that is not finite.
    """
    lines = read_csv(path, ["Id", "Predicted"])
    if not lines:
        raise ValueError(f"{path}: no image is scored; at least 1 is needed")
    for line in lines:
        if not is_finite(line["Predicted"]):
            raise ValueError(f"{path}: the score of image {line['Id']} is {line['Predicted']!r}, not a finite number")
    return np.array([float(line["Predicted"]) for line in lines])


def is_finite(text):
    """Return whether a cell holds a finite number."""
    try:
        return bool(np.isfinite(float(text)))
    except (TypeError, ValueError):
        return False


if "snakemake" in globals():
    run_rule(rank_skies, snakemake)
