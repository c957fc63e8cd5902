"""What a generator is asked for: physical columns as the numbers that networks take, and back to the images' turns."""

import numpy as np

DECADE = 10.0  # positive columns that span more are taken in logarithms
ANGLE = "theta"  # degrees from the x axis towards the y axis; an axis, so 180 degrees are a full turn


def fit_conditions(columns, class_names):
    """Return how each column becomes numbers: a description that JSON can hold.

    Parameters
    ----------
    columns : dict of str to (n,) array
        Integers are classes, `theta` is an angle, other floats are numbers.
    class_names : dict of str to list of str
        Names of the classes 0, 1, ... of the columns that have them.

    Returns
    -------
    description : list of dict
        Per column `name` and `kind`; of a class its `values` and `names`, of a number `log`, `mean`, `std` and
        its range, `low` to `high`.

    Raises
    ------
    ValueError
        Where a value is not finite.
    """
    return [fit_column(name, np.asarray(values), class_names.get(name, [])) for name, values in columns.items()]


def fit_column(name, values, names):
    """Return the description of one column."""
    if values.dtype.kind in "iub":
        kinds = list(range(len(names))) if names else np.unique(values).tolist()
        return {"name": name, "kind": "class", "values": kinds, "names": names}
    if not np.isfinite(values).all():
        raise ValueError(f"condition {name}: {int((~np.isfinite(values)).sum())} values are NaN or infinite")
    if name == ANGLE:
        return {"name": name, "kind": "angle"}
    low, high = float(values.min()), float(values.max())
    log = low > 0 and high > DECADE * low
    scaled = np.log10(values) if log else values
    spread = {"mean": float(scaled.mean()), "std": float(scaled.std()) or 1.0}
    return {"name": name, "kind": "number", "log": log, "low": low, "high": high, **spread}


def n_conditions(description):
    """Return the number of numbers that a network takes."""
    return sum({"class": len(one.get("values", ())), "angle": 2, "number": 1}[one["kind"]] for one in description)


def places(description):
    """Return by name which of the numbers that a network takes are of each column."""
    ends = np.cumsum([0, *(n_conditions([one]) for one in description)]).tolist()
    return {one["name"]: range(*ends[i : i + 2]) for i, one in enumerate(description)}


def angle_columns(description):
    """Return where the cosine of each angle's double lies; its sine follows."""
    found = places(description)
    return [found[one["name"]].start for one in description if one["kind"] == "angle"]


def ranges(description):
    """Return how far each number that a network takes reaches, from the lowest of the data to the highest, (k,)."""
    parts = [[range_of(one)] * n_conditions([one]) for one in description]
    return np.array(sum(parts, []), np.float32)


def range_of(one):
    """Return the range of one column's numbers: 1 of classes, 2 of sines, that of the data of numbers."""
    if one["kind"] != "number":
        return {"class": 1.0, "angle": 2.0}[one["kind"]]
    low, high = apply_column(np.array([one["low"], one["high"]]), one)[:, 0]
    return float(high - low) or 1.0


def apply_conditions(columns, description):
    """Return columns as the numbers that networks take, (n, k) float32.

    Raises
    ------
    ValueError
        Where a column is missing, or a class is unknown.
    """
    missing = [one["name"] for one in description if one["name"] not in columns]
    if missing:
        raise ValueError(f"no column {', '.join(missing)}, which the stage is conditioned on")
    parts = [apply_column(np.asarray(columns[one["name"]]), one) for one in description]
    return np.concatenate(parts, axis=1).astype(np.float32)


def apply_column(values, one):
    """Return one column as (n, k): one-hot, or cosine and sine of an angle's double, or a standardised number."""
    if one["kind"] == "class":
        return one_hot(values, one)
    if one["kind"] == "angle":
        double = 2 * np.deg2rad(values.astype(float))
        return np.stack([np.cos(double), np.sin(double)], axis=1)
    scaled = np.log10(np.maximum(values, np.finfo(float).tiny)) if one["log"] else values
    return ((scaled - one["mean"]) / one["std"])[:, None]


def one_hot(values, one):
    """Return classes, given by value or by name, as one-hot rows."""
    known = np.array(one["names"] if values.dtype.kind in "US" else one["values"])
    lost = sorted(set(values.tolist()) - set(known.tolist()))
    if lost:
        raise ValueError(f"condition {one['name']}: no class {lost[0]!r}; known: {', '.join(map(str, known))}")
    return (values[:, None] == known).astype(np.float32)
