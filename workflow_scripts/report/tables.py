"""The leaderboard and the costs as cells of a page: few columns, sensible digits."""

import math
from textwrap import fill

from workflow_scripts.attributes.known import galaxy_column

EXPLAINED = {
    "real_test": "the reference",
    "real_train": "what was learnt from: what a copy of it would get",
}

SAID = {"inside": "inside the null", "outside": "outside the null", "undecided": "undecided"}
WIDEST = 16  # characters beside a row of pictures
MORE = ("more", "more_low", "more_high")

CAPITALS = ("cnn", "auc", "gan", "wgan", "dcgan", "r3gan", "vae", "edm", "ddpm")
SPELT = {**{name: name.upper() for name in CAPITALS}, "xgboost": "XGBoost"}


def words(name):
    """Return a name of the config as words, abbreviations as the field spells them."""
    text = " ".join(SPELT.get(part, part) for part in name.split("_"))
    return text.replace("two sample", "two-sample")


def beside(name):
    """Return what stands beside a row of pictures of a sample: its words, in lines no longer than a picture."""
    return "real" if name == "real_test" else fill(words(name), WIDEST, break_long_words=False)


def fixed(text, scale):
    """Return a number with as many decimals as show three digits of another number, the scale."""
    decimals = 2 - math.floor(math.log10(abs(float(scale)))) if float(scale) else 3
    return f"{float(text):.{min(max(decimals, 0), 9)}f}"


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
            "scores": [score_cell(row, name) for name in scorers],
        }
        for row in rows
    ]


def effort_rows(rows, spent):
    """Return what each sky takes: evaluations of networks per image, time and price, of its training too."""
    shown = []
    for row in (row for row in rows if row["kind"] == "generated"):
        took = spent.get(row["sample"], {})
        hours, seconds = took.get("training_hours"), took.get("seconds_per_1000")
        shown.append(
            {
                "sample": words(row["sample"]),
                "evaluations": row["evaluations"],
                "seconds": duration(float(seconds) / 3600) if seconds else "",
                "usd": price(float(took["usd_per_1000"])) if seconds else "",
                "training": duration(float(hours)) if hours else "",
                "training_usd": price(float(took["training_usd"])) if hours else "",
            }
        )
    return shown


def metric_heads(rows, metrics):
    """Return the name of every metric and its null, where it was measured."""
    return [{"name": words(metric), "null": null_of(rows, metric)} for metric in metrics]


def null_of(rows, metric):
    """Return what a metric says of real against real; nothing where it was not measured."""
    found = next((row for row in rows if row[f"{metric}_null_high"]), None)
    if found is None:
        return ""
    median, high = (fixed(found[f"{metric}_null_{end}"], found[f"{metric}_null_high"]) for end in ("median", "high"))
    return f"null: median {median}, 95 % {'below' if larger_is_worse(found, metric) else 'above'} {high}"


def larger_is_worse(row, metric):
    """Tell whether larger values of a metric are worse."""
    return row[f"{metric}_worse"] == "larger"


def score_cell(row, scorer):
    """Return mean and deviation of one sample's scores; of the images that the scorer learnt on they mean nothing."""
    if row["sample"] == "real_train":
        return "learnt on these"
    return f"{float(row[f'{scorer}_mean']):.1f} ± {float(row[f'{scorer}_sd']):.1f}"


def standing(row, metric):
    """Return where the leaderboard says that a sample stands: `inside`, `outside`, or `undecided`."""
    return row[f"{metric}_verdict"].split()[0].rstrip(":")


def metric_cell(row, metric):
    """Return value, interval, verdict and failures of one sample by one metric; `reason` where it was not measured."""
    verdict = row[f"{metric}_verdict"]
    if verdict.startswith("not measured: "):
        return {"reason": verdict.removeprefix("not measured: ")}
    if not row[metric]:  # the row of real_test, where the first sample was not measured
        return {"reason": "no null"}
    scale = row[f"{metric}_null_high"]
    value, lost = fixed(row[metric], scale), {"failed": int(row[f"{metric}_failed"])}
    if row["sample"] == "real_test":
        return {"value": value, "interval": "", "verdict": "the null's median", "kind": "", **lost}
    interval = f"[{fixed(row[f'{metric}_low'], scale)}, {fixed(row[f'{metric}_high'], scale)}]"
    kind = standing(row, metric)
    said = verdict if kind == "inside" else SAID[kind]
    return {"value": value, "interval": interval, "verdict": said, "kind": kind, **lost}


def interval_cell(values):
    """Return a value with its interval, nothing where it is unknown."""
    if values[0] is None:
        return ""
    value, low, high = ("" if one is None else f"{one:.3f}" for one in values)
    return f"{value} [{low}, {high}]" if low and high else value


def cost_rows(rows):
    """Return the rows of the cost table of rules that ran, the total last."""
    return [
        {
            "rule": row["rule"],
            "jobs": row["jobs"],
            "time": duration(float(row["hours"])),
            "memory": f"{float(row['peak_memory_mb']):.0f}" if row["peak_memory_mb"] else "",
            "price": price(float(row["price_usd"])),
            "total": row["rule"] == "total",
        }
        for row in rows
        if row["jobs"] != "0"
    ]


def comparison_rows(rows):
    """Return the rows of the comparison of scorers."""
    return [
        {
            "scorer": words(row["scorer"]),
            "error": f"{float(row['mae']):.3f} [{float(row['mae_low']):.3f}, {float(row['mae_high']):.3f}]",
            "more": "" if row is rows[0] else "{:+.3f} [{:.3f}, {:.3f}]".format(*(float(row[key]) for key in MORE)),
            **{key: f"{float(row[key]):.3f}" for key in ("bias", "mae_constant")},
            **{key: f"{100 * float(row[key]):.0f} %" for key in ("coverage", "share_outside")},
        }
        for row in rows
    ]


def recovery_rows(rows):
    """Return the rows of the table of attribute recovery."""
    numbers = ("r2", "bias", "scatter")
    named = [(words(row["model"]), galaxy_column(row["attribute"]).label, row) for row in rows]
    return [
        {"model": model, "attribute": attribute, "n": row["n"], **{key: f"{float(row[key]):.3f}" for key in numbers}}
        for model, attribute, row in named
    ]


def answer_rows(rows):
    """Return the rows of a table as they stand, numbers to three digits, those with `_low` and `_high` with these."""
    values = [name for name in rows[0] if not name.endswith(("_low", "_high"))]
    return [{words(name): answer_cell(row, name) for name in values} for row in rows]


def answer_cell(row, name):
    """Return a cell of such a table: its text, and whether it is a number."""
    ends = [row[f"{name}{end}"] for end in ("", "_low", "_high") if f"{name}{end}" in row]
    try:
        value, *limits = [f"{float(one):.3f}" if "." in one or "e" in one else str(int(one)) for one in ends]
    except ValueError:
        return {"text": words(row[name]), "number": False}
    return {"text": f"{value} ({limits[0]} to {limits[1]})" if limits else value, "number": True}


def price(usd):
    """Return a price, to the cent where it is more than that."""
    if usd < 0.0001:
        return "< 0.0001"
    return f"{usd:.4f}" if usd < 0.01 else f"{usd:.2f}"


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
