"""Rule measure_sliders: attributes asked against attributes measured, with the ceiling that the measurement sets."""

import logging

import numpy as np

from workflow_scripts.attributes.recovery import SLIDERS, compare_all
from workflow_scripts.formats.catalogues import read_catalogue
from workflow_scripts.formats.product_names import by_name
from workflow_scripts.formats.stacks import open_stack
from workflow_scripts.formats.tables import write_csv
from workflow_scripts.measuring.attributes import measure_attributes
from workflow_scripts.runtime.entry import run_rule

COLUMNS = ("model", "attribute", "r2", "bias", "scatter", "n")


def measure_sliders(*, galaxies, generated, sliders, options, code):
    """Measure galaxies of known truth, which is what the measurement allows; hold generated ones against requests.

    Parameters
    ----------
    galaxies : str
        Stack of the test part, with the attributes that the data set knows.
    generated : list of str
        What `catalogue_stamps` wrote for the requests of the test part, a file per generator.
    sliders : str
        CSV written, `model, attribute, r2, bias, scatter, n`; the flux in decades, the radius in pixels. The model
        `ceiling` is real galaxies of known truth, measured in the same way; those of a generator that makes them too
        regular can be measured more exactly.
    options : dict
        `n_measured`: galaxies to measure at most; `generators`: names of the stages; `truth_is_known`: of other data
        there is no ceiling, as what is asked was measured in the same way.
    """
    rows = measure_ceiling(galaxies, options["n_measured"]) if options["truth_is_known"] else []
    for name, path in by_name(generated, options["generators"]).items():
        rows += [{"model": name, **row} for row in compare_all(*read_pairs(path))]
    for row in rows:
        logging.info("%s: %s R2 %.3f, bias %.3f, scatter %.3f, %d galaxies", *(row[name] for name in COLUMNS))
    write_csv(sliders, rows, COLUMNS)


def measure_ceiling(galaxies, n_measured):
    """Return the rows of real galaxies: what is known of them against what is measured."""
    with open_stack(galaxies) as stack:
        n, names = min(len(stack), n_measured), stack.attributes["class_names"].split(",")
        asked = {name: stack[name][:n].astype(float) for name in SLIDERS if name in stack}
        measured = measure_attributes(stack["image"][:n], stack.attributes.get("psf_fwhm") or 0.0)
        merger = np.array([name == "merger" for name in names])[stack["class"][:n]]
    return [{"model": "ceiling", **row} for row in compare_all(asked, measured, merger)]


def read_pairs(path):
    """Return what generated galaxies were asked to be, what they are, and which are mergers."""
    table = read_catalogue(path)
    asked, measured = (
        {name: np.asarray(table[f"{kind}_{name}"], float) for name in SLIDERS if f"{kind}_{name}" in table.colnames}
        for kind in ("asked", "measured")
    )
    return asked, measured, np.asarray(table["class"]) == "merger"


if "snakemake" in globals():
    run_rule(measure_sliders, snakemake)
