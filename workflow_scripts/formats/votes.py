"""Votes of Galaxy Zoo 2 (Willett et al. 2013, Hart et al. 2016): read, checked and converted to classes."""

import numpy as np

from workflow_scripts.formats.tables import open_rows

CLASSES = ("spiral", "elliptical", "merger", "edge_on")
UNCLASSIFIED = ""
ANSWERS = {
    "smooth": "t01_smooth_or_features_a01_smooth",
    "features": "t01_smooth_or_features_a02_features_or_disk",
    "edge_on": "t02_edgeon_a04_yes",
    "odd": "t06_odd_a14_yes",
    "in_between": "t07_rounded_a17_in_between",
    "cigar": "t07_rounded_a18_cigar_shaped",
    "merger": "t08_odd_feature_a24_merger",
}
# All answers to the questions used for the classes: their counts add up to the votes at the node.
NODES = {
    "t01": (
        "smooth_or_features_a01_smooth",
        "smooth_or_features_a02_features_or_disk",
        "smooth_or_features_a03_star_or_artifact",
    ),
    "t02": ("edgeon_a04_yes", "edgeon_a05_no"),
    "t08": (
        "odd_feature_a19_ring",
        "odd_feature_a20_lens_or_arc",
        "odd_feature_a21_disturbed",
        "odd_feature_a22_irregular",
        "odd_feature_a23_other",
        "odd_feature_a24_merger",
        "odd_feature_a38_dust_lane",
    ),
}
MIN_VOTES = 10  # at a node, for classes by the tree


def read_votes(path, id_column, kind):
    """Read the votes used for classes and attributes.

    Parameters
    ----------
    path : str
        CSV, plain or gzipped.
    id_column : str
    kind : {"fraction", "weighted_fraction", "debiased"}
        Kind of the published vote fractions.

    Returns
    -------
    votes : dict
        `id (n,) str`; the fractions of `ANSWERS` (n,); `t01, t02, t08` (n,), votes at these nodes; `total_votes (n,)`.

    Raises
    ------
    ValueError
        If columns are missing, ids are not unique, or a value is not a number or out of range.
    """
    columns = {name: f"{answer}_{kind}" for name, answer in ANSWERS.items()}
    counts = {node: [f"{node}_{answer}_count" for answer in answers] for node, answers in NODES.items()}
    needed = [*columns.values(), *(name for names in counts.values() for name in names), "total_votes"]
    ids, values = read_columns(path, id_column, needed)
    check_ids(path, ids)
    for name in needed:
        high = 1 if name in columns.values() else np.inf
        check_range(path, ids, name, values[name], high)
    fractions = {name: values[column] for name, column in columns.items()}
    at_nodes = {node: sum(values[name] for name in names) for node, names in counts.items()}
    return {"id": ids, **fractions, **at_nodes, "total_votes": values["total_votes"]}


def read_columns(path, id_column, names):
    """Return the ids, and the named columns as floats, NaN for cells that are not numbers."""
    with open_rows(path) as table:
        header = next(table, [])
        missing = [name for name in (id_column, *names) if name not in header]
        if missing:
            raise ValueError(f"{path}: no column {', '.join(missing)}")
        places = [header.index(name) for name in (id_column, *names)]
        rows = [[row[place] for place in places] for row in complete_rows(path, table, header)]
    table = np.array([[number(cell) for cell in row[1:]] for row in rows], float).reshape(len(rows), len(names))
    return [row[0] for row in rows], dict(zip(names, table.T, strict=True))


def complete_rows(path, table, header):
    """Yield the rows of a table without the empty ones.

    Raises
    ------
    ValueError
        If a row has not a cell per column.
    """
    for number, row in enumerate(filter(None, table), 1):
        if len(row) != len(header):
            raise ValueError(f"{path}, row {number}: {len(row)} cells, expected {len(header)} as in the header")
        yield row


def number(cell):
    """Return a cell as a float, NaN if it is not a number."""
    try:
        return float(cell)
    except ValueError:
        return np.nan


def check_ids(path, ids):
    """Raise an error for duplicate ids."""
    seen = set()
    duplicates = [name for name in ids if name in seen or seen.add(name)]
    if duplicates:
        raise ValueError(f"{path}: {len(duplicates)} duplicate ids, the first is {duplicates[0]}")


def check_range(path, ids, name, values, high):
    """Raise an error for values that are not numbers, below 0 or above `high`."""
    wrong = ~((values >= 0) & (values <= high))
    if wrong.any():
        row = int(np.argmax(wrong))
        upper = "and 1" if high == 1 else "and infinity"
        raise ValueError(f"{path}: id {ids[row]}: {name} is {values[row]}, not between 0 {upper}")


def classify(votes, rules):
    """Return the class of each galaxy, by the first rule that applies.

    Parameters
    ----------
    votes : dict
        Return value of `read_votes`.
    rules : {"published", "tree"}
        `published`: merger > 0.4; edge-on > 0.5; smooth > 0.6 and above features; features > 0.5. A fraction
        refers to the volunteers who answered the question, often very few; `tree` also requires a majority for the
        preceding answer (odd for mergers, features for edge-on) and 10 votes at the node.

    Returns
    -------
    classes : (n,) str
        One of `CLASSES`, or empty.
    """
    tree = rules == "tree"

    def answered(node, lead=None):
        return ((votes[node] >= MIN_VOTES) & (True if lead is None else votes[lead] > 0.5)) | (not tree)

    fits = [
        (votes["merger"] > 0.4) & answered("t08", "odd"),
        (votes["edge_on"] > 0.5) & answered("t02", "features"),
        (votes["smooth"] > 0.6) & (votes["smooth"] > votes["features"]) & answered("t01"),
        (votes["features"] > 0.5) & answered("t01"),
    ]
    return np.select(fits, ["merger", "edge_on", "elliptical", "spiral"], UNCLASSIFIED)


def published_attributes(votes):
    """Return the published attributes computed from votes; none of them is physical.

    The size is the number of votes scaled to 0.3 to 1, the brightness 0.8 smooth + 0.2, the ellipticity 0.5 in-between
    + 0.9 cigar, at most 0.9. The published redshift was a random number and is omitted.
    """
    total = votes["total_votes"]
    spread = np.ptp(total) or 1.0
    return {
        "size": 0.3 + 0.7 * (total - total.min()) / spread,
        "brightness": 0.2 + 0.8 * votes["smooth"],
        "ellipticity": np.clip(0.5 * votes["in_between"] + 0.9 * votes["cigar"], 0, 0.9),
    }
