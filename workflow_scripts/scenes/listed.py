"""Sources that a user lists: those of one field, and the marks that a list leaves open."""

import numpy as np

NEIGHBOURS = 8  # the data's sources of like flux, fainter and brighter, among which open marks are drawn


def sources_of_field(sources, field):
    """Return the listed sources of a field; a list of fewer fields begins again.

    Parameters
    ----------
    sources : dict of str to (n,) array
        As of `formats.source_lists.read_sources`.
    field : int
        Number of the field in the sky.
    """
    chosen = sources["field"] == field % (sources["field"].max() + 1)
    return {name: values[chosen] for name, values in sources.items()}


def complete_marks(sources, marks, rng):
    """Return the marks of listed sources, to ask a generator for.

    What the list leaves open is that of one of the data's sources of like flux. A generator knows no other sources than
    the data's: what the list says is brought into their range.

    Parameters
    ----------
    sources : dict of str to (n,) float
        `flux`, and others; NaN where the list says nothing.
    marks : dict of str to (m,) array
        Those of the data's sources.
    rng : numpy.random.Generator

    Returns
    -------
    asked : dict of str to (n,) array
    """
    order = np.argsort(marks["flux"], kind="stable")
    rank = np.searchsorted(marks["flux"][order], sources["flux"])
    like = order[np.clip(rank + rng.integers(-NEIGHBOURS, NEIGHBOURS + 1, len(rank)), 0, len(order) - 1)]
    asked = {name: values[like] for name, values in marks.items()}
    for name in sources.keys() & asked.keys():
        said = np.clip(sources[name], marks[name].min(), marks[name].max()) if name != "theta" else sources[name]
        asked[name] = np.where(np.isfinite(sources[name]), said, asked[name])
    return asked
