"""Libraries of sources: a table of the stamps, their pixels, and the field between the sources, three stacks."""

import numpy as np

from workflow_scripts.formats.stacks import create_stack, open_stack

SHAPES = ("height", "width", "x", "y")
PROCESS = ("field_spread", "members", "width", "separation", "nearest", "companions", "companion_width")
PREFIX = "mark_"  # of the columns that the detection measured


def write_stamp_table(path, shapes, rates, marks, process, **about):
    """Write what is known of the stamps.

    Parameters
    ----------
    path : str
    shapes : dict of str to (n,) array
        `height, width, x, y` of each stamp.
    rates : dict of str to (n,) float
        `rate` and `radius` of each source.
    marks : dict of str to (n,) array
        Written as `mark_...`.
    process : dict of str to float
        `field_spread, members, width, separation, nearest, companions, companion_width`.
    **about
        Attributes, as of `create_stack`.
    """
    with create_stack(path, **about, **process) as writer:
        writer.append(**shapes, **rates, **{f"{PREFIX}{name}": values for name, values in marks.items()})


def read_stamp_table(path):
    """Return shapes, rates, marks and process, as `write_stamp_table` takes them."""
    with open_stack(path) as stack:
        marks = {name.removeprefix(PREFIX): stack[name][:] for name in stack.file if name.startswith(PREFIX)}
        shapes, rates = ({name: stack[name][:] for name in names} for names in (SHAPES, ("rate", "radius")))
        return shapes, rates, marks, {name: stack.attributes[name] for name in PROCESS}


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
