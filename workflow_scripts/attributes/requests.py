"""What galaxies are asked to be: drawn from the data, completed from galaxies like them, held against their range."""

import numpy as np

CLASS, ANGLE = "class", "theta"
LIKE = 32  # galaxies of the data, the nearest in what is asked, that the rest of a request is drawn from
MOVED = (0.02, 0.98)  # quantiles of the data between which a strip moves an attribute
DECADE = 10.0  # positive attributes that span more are compared in logarithms


def draw_requests(n, known, balance, rng):
    """Return n galaxies of the data, drawn at random with replacement.

    Parameters
    ----------
    n : int
    known : dict of str to (m,) array
        Columns of the data: `class` (text) and numbers.
    balance : bool
        As many of each class.
    rng : numpy.random.Generator
    """
    m = len(next(iter(known.values())))
    if not balance or CLASS not in known:
        return take(known, rng.integers(m, size=n))
    classes = np.unique(known[CLASS])
    return take(
        known, np.array([rng.choice(np.flatnonzero(known[CLASS] == classes[k % len(classes)])) for k in range(n)])
    )


def take(columns, rows):
    """Return some rows of every column."""
    return {name: values[rows] for name, values in columns.items()}


def complete_requests(asked, known, rng):
    """Return requests with nothing left open: the rest is that of a galaxy of the data like the one that is asked for.

    Parameters
    ----------
    asked : dict of str to (n,) array
        Text, empty where it does not matter, or numbers, NaN where it does not matter; columns may be missing.
    known : dict of str to (m,) array
        Columns of the data.
    rng : numpy.random.Generator

    Raises
    ------
    ValueError
        Where a class is unknown.
    """
    n, m = (len(next(iter(columns.values()))) for columns in (asked, known))
    check_classes(asked, known)
    numbers = [name for name in known if name not in (CLASS, ANGLE) and name in asked]
    places = {name: standardised(known[name], known[name]) for name in numbers}
    wanted = {name: standardised(asked[name], known[name]) for name in numbers}
    rows = np.empty(n, int)
    for k in range(n):
        distance = sum((np.nan_to_num(places[name] - wanted[name][k]) ** 2 for name in numbers), np.zeros(m))
        if CLASS in asked and asked[CLASS][k]:
            distance = np.where(known[CLASS] == asked[CLASS][k], distance, np.inf)
        rows[k] = draw_near(distance, rng)
    drawn = take(known, rows)
    return {name: filled(asked[name], drawn[name]) if name in asked else drawn[name] for name in known}


def draw_near(distance, rng):
    """Return one of the nearest rows, at random; of all rows where none is nearer than another."""
    candidates = np.flatnonzero(np.isfinite(distance))
    if np.ptp(distance[candidates]) > 0:
        candidates = candidates[np.argsort(distance[candidates], kind="stable")[:LIKE]]
    return rng.choice(candidates)


def filled(asked, drawn):
    """Return a column with its open cells filled."""
    opened = np.isnan(asked) if asked.dtype.kind == "f" else asked == ""
    return np.where(opened, drawn, asked)


def standardised(values, data):
    """Return values in deviations of the data, of its logarithm where it spans more than a decade."""
    if data.min() > 0 and data.max() > DECADE * data.min():
        values, data = np.log(np.maximum(values, data.min() / DECADE)), np.log(data)
    return (values - data.mean()) / (data.std() or 1.0)


def check_classes(asked, known):
    """Refuse classes that the data does not have."""
    classes = sorted(set(known.get(CLASS, ())))
    for row, name in enumerate(asked.get(CLASS, ())):
        if name and name not in classes:
            raise ValueError(f"request {row + 1}: no class {str(name)!r}; known: {', '.join(classes)}")


def beyond_data(asked, known):
    """Tell which attributes no galaxy of the class in the data reaches.

    Parameters
    ----------
    asked : dict of str to (n,) array
        Complete requests.
    known : dict of str to (m,) array
        Columns of the data.

    Returns
    -------
    beyond : dict of str to (n,) bool
        Per attribute; an angle reaches everything.
    """
    names = [name for name in known if name not in (CLASS, ANGLE)]
    n = len(next(iter(asked.values())))
    beyond = {name: np.zeros(n, bool) for name in names}
    for kind in np.unique(asked[CLASS]) if CLASS in asked else [None]:
        rows, data = (
            (np.full(n, True), known) if kind is None else (asked[CLASS] == kind, take(known, known[CLASS] == kind))
        )
        for name in names:
            wanted = asked[name]
            beyond[name] |= rows & ((wanted < data[name].min()) | (wanted > data[name].max()))
    return beyond


def strips(steps, known):
    """Return requests that move one attribute at a time through the range of the data, all else at its median.

    Returns
    -------
    asked : dict of str to (steps * k,) array
        Step by step, in each the same k strips: every class with every attribute; `theta` moves by half a turn.
    moved : (steps * k,) array of str
        The attribute that a strip moves.
    """
    classes = np.unique(known[CLASS]) if CLASS in known else [None]
    numbers = [name for name in known if name != CLASS]
    plan = [(kind, name) for kind in classes for name in numbers]
    rows = [strip_row(kind, name, step / max(steps - 1, 1), known) for step in range(steps) for kind, name in plan]
    asked = {name: np.array([row[name] for row in rows]) for name in known}
    return asked, np.array([name for _ in range(steps) for _, name in plan])


def strip_row(kind, moved, share, known):
    """Return one request of a strip: `share` from 0 to 1 says how far its attribute has moved."""
    data = known if kind is None else take(known, known[CLASS] == kind)
    row = {name: np.median(values) for name, values in data.items() if name not in (CLASS, ANGLE)}
    row |= {} if kind is None else {CLASS: kind}
    row |= {ANGLE: 30.0} if ANGLE in known else {}
    if moved == ANGLE:
        return {**row, ANGLE: 180.0 * share - 90.0}
    low, high = np.quantile(data[moved], MOVED)
    logarithmic = low > 0 and high > DECADE * low
    value = low * (high / low) ** share if logarithmic else low + share * (high - low)
    return {**row, moved: value}
