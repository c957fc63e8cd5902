"""Requested and measured attributes from a catalogue of generated galaxies."""

import numpy as np

from workflow_scripts.attributes.known import CLASS
from workflow_scripts.attributes.recovery import RECOVERED, Recovery
from workflow_scripts.formats.catalogues import read_catalogue

MERGER = "merger"  # ASSUME: images of the class of this name contain two galaxies


def read_recovery(path):
    """Return the `Recovery` of the galaxies in a catalogue of `catalogue_stamps`."""
    table = read_catalogue(path)
    return Recovery(
        requested=columns_of(table, "requested"),
        measured=columns_of(table, "measured"),
        merger=np.asarray(table[CLASS.name]) == MERGER,
    )


def columns_of(table, role):
    """Return the columns of one role, `requested` or `measured`, by the name of their attribute."""
    names = {attribute.name: attribute.prefixed(role).name for attribute in RECOVERED}
    return {name: np.asarray(table[column], float) for name, column in names.items() if column in table.colnames}
