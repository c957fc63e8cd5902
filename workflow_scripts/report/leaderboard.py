"""The leaderboard of the page: a row per sample, a cell per metric and scorer."""

from workflow_scripts.judging.reasons import State
from workflow_scripts.report.names import display_name
from workflow_scripts.report.numbers import NO_BREAK, format_as, format_duration, format_price
from workflow_scripts.report.verdict_text import STATES, damage_text, explain_reason, limit_text, value_text

NOTES = {"real_test": "reference", "real_train": "training images"}


def leaderboard_rows(samples, verdicts, metrics, scorers, colour):
    """Return the rows of the leaderboard.

    Parameters
    ----------
    samples : list of dict
        Rows of `leaderboard.csv`, in their order.
    verdicts : list of Verdict
    metrics, scorers : list of str
    colour : dict of str to str

    Returns
    -------
    rows : list of dict
        `sample`, `note`, `colour`, `metrics` (cells of `verdict_cell` or `reference_cell`), `scores`.
    """
    return [
        {
            "sample": display_name(row["sample"]),
            "note": NOTES.get(row["sample"], "generated"),
            "colour": colour[row["sample"]],
            "metrics": [metric_cell(row["sample"], metric, verdicts) for metric in metrics],
            "scores": [score_cell(row, name) for name in scorers],
        }
        for row in samples
    ]


def metric_cell(sample, metric, verdicts):
    """Return the cell of one sample and one metric."""
    of_metric = [one for one in verdicts if one.metric == metric]
    if sample == "real_test":
        return reference_cell(of_metric)
    return verdict_cell(next(one for one in of_metric if one.sample == sample))


def reference_cell(verdicts):
    """Return the cell of the real test images: the median of the null distribution."""
    measured = next((one for one in verdicts if one.measured), None)
    cell = {"value": "", "interval": "", "state": "", "label": "", "reason": "no null distribution", "n_failed": 0}
    if measured:
        value = format_as(measured.null_median, measured.null_limit)
        cell |= {"value": value, "reason": "median, real against real", "n_failed": measured.n_failed_real}
    return cell


def verdict_cell(verdict):
    """Return the cell of a verdict: value, interval, state, reason and failures."""
    cell = {"value": "", "interval": "", "state": str(verdict.state), "label": STATES[verdict.state]}
    if verdict.measured:
        low, high = (format_as(end, verdict.null_limit) for end in (verdict.low, verdict.high))
        cell |= {"value": value_text(verdict), "interval": f"[{low},{NO_BREAK}{high}]"}
    return {**cell, "reason": explain_reason(verdict), "n_failed": verdict.n_failed}


def metric_heads(verdicts, metrics):
    """Return the name of every metric, and its null distribution where it was measured."""
    measured = {one.metric: one for one in verdicts if one.state is not State.NOT_MEASURED}
    return [
        {"name": display_name(name), "null": describe_null(measured[name]) if name in measured else ""}
        for name in metrics
    ]


def describe_null(verdict):
    """Return the null distribution of a metric in words."""
    median = format_as(verdict.null_median, verdict.null_limit)
    return f"real against real: median {median}, 95 % {limit_text(verdict)}"


def score_cell(row, scorer):
    """Return mean and standard deviation of the scores of one sample; those of the training images are not held out."""
    if row["sample"] == "real_train":
        return "trained on these"
    return f"{float(row[f'{scorer}_mean']):.1f} ± {float(row[f'{scorer}_sd']):.1f}"


def control_text(control):
    """Return a control in words."""
    if not control.kind:
        return display_name(control.sample)
    return f"real fields with {damage_text(control.kind, control.strength)}"


def control_rows(controls):
    """Return the rows of the controls of a network referee.

    Parameters
    ----------
    controls : judging.referee.Controls

    Returns
    -------
    rows : list of dict
        `metric`, `control` in words, `value` with its `interval`, `limit`, `recognised`, `n_blocks`.
    """
    return [
        {
            "metric": display_name(controls.metric),
            "control": control_text(one),
            "value": f"{one.value:.2f}",
            "interval": f"[{one.low:.2f},{NO_BREAK}{one.high:.2f}]",
            "limit": f"{one.limit:.1f}",
            "recognised": one.recognised,
            "n_blocks": one.n_blocks,
        }
        for one in controls.controls
    ]


def performance_rows(samples, costs):
    """Return the computing costs of each generated sample.

    Parameters
    ----------
    samples : list of dict
        Rows of `leaderboard.csv`.
    costs : dict of str to dict
        Rows of `sky_costs.csv` by sample.

    Returns
    -------
    rows : list of dict
        `sample`, network `evaluations` per image, `seconds` and `usd` per 1000 images, `training` and `training_usd`.
    """
    generated = [row for row in samples if row["kind"] == "generated"]
    return [
        {
            "sample": display_name(row["sample"]),
            "evaluations": row["evaluations"],
            **cost_cells(costs.get(row["sample"], {})),
        }
        for row in generated
    ]


def cost_cells(cost):
    """Return the cells of one sample's costs; what was not recorded stays empty."""
    hours, seconds = cost.get("training_hours"), cost.get("seconds_per_1000")
    return {
        "seconds": format_duration(float(seconds) / 3600) if seconds else "",
        "usd": format_price(float(cost["usd_per_1000"])) if seconds else "",
        "training": format_duration(float(hours)) if hours else "",
        "training_usd": format_price(float(cost["training_usd"])) if hours else "",
    }
