"""Requests for galaxies: drawn from the data, completed from similar galaxies, compared with the data's range."""

import numpy as np

from workflow_scripts.attributes.attribute import DECADE, needs_logarithm
from workflow_scripts.attributes.known import CLASS, THETA, galaxy_column

N_SIMILAR = 32  # galaxies of the data, nearest in the requested attributes, that the rest of a request is drawn from
STRIP_QUANTILES = (0.02, 0.98)  # of the data, between which a strip moves an attribute
STRIP_THETA = 30.0  # degrees: position angle in all strips but its own


def draw_requests(n, data, balance, rng):
    """Return the attributes of n galaxies of the data, drawn at random with replacement.

    Parameters
    ----------
    n : int
    data : dict of str to (m,) array
        Attributes of the data: `class` (text) and numbers.
    balance : bool
        Draw equally many of each class.
    rng : numpy.random.Generator
    """
    m = len(next(iter(data.values())))
    if not balance or CLASS.name not in data:
        return take(data, rng.integers(m, size=n))
    members = [np.flatnonzero(data[CLASS.name] == kind) for kind in np.unique(data[CLASS.name])]
    return take(data, np.array([rng.choice(members[k % len(members)]) for k in range(n)]))


def take(columns, rows):
    """Return some rows of every column."""
    return {name: values[rows] for name, values in columns.items()}


def numeric(columns):
    """Return the names of the attributes that have an order: neither class nor angle."""
    return [name for name in columns if galaxy_column(name).kind not in ("class", "angle")]


def complete_requests(requested, data, rng):
    """Return requests in which nothing is left open: the rest is that of a galaxy of the data similar to the request.

    Parameters
    ----------
    requested : dict of str to (n,) array
        Text, empty where it is left open, or numbers, NaN where they are; columns may be missing.
    data : dict of str to (m,) array
    rng : numpy.random.Generator

    Raises
    ------
    ValueError
        If a class is unknown, or a value lies outside the physical range of its attribute.
    """
    check_classes(requested, data)
    check_ranges(requested)
    n = len(next(iter(requested.values())))
    distances = squared_distances(requested, data, n)
    drawn = take(data, np.array([draw_near(distance, rng) for distance in distances], int))
    return {name: filled(requested[name], drawn[name]) if name in requested else drawn[name] for name in data}


def squared_distances(requested, data, n):
    """Yield the squared distance of every galaxy of the data from each request, (m,); infinite to other classes."""
    names = [name for name in numeric(data) if name in requested]
    places = {name: standardised(data[name], data[name]) for name in names}
    targets = {name: standardised(requested[name], data[name]) for name in names}
    nothing = np.zeros(len(next(iter(data.values()))))
    for k in range(n):
        distance = sum((np.nan_to_num(places[name] - targets[name][k]) ** 2 for name in names), nothing)
        kind = requested[CLASS.name][k] if CLASS.name in requested else ""
        yield np.where(data[CLASS.name] == kind, distance, np.inf) if kind else distance


def draw_near(distance, rng):
    """Return one of the nearest rows, at random; of all rows where none is nearer than another."""
    candidates = np.flatnonzero(np.isfinite(distance))
    if np.ptp(distance[candidates]) > 0:
        candidates = candidates[np.argsort(distance[candidates], kind="stable")[:N_SIMILAR]]
    return rng.choice(candidates)


def filled(requested, drawn):
    """Return a column with its open cells filled."""
    opened = np.isnan(requested) if requested.dtype.kind == "f" else requested == ""
    return np.where(opened, drawn, requested)


def standardised(values, data):
    """Return values in standard deviations of the data; in those of its logarithm where it spans over a decade."""
    if needs_logarithm(data.min(), data.max()):
        values, data = np.log(np.maximum(values, data.min() / DECADE)), np.log(data)
    return (values - data.mean()) / (data.std() or 1.0)


def check_classes(requested, data):
    """Refuse classes that the data does not have."""
    classes = sorted(set(data.get(CLASS.name, ())))
    for row, name in enumerate(requested.get(CLASS.name, ())):
        if name and name not in classes:
            raise ValueError(f"request {row + 1}: no class {str(name)!r}; known: {', '.join(classes)}")


def check_ranges(requested):
    """Refuse values outside the physical range of their attribute."""
    for name in numeric(requested):
        attribute, wrong = galaxy_column(name), galaxy_column(name).impossible(requested[name])
        if wrong.any():
            row = int(np.argmax(wrong))
            limits = f"{attribute.low:g} to {attribute.high:g}"
            raise ValueError(f"request {row + 1}: {name} {requested[name][row]:g} is not in the range {limits}")


def out_of_range(requested, data):
    """Return which requested attributes are outside the range of the data's galaxies of the same class.

    Parameters
    ----------
    requested : dict of str to (n,) array
        Complete requests.
    data : dict of str to (m,) array

    Returns
    -------
    outside : dict of str to (n,) bool
        Per attribute; an angle reaches everything.
    """
    outside = {name: np.zeros(len(next(iter(requested.values()))), bool) for name in numeric(data)}
    for rows, peers in by_class(requested, data):
        for name, flags in outside.items():
            flags |= rows & ((requested[name] < peers[name].min()) | (requested[name] > peers[name].max()))
    return outside


def by_class(requested, data):
    """Yield for every requested class which requests are of it, (n,) bool, and the data's galaxies of that class."""
    if CLASS.name not in requested:
        yield np.full(len(next(iter(requested.values()))), True), data
        return
    for kind in np.unique(requested[CLASS.name]):
        yield requested[CLASS.name] == kind, of_class(data, kind)


def of_class(data, kind):
    """Return the galaxies of one class; all where the class is None."""
    return data if kind is None else take(data, data[CLASS.name] == kind)


def strips(n_steps, data):
    """Return requests that move one attribute at a time through the range of the data, all else at its median.

    Returns
    -------
    requested : dict of str to (n_steps * k,) array
        Step by step, in each the same k strips: every class with every attribute; `theta` moves by half a turn.
    moved : (n_steps * k,) array of str
        The attribute that a strip moves.
    """
    classes = np.unique(data[CLASS.name]) if CLASS.name in data else [None]
    plan = [(kind, name) for kind in classes for name in data if name != CLASS.name]
    fractions = [step / max(n_steps - 1, 1) for step in range(n_steps)]
    rows = [strip_row(kind, name, fraction, data) for fraction in fractions for kind, name in plan]
    requested = {name: np.array([row[name] for row in rows]) for name in data}
    return requested, np.array([name for _ in fractions for _, name in plan])


def strip_row(kind, moved, fraction, data):
    """Return one request of a strip; `fraction` of its way, from 0 to 1, is how far the attribute has moved."""
    peers = of_class(data, kind)
    row = {name: np.median(peers[name]) for name in numeric(data)}
    row |= {} if kind is None else {CLASS.name: kind}
    row |= {THETA.name: STRIP_THETA} if THETA.name in data else {}
    return {**row, moved: moved_value(moved, fraction, peers)}


def moved_value(name, fraction, peers):
    """Return the value of an attribute at a fraction of the way through its range."""
    if name == THETA.name:
        return 180.0 * fraction - 90.0
    low, high = np.quantile(peers[name], STRIP_QUANTILES)
    return low * (high / low) ** fraction if needs_logarithm(low, high) else low + fraction * (high - low)
