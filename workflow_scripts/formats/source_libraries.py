"""Libraries of sources: a table of the stamps, their pixels, and the field between the sources, three stacks."""

import numpy as np

from workflow_scripts.formats.stacks import create_stack, open_stack

SHAPES = ("height", "width", "x", "y")
RATES = ("rate", "radius")
PROCESS = ("field_spread", "members", "width", "separation", "nearest", "companions", "companion_width")
PREFIX = "mark_"  # of the columns that the detection measured


def write_stamp_table(path, stamps, pattern, **about):
    """Write the stamps without their pixels.

    Parameters
    ----------
    path : str
    stamps : measuring.source_library.StampTable
        Its marks are written as `mark_...`.
    pattern : scenes.composition.Pattern
        Of the positions.
    **about
        Attributes, as of `create_stack`.
    """
    columns = {name: getattr(stamps, name) for name in SHAPES} | {name: getattr(pattern, name) for name in RATES}
    marks = {f"{PREFIX}{name}": values for name, values in stamps.marks.items()}
    with create_stack(path, **about, **{name: float(getattr(pattern, name)) for name in PROCESS}) as writer:
        writer.append(**columns, **marks)


def read_stamp_table(path):
    """Return the shapes of stamps with their marks, the fields of a `StampTable`, and the fields of their pattern."""
    with open_stack(path) as stack:
        marks = {name.removeprefix(PREFIX): stack[name][:] for name in stack.file if name.startswith(PREFIX)}
        shapes, rates = ({name: stack[name][:] for name in names} for names in (SHAPES, RATES))
        return {**shapes, "marks": marks}, {**rates, **{name: stack.attributes[name] for name in PROCESS}}


def write_stamp_pixels(path, light, weight, **about):
    """Write the light and the weights (k,) of all stamps, one stamp after the other."""
    with create_stack(path, packed=["light", "weight"], **about) as writer:
        writer.append(light=light, weight=weight)


def read_stamp_pixels(path):
    """Return the columns `light` and `weight`."""
    with open_stack(path) as stack:
        return {name: stack[name][:] for name in ("light", "weight")}


def write_unresolved(path, unresolved, **about):
    """Write the field between the sources, a dict of arrays, as one row."""
    with create_stack(path, **about) as writer:
        writer.append(**{name: np.asarray(values)[None] for name, values in unresolved.items()})


def read_unresolved(path):
    """Return the field between the sources, a dict of arrays."""
    with open_stack(path) as stack:
        return {name: stack[name][0] for name in ("levels", "quantiles", "light", "width", "noise")}
