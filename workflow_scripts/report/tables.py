"""The leaderboard and the costs as cells of a page: few columns, sensible digits."""

EXPLAINED = {
    "real_test": "the reference",
    "real_train": "real fields, judged like a sky",
}


def words(name):
    """Return a name of the config as words."""
    return name.replace("_", " ")


def short(text):
    """Return a number with three digits that count, or what is not a number as it is."""
    try:
        value = float(text)
    except ValueError:
        return text
    return f"{value:.3f}" if 0.1 <= abs(value) < 100 else f"{value:.3g}"


def leaderboard_rows(rows, metrics, scorers, colour):
    """Return the rows of the leaderboard.

    Returns
    -------
    rows : list of dict
        `sample`, `note`, `colour`, `metrics` (what `metric_cell` returns), `scores`.
    """
    return [
        {
            "sample": words(row["sample"]),
            "note": EXPLAINED.get(row["sample"], "generated"),
            "colour": colour[row["sample"]],
            "metrics": [metric_cell(row, metric) for metric in metrics],
            "scores": [f"{float(row[f'{name}_mean']):.2f} ± {float(row[f'{name}_sd']):.2f}" for name in scorers],
        }
        for row in rows
    ]


def metric_cell(row, metric):
    """Return value, interval, null and verdict of one sample by one metric; `reason` where it was not measured."""
    verdict = row[f"{metric}_verdict"]
    if verdict.startswith("not measured: "):
        return {"reason": verdict.removeprefix("not measured: ")}
    null = f"null: median {short(row[f'{metric}_null_median'])}, 95 % below {short(row[f'{metric}_null_high'])}"
    if row["sample"] == "real_test":
        return {"value": short(row[metric]), "interval": "", "null": null, "verdict": "the null's median", "kind": ""}
    interval = f"[{short(row[f'{metric}_low'])}, {short(row[f'{metric}_high'])}]"
    kind = "inside" if verdict == "inside the null" else "outside"
    return {"value": short(row[metric]), "interval": interval, "null": null, "verdict": verdict, "kind": kind}


def cost_rows(rows):
    """Return the rows of the cost table of rules that ran, the total last, and the names of those without a record."""
    shown = [
        {
            "rule": words(row["rule"]),
            "jobs": row["jobs"],
            "time": duration(float(row["hours"])),
            "memory": f"{float(row['peak_memory_mb']):.0f}" if row["peak_memory_mb"] else "",
            "price": f"{float(row['price_usd']):.4f}",
            "total": row["rule"] == "total",
        }
        for row in rows
        if row["jobs"] != "0"
    ]
    return shown, [words(row["rule"]) for row in rows if row["jobs"] == "0" and row["rule"] != "total"]


def duration(hours):
    """Return a time in the unit that suits it."""
    seconds = hours * 3600
    if seconds < 90:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:.1f} min" if seconds < 5400 else f"{hours:.2f} h"


def file_size(n_bytes):
    """Return a number of bytes in the unit that suits it."""
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if n_bytes >= size:
            return f"{n_bytes / size:.1f} {unit}"
    return f"{n_bytes} bytes"
