"""Conditioning: columns of physical attributes as the input vector of a network, or maps as further planes."""

import numpy as np

from workflow_scripts.attributes.attribute import needs_logarithm
from workflow_scripts.attributes.known import galaxy_column


def fit_conditions(columns, class_names, softening=None):
    """Return how each column is encoded: a description that JSON can hold.

    Parameters
    ----------
    columns : dict of str to (n,) array
        Integers are classes, attributes of the kind `angle` angles in degrees, other floats numbers; (n, y, x, plane)
        are maps.
    class_names : dict of str to list of str
        Names of the classes 0, 1, ... of the columns that have them.
    softening : float or None
        Of the asinh stretch of maps; None: a hundredth of their largest value.

    Returns
    -------
    description : list of dict
        Per column `name` and `kind`; of a class its `values` and `names`, of a number `log`, `mean`, `std` and
        its range, `low` to `high`; of a map `planes` and `softening`.

    Raises
    ------
    ValueError
        If a value is not finite.
    """
    return [
        fit_column(name, np.asarray(values), class_names.get(name, []), softening) for name, values in columns.items()
    ]


def fit_column(name, values, names, softening=None):
    """Return the description of one column."""
    if values.ndim == 4:
        softening = float(softening or np.abs(values).max() / 100 or 1.0)
        return {"name": name, "kind": "map", "planes": values.shape[3], "softening": softening}
    if values.dtype.kind in "iub":
        kinds = list(range(len(names))) if names else np.unique(values).tolist()
        return {"name": name, "kind": "class", "values": kinds, "names": names}
    if not np.isfinite(values).all():
        raise ValueError(f"condition {name}: {int((~np.isfinite(values)).sum())} values are NaN or infinite")
    if galaxy_column(name).kind == "angle":
        return {"name": name, "kind": "angle"}
    low, high = float(values.min()), float(values.max())
    log = needs_logarithm(low, high)
    scaled = np.log10(values) if log else values
    spread = {"mean": float(scaled.mean()), "std": float(scaled.std()) or 1.0}
    return {"name": name, "kind": "number", "log": log, "low": low, "high": high, **spread}


def n_conditions(description):
    """Return the length of the conditioning vector, or the number of planes of a map."""
    return sum(map(length_of, description))


def length_of(one):
    """Return the number of elements, or planes, that encode one column."""
    if one["kind"] == "class":
        return len(one["values"])
    return one["planes"] if one["kind"] == "map" else {"angle": 2, "number": 1}[one["kind"]]


def places(description):
    """Return by name which elements of the conditioning vector encode each column."""
    ends = np.cumsum([0, *(n_conditions([one]) for one in description)]).tolist()
    return {one["name"]: range(*ends[i : i + 2]) for i, one in enumerate(description)}


def angle_columns(description):
    """Return the element that holds the cosine of each doubled angle; its sine follows."""
    found = places(description)
    return [found[one["name"]].start for one in description if one["kind"] == "angle"]


def ranges(description):
    """Return the range of every element of the conditioning vector over the data, highest less lowest, (k,)."""
    parts = [[range_of(one)] * n_conditions([one]) for one in description]
    return np.array(sum(parts, []), np.float32)


def range_of(one):
    """Return the range of one column's elements: 1 of classes, 2 of sines, that of the data of numbers."""
    if one["kind"] != "number":
        return {"class": 1.0, "angle": 2.0}[one["kind"]]
    low, high = apply_column(np.array([one["low"], one["high"]]), one)[:, 0]
    return float(high - low) or 1.0


def apply_conditions(columns, description):
    """Return columns encoded as conditioning vectors, (n, k) float32, or maps as planes (n, k, y, x).

    Raises
    ------
    ValueError
        If a column is missing, or a class is unknown.
    """
    missing = [one["name"] for one in description if one["name"] not in columns]
    if missing:
        raise ValueError(f"no column {', '.join(missing)}, which the stage is conditioned on")
    parts = [apply_column(np.asarray(columns[one["name"]]), one) for one in description]
    return np.concatenate(parts, axis=1).astype(np.float32)


def apply_column(values, one):
    """Return one column as (n, k): one-hot, or cosine and sine of a doubled angle, or a standardised number.

    A map (n, y, x, plane) is stretched, with its planes first.
    """
    if one["kind"] == "map":
        return np.moveaxis(np.arcsinh(values / one["softening"]), -1, 1)
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
    unknown = sorted(set(values.tolist()) - set(known.tolist()))
    if unknown:
        raise ValueError(f"condition {one['name']}: no class {unknown[0]!r}; known: {', '.join(map(str, known))}")
    return (values[:, None] == known).astype(np.float32)
