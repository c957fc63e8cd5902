"""The verdict box of the page: how good the best sample is, and what still distinguishes the samples from real ones."""

from workflow_scripts.judging.reasons import State
from workflow_scripts.report.names import display_name, enumerate_names
from workflow_scripts.report.verdict_text import explain_failure, limit_text, value_text


def summarise(samples, verdicts, scorers, copy_metrics=()):
    """Return the sentences of the verdict box, the headline first.

    Parameters
    ----------
    samples : list of dict
        Rows of `leaderboard.csv`, the best generated sample first among the generated ones.
    verdicts : list of Verdict
        In the order of the metrics.
    scorers : list of str
        Those whose error is below that of a constant prediction.
    copy_metrics : sequence of str
        Metrics that look for copies of the training images.
    """
    generated = [row for row in samples if row["kind"] == "generated"]
    if not generated:
        return ["This study has no generated samples; there is nothing to compare."]
    by_sample = {row["sample"]: [one for one in verdicts if one.sample == row["sample"]] for row in samples}
    skies = [by_sample[row["sample"]] for row in generated if by_sample[row["sample"]]]
    sentences = [headline(skies[0], len(skies))] if skies else ["No metric is part of this study."]
    sentences += [describe_sample(sky) for sky in skies[1:]]
    sentences += describe_closest([[one for one in sky if one.metric not in copy_metrics] for sky in skies])
    sentences += describe_failures([one for sky in skies for one in sky])
    sentences += describe_training_images(by_sample.get("real_train", []), copy_metrics)
    return sentences + [describe_score(samples, generated, scorer) for scorer in scorers]


def in_state(verdicts, state):
    """Return the verdicts in a state."""
    return [one for one in verdicts if one.state is state]


def metric_names(verdicts):
    """Return the metrics of verdicts as an enumeration."""
    return enumerate_names([display_name(one.metric) for one in verdicts])


def headline(verdicts, n_samples):
    """Return how good the best sample is, and which metrics still distinguish it from real images."""
    measured = [one for one in verdicts if one.measured]
    best = f"The {'best ' if n_samples > 1 else ''}generated sample, {display_name(verdicts[0].sample)},"
    if not measured:
        return f"{best} could not be compared with real images by any metric."
    outside, undecided = (in_state(measured, state) for state in (State.OUTSIDE, State.UNDECIDED))
    if outside:
        found = enumerate_names([f"{display_name(one.metric)} ({describe_excess(one)})" for one in outside])
        text = (
            f"{best} can still be distinguished from real images by {len(outside)} of {len(measured)} metrics: {found}"
        )
    elif undecided:
        text = f"{best} is not distinguished from real images by any of {len(measured)} metrics"
    else:
        text = f"{best} cannot be distinguished from real images by any of {len(measured)} metrics"
    text += f"; undecided: {metric_names(undecided)}" if undecided else ""
    failed = in_state(verdicts, State.NOT_MEASURED)
    return text + (f"; not measured: {metric_names(failed)}." if failed else ".")


def describe_excess(verdict):
    """Return a value beside the range of real images."""
    return f"{value_text(verdict)}; real images among themselves {limit_text(verdict)} in 95 % of cases"


def describe_sample(verdicts):
    """Return which metrics distinguish one sample from real images."""
    outside, undecided, inside = (in_state(verdicts, state) for state in (State.OUTSIDE, State.UNDECIDED, State.INSIDE))
    n_measured = len(outside) + len(undecided) + len(inside)
    text = (
        f"{capitalised(display_name(verdicts[0].sample))}: different from real images by {len(outside)} of {n_measured}"
    )
    parts = [f"{text} metrics" + (f" ({metric_names(outside)})" if outside else "")]
    parts += [f"undecided by {metric_names(undecided)}"] if undecided else []
    parts += [f"no difference by {metric_names(inside)}"] if inside else []
    return "; ".join(parts) + "."


def capitalised(text):
    """Return text with a capital first letter, the rest as it is."""
    return text[0].upper() + text[1:]


def describe_closest(skies):
    """Return which of several samples is closest to the real test images by each metric, where a single one is."""
    closest = {}
    for verdicts in zip(*skies, strict=True):
        known = sorted((one for one in verdicts if one.measured), key=lambda one: one.badness)
        if len(known) > 1 and known[0].value != known[1].value:
            closest.setdefault(known[0].sample, []).append(f"{display_name(known[0].metric)} ({value_text(known[0])})")
    parts = [f"{display_name(sample)} by {enumerate_names(found)}" for sample, found in closest.items()]
    return [f"Closest to the real test images: {'; '.join(parts)}."] if parts else []


def describe_failures(verdicts):
    """Return which metrics could not be measured, of which samples and why."""
    failed = {}
    for one in in_state(verdicts, State.NOT_MEASURED):
        failed.setdefault((one.metric, explain_failure(one)), []).append(display_name(one.sample))
    return [
        f"Not measured: {display_name(metric)} of {enumerate_names(names)} ({why})."
        for (metric, why), names in failed.items()
    ]


def describe_training_images(verdicts, copy_metrics):
    """Return whether the real training images differ from the test images, and are recognised as copies."""
    compared = [one for one in verdicts if one.measured and one.metric not in copy_metrics]
    outside, undecided = (in_state(compared, state) for state in (State.OUTSIDE, State.UNDECIDED))
    sentences = []
    if outside:
        sentences.append(
            f"The real training images themselves differ from the real test images by {metric_names(outside)}: "
            "part of the difference of a generated sample may be a property of the data."
        )
    if undecided:
        found = metric_names(undecided)
        sentences.append(f"Whether the real training images differ from the real test images is undecided by {found}.")
    if compared and not sentences:
        sentences.append("No metric finds a difference between the real training images and the real test images.")
    blind = [one for one in verdicts if one.measured and one.metric in copy_metrics and one.state is not State.OUTSIDE]
    return sentences + [
        f"The metric {display_name(one.metric)} does not recognise the training images themselves as copies: with "
        "this number of fields it cannot exclude that a generator reproduces them."
        for one in blind
    ]


def describe_score(samples, generated, scorer):
    """Return the best mean score of the generated samples beside that of the real test images."""
    best = max(generated, key=lambda row: float(row[f"{scorer}_mean"]))
    real = next(row for row in samples if row["sample"] == "real_test")
    means = [float(row[f"{scorer}_mean"]) for row in (best, real)]
    return (
        f"On the realism scale from 0 to 8, {display_name(scorer)} rates {display_name(best['sample'])} highest of the "
        f"generated samples, {means[0]:.1f} on average, and the real test images {means[1]:.1f}."
    )
