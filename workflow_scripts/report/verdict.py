"""The verdict in words: which sky is closest, by which metric, inside or outside the null."""

from workflow_scripts.report.tables import short, words


def say_verdict(rows, metrics):
    """Return the verdict as sentences.

    Parameters
    ----------
    rows : list of dict
        The leaderboard.
    metrics : list of str
        In order.
    """
    skies = [row for row in rows if row["kind"] == "generated"]
    if not skies:
        return ["This study generates no sky; there is nothing to judge."]
    sentences = [say_metric(skies, metric) for metric in metrics]
    train = next((row for row in rows if row["sample"] == "real_train"), None)
    return [*sentences, *(say_real(train, metrics) if train else [])]


def say_metric(skies, metric):
    """Say which sky is closest to the real test fields by one metric."""
    measured = [row for row in skies if row[f"{metric}_low"]]
    if not measured:
        reason = skies[0][f"{metric}_verdict"].removeprefix("not measured: ")
        return f"By {words(metric)} nothing could be measured: {reason}."
    best = min(measured, key=lambda row: float(row[metric]))
    value = f"{short(best[metric])}, 95 % interval {short(best[metric + '_low'])} to {short(best[metric + '_high'])}"
    null = f"95 % of real against real stay below {short(best[metric + '_null_high'])}"
    closest = "closest" if len(skies) > 1 else "the only sky"
    inside = best[f"{metric}_verdict"] == "inside the null"
    meaning = "it cannot be told from real fields" if inside else "it can be told from real fields"
    return (
        f"By {words(metric)}, {words(best['sample'])} is {closest} ({value}; {null}): "
        f"{best[metric + '_verdict']}, so by this metric {meaning}."
    )


def say_real(train, metrics):
    """Say whether the real training fields pass the test that the skies are put to."""
    outside = [words(metric) for metric in metrics if train[f"{metric}_verdict"] == "outside the null"]
    if outside:
        return [
            f"Mind that the real training fields lie outside the null too, by {' and '.join(outside)}: the two real "
            "parts of this data set differ, so that part of a sky's distance is the data's own."
        ]
    measured = [metric for metric in metrics if train[f"{metric}_verdict"] == "inside the null"]
    return ["The real training fields, judged in the same way, lie inside the null."] if measured else []
