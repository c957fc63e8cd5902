"""A user's list of the sources of a sky (ECSV, CSV or FITS): read, checked and converted to the units of a sky."""

import numpy as np
from astropy import units
from astropy.coordinates import SkyCoord

from workflow_scripts.attributes.known import KNOWN
from workflow_scripts.formats.catalogues import read_catalogue

TOLERANCE = 0.01  # of the difference between a listed axis ratio and that of a listed ellipticity
N_REPORTED = 12  # rows of a kind that a message lists
OPTIONAL = ("flux_radius", "axis_ratio", "theta")
UNITS = {name: units.Unit(KNOWN[name].unit) for name in ("theta", "x", "y", "flux_radius")}


def read_sources(path, shape, zeropoint_ab=None, unit="", n_fields=None, wcs=None):
    """Read the sources of a sky.

    Parameters
    ----------
    path : str or Path
        Columns `x, y` (pixel, first pixel 0) and `flux`, or `mag`; optionally `flux_radius` (pixel), `axis_ratio` or
        `ellipticity`, `theta` (degrees from x towards y, unless the column has another unit) and `field` (from 0).
    shape : (y, x)
        Size of a field, pixel.
    zeropoint_ab : float or None
        Zero point of the magnitudes.
    unit : str
        Unit of the fluxes of the sky, empty if it is unknown.
    n_fields : int or None
        Number of fields of the sky.
    wcs : astropy.wcs.WCS or None
        By which `ra, dec` (deg, ICRS) become `x, y` of a list without them.

    Returns
    -------
    sources : dict of str to (n,) float64
        `x, y, flux, flux_radius, axis_ratio, theta` (degrees), and `field` (int); NaN if a column is missing.

    Raises
    ------
    ValueError
        If columns are missing or rows are invalid; the message lists them.
    """
    table = read_catalogue(path)
    if wcs is not None and {"ra", "dec"} <= set(table.colnames) and "x" not in table.colnames:
        place = SkyCoord(*(column(table, name, path, units.deg) for name in ("ra", "dec")), unit="deg")
        table["x"], table["y"] = wcs.world_to_pixel(place)
    missing = [name for name in ("x", "y") if name not in table.colnames]
    if missing or not {"flux", "mag"} & set(table.colnames):
        lost = ", ".join([*missing, *([] if {"flux", "mag"} & set(table.colnames) else ["flux or mag"])])
        raise ValueError(f"{path}: no column {lost}; it has {', '.join(table.colnames)}")
    if not len(table):
        raise ValueError(f"{path}: the list has no rows")
    sources = {name: column(table, name, path) for name in ("x", "y")}
    sources["flux"] = fluxes(table, zeropoint_ab, unit, path)
    sources |= {name: column(table, name, path) for name in OPTIONAL if name in table.colnames}
    if "axis_ratio" not in sources and "ellipticity" in table.colnames:
        sources["axis_ratio"] = 1.0 - column(table, "ellipticity", path)
    fields = column(table, "field", path) if "field" in table.colnames else np.zeros(len(table))
    faults = faults_of(sources, fields, shape, n_fields or np.inf) + contradictions(table, sources, path)
    if faults:
        raise ValueError(f"{path}: {'; '.join(faults)} (rows count from 0)")
    unknown = {name: np.full(len(table), np.nan) for name in OPTIONAL if name not in sources}
    return {**sources, **unknown, "field": fields.astype(int)}


def column(table, name, path, target=None):
    """Return a column as float64, converted to the target unit or else to that of `UNITS`; NaN for masked values."""
    values = np.ma.asarray(table[name])
    if values.dtype.kind not in "biuf" or values.ndim != 1:
        raise ValueError(f"{path}: column {name} is not numeric")
    values = np.asarray(np.ma.filled(values.astype(np.float64), np.nan))
    unit, target = table[name].unit, target or UNITS.get(name)
    if unit is None or target is None or str(unit) == str(target):  # FITS does not define all units, e.g. DN
        return values
    try:
        return (values * unit).to_value(target)
    except (units.UnitConversionError, ValueError, TypeError):
        raise ValueError(f"{path}: column {name} is in {unit}; expected {target}") from None


def fluxes(table, zeropoint_ab, unit, path):
    """Return the fluxes, converted from magnitudes if there is no column of fluxes."""
    if "flux" in table.colnames:
        return column(table, "flux", path, units.Unit(unit, parse_strict="silent") if unit else None)
    if zeropoint_ab is None:
        raise ValueError(f"{path}: magnitudes, but the data set has no zero point: give a column flux")
    return 10 ** (-0.4 * (column(table, "mag", path) - zeropoint_ab))


def contradictions(table, sources, path):
    """Return a message for rows whose axis ratio and ellipticity disagree."""
    if not {"axis_ratio", "ellipticity"} <= set(table.colnames):
        return []
    apart = np.abs(sources["axis_ratio"] - (1.0 - column(table, "ellipticity", path))) > TOLERANCE
    return [listed("axis_ratio is not 1 - ellipticity", np.flatnonzero(apart), sources)] if apart.any() else []


def faults_of(sources, fields, shape, n_fields):
    """Return the faults of the sources, a message per kind with its rows."""
    x, y = sources["x"], sources["y"]
    finite = np.isfinite([*sources.values(), fields]).all(axis=0)
    # a pixel extends half a pixel to either side of its centre
    inside = (x >= -0.5) & (x < shape[1] - 0.5) & (y >= -0.5) & (y < shape[0] - 0.5)
    ratio, radius = sources.get("axis_ratio", 1.0), sources.get("flux_radius", 1.0)
    kinds = {
        "values missing or not finite": ~finite,
        f"positions outside the field of {shape[1]}x{shape[0]} px": finite & ~inside,
        "fluxes not above 0": finite & (sources["flux"] <= 0),
        "flux_radius not above 0": finite & (radius <= 0),
        "axis_ratio not in (0, 1]": finite & ~((ratio > 0) & (ratio <= 1)),
        "field not a number from 0": finite & ((fields < 0) | (fields % 1 != 0)),
        f"field beyond generation.n_fields: {n_fields}": finite & (fields >= n_fields),
    }
    return [listed(kind, np.flatnonzero(wrong), sources) for kind, wrong in kinds.items() if wrong.any()]


def listed(kind, rows, sources):
    """Return a kind of fault with its rows and their positions."""
    first = ", ".join(f"{row} (x={sources['x'][row]:g}, y={sources['y'][row]:g})" for row in rows[:N_REPORTED])
    more = f" and {len(rows) - N_REPORTED} more" if len(rows) > N_REPORTED else ""
    return f"{kind} ({len(rows)}): row {first}{more}"
