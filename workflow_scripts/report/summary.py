"""The verdict box of the page: how good the best sample is, and what still distinguishes the samples from real ones."""

from workflow_scripts.judging.reasons import Reason, State
from workflow_scripts.report.names import display_name, enumerate_names
from workflow_scripts.report.verdict_text import explain_failure, explain_reason, limit_text, value_text

POWER_KNOWN = True
INSIDE = {  # by whether the power is known
    POWER_KNOWN: "no difference from real images by {}",
    not POWER_KNOWN: "no significant difference by {}, whose power is unknown",
}
ALL = {1: "the only metric is", 2: "both metrics are"}  # by the number of metrics


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
    sentences = [headline(skies)] if skies else ["No metric is part of this study."]
    sentences += [describe_sample(sky) for sky in skies[1:] if is_measured(sky)]
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


def is_measured(verdicts):
    """Return whether any of the verdicts rests on a measurement."""
    return any(one.measured for one in verdicts)


def headline(skies):
    """Return how good the best sample is, and which metrics still distinguish it from real images.

    Parameters
    ----------
    skies : list of list of Verdict
        Of each generated sample, the best one first.
    """
    if len(skies) > 1 and not any(map(is_measured, skies)):
        return "No generated sample could be compared with real images by any metric."
    verdicts = skies[0]
    sample = f"{'best ' if len(skies) > 1 else ''}generated sample, {display_name(verdicts[0].sample)},"
    if not is_measured(verdicts):
        return f"The {sample} could not be compared with real images by any metric."
    failed, measured = in_state(verdicts, State.NOT_MEASURED), [one for one in verdicts if one.measured]
    parts = [*describe_measured(sample, measured), *([f"not measured: {metric_names(failed)}"] if failed else [])]
    return "; ".join(parts) + "."


def describe_measured(sample, verdicts):
    """Return the parts of the headline: different, no difference, undecided; each metric is counted once."""
    outside, undecided = in_state(verdicts, State.OUTSIDE), in_state(verdicts, State.UNDECIDED)
    inside, n, reasons = without_difference(verdicts), len(verdicts), name_with_reasons(undecided)
    if outside:
        found = enumerate_names([f"{display_name(one.metric)} ({describe_excess(one)})" for one in outside])
        head = f"The {sample} can still be distinguished from real images by {len(outside)} of {n} metrics: {found}"
        return [head, *([f"undecided: {metric_names(undecided)}"] if undecided else [])]
    if len(undecided) == n:
        return [f"For the {sample} {ALL.get(n, f'all {n} metrics are')} undecided: {reasons}"]
    if len(inside[POWER_KNOWN]) == n:
        return [f"The {sample} cannot be distinguished from real images by any of {n} metrics"]
    found = [text.format(f"{len(inside[known])} of {n} metrics") for known, text in INSIDE.items() if inside[known]]
    return [f"For the {sample} there is {'; '.join(found)}", *([f"undecided: {reasons}"] if undecided else [])]


def without_difference(verdicts):
    """Return the verdicts without a significant difference, by whether the power of their metric is known."""
    inside = in_state(verdicts, State.INSIDE)
    return {known: [one for one in inside if (one.reason is not Reason.POWER_UNKNOWN) == known] for known in INSIDE}


def name_with_reasons(verdicts):
    """Return the metrics of verdicts as an enumeration, each with its reason."""
    return enumerate_names([f"{display_name(one.metric)} ({explain_reason(one)})" for one in verdicts])


def describe_excess(verdict):
    """Return a value beside the range of real images."""
    return f"{value_text(verdict)}; real images among themselves {limit_text(verdict)} in 95 % of cases"


def describe_sample(verdicts):
    """Return which metrics distinguish one sample from real images."""
    outside, undecided = in_state(verdicts, State.OUTSIDE), in_state(verdicts, State.UNDECIDED)
    measured, inside = [one for one in verdicts if one.measured], without_difference(verdicts)
    name = capitalised(display_name(verdicts[0].sample))
    head = f"{name}: different from real images by {len(outside)} of {len(measured)} metrics"
    parts = [head + (f" ({metric_names(outside)})" if outside else "")]
    parts += [f"undecided by {metric_names(undecided)}"] if undecided else []
    parts += [f"no difference by {metric_names(inside[POWER_KNOWN])}"] if inside[POWER_KNOWN] else []
    unknown = inside[not POWER_KNOWN]
    parts += [f"no significant difference, at unknown power, by {metric_names(unknown)}"] if unknown else []
    return "; ".join(parts) + "."


def capitalised(text):
    """Return text with a capital first letter, the rest as it is."""
    return text[0].upper() + text[1:]


def describe_closest(skies):
    """Return which of several samples is closest to the real test images by each metric, where a single one is."""
    closest = {}
    for metric in dict.fromkeys(one.metric for verdicts in skies for one in verdicts):
        known = [one for verdicts in skies for one in verdicts if one.metric == metric and one.measured]
        known.sort(key=lambda one: one.badness)
        if len(known) > 1 and known[0].value != known[1].value:
            closest.setdefault(known[0].sample, []).append(f"{display_name(metric)} ({value_text(known[0])})")
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
