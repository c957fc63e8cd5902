"""A user's list of sources: those of one field, and completion of missing marks."""

import numpy as np

NEIGHBOURS = 8  # real sources of similar flux, on either side, among which missing marks are drawn


def sources_of_field(sources, field):
    """Return the listed sources of a field; a list of fewer fields is repeated.

    Parameters
    ----------
    sources : dict of str to (n,) array
        As returned by `formats.source_lists.read_sources`.
    field : int
        Number of the field in the sky.
    """
    chosen = sources["field"] == field % (sources["field"].max() + 1)
    return {name: values[chosen] for name, values in sources.items()}


def complete_marks(sources, marks, rng):
    """Return the marks of listed sources on which a generator is conditioned.

    Missing marks are those of a source of the data of similar flux. Listed marks are clipped to the range of the data,
    as a generator cannot extrapolate.

    Parameters
    ----------
    sources : dict of str to (n,) float
        `flux` and others; NaN for missing values.
    marks : dict of str to (m,) array
        Marks of the sources of the data.
    rng : numpy.random.Generator

    Returns
    -------
    requested : dict of str to (n,) array
    """
    order = np.argsort(marks["flux"], kind="stable")
    rank = np.searchsorted(marks["flux"][order], sources["flux"])
    like = order[np.clip(rank + rng.integers(-NEIGHBOURS, NEIGHBOURS + 1, len(rank)), 0, len(order) - 1)]
    requested = {name: values[like] for name, values in marks.items()}
    for name in sources.keys() & requested.keys():
        listed = np.clip(sources[name], marks[name].min(), marks[name].max()) if name != "theta" else sources[name]
        requested[name] = np.where(np.isfinite(sources[name]), listed, requested[name])
    return requested
