"""The verdict in words: by which metrics each sky is told from real, and which sky is closest."""

from workflow_scripts.report.tables import fixed, larger_is_worse, standing, words


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
    sentences = [say_sky(sky, metrics) for sky in skies]
    sentences += say_closest(skies, [metric for metric in metrics if metric not in of_copies])
    sentences += [say_unmeasured(skies, metric) for metric in metrics if not measured(skies, metric)]
    train = next((row for row in rows if row["sample"] == "real_train"), None)
    if train:
        sentences += say_real(train, [metric for metric in metrics if metric not in of_copies])
        sentences += say_copies(train, [metric for metric in metrics if metric in of_copies])
    return sentences + [say_score(rows, skies, scorer) for scorer in scorers]


def measured(rows, metric):
    """Return those samples that a metric was measured of."""
    return [row for row in rows if row[f"{metric}_low"]]


def say_sky(sky, metrics):
    """Say by which metrics one sky can be told from real."""
    by = {stand: [] for stand in ("outside", "undecided", "inside")}
    for metric in metrics:
        if measured([sky], metric):
            by[standing(sky, metric)].append(words(metric))
    number = sum(map(len, by.values()))
    told = f"told from real by {len(by['outside'])} of {number} metrics" + bracketed(by["outside"])
    rest = [
        f"{said} by {listed(by[stand])}" for stand, said in (("undecided", "undecided"), ("inside", "not")) if by[stand]
    ]
    name = words(sky["sample"])
    return "; ".join([f"{name[0].upper()}{name[1:]}: {told}", *rest]) + "."


def bracketed(names):
    """Return names in brackets, nothing where there are none."""
    return f" ({listed(names)})" if names else ""


def listed(names):
    """Return names as a list in words."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def say_closest(skies, metrics):
    """Say which of several skies is closest to the real test fields by each metric, where one alone is."""
    closest = {}
    for metric in metrics:
        known = measured(skies, metric)
        known.sort(key=lambda row: float(row[metric]), reverse=bool(known) and not larger_is_worse(known[0], metric))
        if len(known) > 1 and known[0][metric] != known[1][metric]:
            best = known[0]
            value = fixed(best[metric], best[f"{metric}_null_high"])
            closest.setdefault(best["sample"], []).append(f"{words(metric)} ({value})")
    said = [f"{words(sample)} by {listed(names)}" for sample, names in closest.items()]
    return [f"Closest to the real test fields: {'; '.join(said)}."] if said else []


def say_unmeasured(skies, metric):
    """Say why a metric was not measured."""
    reason = skies[0][f"{metric}_verdict"].removeprefix("not measured: ")
    return f"By {words(metric)} nothing could be measured: {reason}."


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
    known = [metric for metric in metrics if measured([train], metric)]
    beyond = [words(metric) for metric in known if is_beyond(train, metric)]
    if beyond:
        return [
            f"Mind that the real training fields lie beyond the null's 95 % point too, by {listed(beyond)}: the "
            "two real parts of this data set may differ, so that part of a sky's distance can be the data's own."
        ]
    unsure = [words(metric) for metric in known if standing(train, metric) == "undecided"]
    found = f"are not told from the test fields; undecided by {listed(unsure)}" if unsure else "lie inside the null"
    return [f"The real training fields, judged in the same way, {found}."] if known else []


def is_beyond(row, metric):
    """Tell whether a sample lies beyond the null's 95 % point, corrected for the number of metrics or not."""
    said = row[f"{metric}_verdict"]
    return standing(row, metric) == "outside" or "before correction" in said or "too few null draws" in said


def say_copies(train, metrics):
    """Say whether metrics of memorisation find the training fields themselves, which are copies."""
    blind = [metric for metric in metrics if measured([train], metric) and standing(train, metric) != "outside"]
    return [
        f"Mind that {words(metric)} does not even reject the training fields themselves: with this number of fields it "
        "says nothing of the skies."
        for metric in blind
    ]
