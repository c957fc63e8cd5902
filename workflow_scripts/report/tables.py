"""Tables of the page: costs, scorers, attribute recovery, and tables written by networks."""

from workflow_scripts.attributes.known import galaxy_column
from workflow_scripts.report.names import display_name
from workflow_scripts.report.numbers import NO_BREAK, format_duration, format_price

DIFFERENCE = ("more", "more_low", "more_high")
INTERVAL = "[{:.3f}," + NO_BREAK + "{:.3f}]"


def cost_rows(rows):
    """Return the rows of the cost table for rules that ran, the total last."""
    return [
        {
            "rule": row["rule"],
            "jobs": row["jobs"],
            "time": format_duration(float(row["hours"])),
            "memory": f"{float(row['peak_memory_mb']):.0f}" if row["peak_memory_mb"] else "",
            "price": format_price(float(row["price_usd"])),
            "total": row["rule"] == "total",
        }
        for row in rows
        if row["jobs"] != "0"
    ]


def scorer_rows(rows):
    """Return the rows of the comparison of scorers."""
    return [
        {
            "scorer": display_name(row["scorer"]),
            "error": f"{{:.3f}} {INTERVAL}".format(*(float(row[key]) for key in ("mae", "mae_low", "mae_high"))),
            "difference": ""
            if row is rows[0]
            else f"{{:+.3f}} {INTERVAL}".format(*(float(row[key]) for key in DIFFERENCE)),
            **{key: f"{float(row[key]):.3f}" for key in ("bias", "mae_constant")},
            **{key: f"{100 * float(row[key]):.0f} %" for key in ("coverage", "share_outside")},
        }
        for row in rows
    ]


def recovery_rows(rows):
    """Return the rows of the table of attribute recovery."""
    numbers = ("r2", "bias", "scatter")
    return [
        {
            "model": display_name(row["model"]),
            "attribute": galaxy_column(row["attribute"]).label,
            "n": row["n"],
            **{key: f"{float(row[key]):.3f}" for key in numbers},
        }
        for row in rows
    ]


def plain_rows(rows):
    """Return the rows of any table: numbers with three decimals, together with their `_low` and `_high` columns."""
    values = [name for name in rows[0] if not name.endswith(("_low", "_high"))]
    return [{display_name(name): plain_cell(row, name) for name in values} for row in rows]


def plain_cell(row, name):
    """Return a cell of such a table: its text, and whether it is a number."""
    ends = [row[f"{name}{end}"] for end in ("", "_low", "_high") if f"{name}{end}" in row]
    try:
        value, *limits = [f"{float(one):.3f}" if "." in one or "e" in one else str(int(one)) for one in ends]
    except ValueError:
        return {"text": display_name(row[name]), "number": False}
    return {"text": f"{value} ({NO_BREAK.join([limits[0], 'to', limits[1]])})" if limits else value, "number": True}
