"""Sources of the user's list, to be injected into an exposure."""

import numpy as np

from workflow_scripts.formats.catalogues import read_catalogue
from workflow_scripts.formats.source_lists import read_sources
from workflow_scripts.injection.sources import on_pixels
from workflow_scripts.measuring.photometry import flux_to_magnitude

N_REPORTED = 6  # rows that a message lists


def listed_sources(path, exposure):
    """Return the sources of a list, see `injection.sources.draw_sources`; without `flux_radius` they are points.

    Raises
    ------
    ValueError
        If an id occurs twice, or a source lies outside of the exposure or on a masked pixel.
    """
    check_ids(path)
    found = read_sources(path, exposure.pixels.shape, exposure.zeropoint_ab, exposure.unit, wcs=exposure.wcs)
    masked = np.flatnonzero(on_pixels(exposure.masked, found["x"], found["y"]))
    if len(masked):
        raise ValueError(f"{path}: sources on masked pixels of {exposure.name}: rows {some(masked)}, from 0")
    shape = {"half_light_radius": found["flux_radius"], "axis_ratio": found["axis_ratio"], "theta": found["theta"]}
    known = {name: np.nan_to_num(values, nan=float(name == "axis_ratio")) for name, values in shape.items()}
    magnitude = flux_to_magnitude(found["flux"], exposure.zeropoint)
    return {"x": found["x"], "y": found["y"], "mag": magnitude, "flux": found["flux"], **known}


def check_ids(path):
    """Raise an error for a list with an id that occurs twice."""
    table = read_catalogue(path)
    if "id" in table.colnames:
        names, count = np.unique(np.asarray(table["id"]).astype(str), return_counts=True)
        if (count > 1).any():
            raise ValueError(f"{path}: ids that occur twice: {some(names[count > 1])}")


def some(values):
    """Return values as text, the first ones of many."""
    return ", ".join(map(str, values[:N_REPORTED])) + (" ..." if len(values) > N_REPORTED else "")
