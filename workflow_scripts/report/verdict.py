"""The verdict in words: which sky is closest, by which metric, inside or outside the null."""

from workflow_scripts.report.tables import fixed, larger_is_worse, standing, words

MEANING = {
    "inside": "inside the null, so this metric, with this number of fields, sees no difference from real",
    "outside": "outside the null, so by this metric it can be told from real",
}


def say_verdict(rows, metrics, scorers, of_copies=()):
    """Return the verdict as sentences.

    Parameters
    ----------
    rows : list of dict
        The leaderboard.
    metrics, scorers : list of str
        In order; of the scorers those alone whose word means something.
    of_copies : sequence of str
        Of the metrics those that look for copies of the training images.
    """
    skies = [row for row in rows if row["kind"] == "generated"]
    if not skies:
        return ["This study generates no sky; there is nothing to judge."]
    sentences = [say_sky(sky, metrics) for sky in skies] + [say_metric(skies, metric) for metric in metrics]
    train = next((row for row in rows if row["sample"] == "real_train"), None)
    if train:
        sentences += say_real(train, [metric for metric in metrics if metric not in of_copies])
        sentences += say_copies(train, [metric for metric in metrics if metric in of_copies])
    return sentences + [say_score(rows, skies, scorer) for scorer in scorers]


def say_sky(sky, metrics):
    """Say by how many metrics one sky can be told from real."""
    measured = [metric for metric in metrics if sky[f"{metric}_low"]]
    told = sum(standing(sky, metric) == "outside" for metric in measured)
    open_ones = sum(standing(sky, metric) == "undecided" for metric in measured)
    rest = f", {open_ones} undecided" if open_ones else ""
    return f"{words(sky['sample']).capitalize()}: told from real by {told} of {len(measured)} metrics{rest}."


def say_metric(skies, metric):
    """Say which sky is closest to the real test fields by one metric."""
    measured = [row for row in skies if row[f"{metric}_low"]]
    if not measured:
        reason = skies[0][f"{metric}_verdict"].removeprefix("not measured: ")
        return f"By {words(metric)} nothing could be measured: {reason}."
    worse = larger_is_worse(measured[0], metric)
    best = (min if worse else max)(measured, key=lambda row: float(row[metric]))
    scale = best[f"{metric}_null_high"]
    number, low, high, limit = (fixed(best[f"{metric}{end}"], scale) for end in ("", "_low", "_high", "_null_high"))
    closest = "closest" if len(skies) > 1 else "the only sky"
    return (
        f"By {words(metric)}, {words(best['sample'])} is {closest} ({number}, 95 % interval {low} to {high}; 95 % of "
        f"real against real stay {'below' if worse else 'above'} {limit}): {meaning(best, metric)}."
    )


def meaning(row, metric):
    """Say what a verdict means; an undecided one says why."""
    reason = row[f"{metric}_verdict"].partition(": ")[2]
    return f"undecided, {reason}" if standing(row, metric) == "undecided" else MEANING[standing(row, metric)]


def say_score(rows, skies, scorer):
    """Say which sky a scorer rates best, and what it gives to real fields."""
    best = max(skies, key=lambda row: float(row[f"{scorer}_mean"]))
    real = next(row for row in rows if row["sample"] == "real_test")
    return (
        f"Of 8 points, {words(scorer)} gives {float(best[f'{scorer}_mean']):.1f} to {words(best['sample'])}, its best "
        f"sky, and {float(real[f'{scorer}_mean']):.1f} to the real test fields."
    )


def say_real(train, metrics):
    """Say whether the real training fields pass the test that the skies are put to."""
    measured = [metric for metric in metrics if train[f"{metric}_low"]]
    beyond = [words(metric) for metric in measured if is_beyond(train, metric)]
    if beyond:
        return [
            f"Mind that the real training fields lie beyond the null's 95 % point too, by {' and '.join(beyond)}: the "
            "two real parts of this data set may differ, so that part of a sky's distance can be the data's own."
        ]
    return ["The real training fields, judged in the same way, lie inside the null."] if measured else []


def is_beyond(row, metric):
    """Tell whether a sample lies beyond the null's 95 % point, corrected for the number of metrics or not."""
    said = row[f"{metric}_verdict"]
    return standing(row, metric) == "outside" or "before correction" in said or "too few null draws" in said


def say_copies(train, metrics):
    """Say whether metrics of memorisation find the training fields themselves, which are copies."""
    blind = [metric for metric in metrics if train[f"{metric}_low"] and standing(train, metric) != "outside"]
    return [
        f"Mind that {words(metric)} does not even reject the training fields themselves: with this number of fields it "
        "says nothing of the skies."
        for metric in blind
    ]
