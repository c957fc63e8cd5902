"""Rule measure_sliders: attributes asked against attributes measured, with the ceiling that the measurement sets."""

import logging

import numpy as np

from workflow_scripts.formats.stacks import open_stack
from workflow_scripts.formats.tables import write_csv
from workflow_scripts.imaging.attributes import measure_attributes
from workflow_scripts.imaging.sliders import SLIDERS, compare_all
from workflow_scripts.job.entry import run_rule

COLUMNS = ("model", "attribute", "r2", "bias", "scatter", "n")


def measure_sliders(*, galaxies, sliders, options, code):
    """Measure galaxies of known truth: what the measurement itself allows.

    Parameters
    ----------
    galaxies : str
        Stack of the test part, with the attributes that the data set knows.
    sliders : str
        CSV written, `model, attribute, r2, bias, scatter, n`; the flux in decades, the radius in pixels. The model
        `ceiling` is real galaxies of known truth: no generator can be seen to do better.
    options : dict
        `n_measured`: galaxies to measure at most.
    """
    with open_stack(galaxies) as stack:
        n, names = min(len(stack), options["n_measured"]), stack.attributes["class_names"].split(",")
        asked = {name: stack[name][:n].astype(float) for name in SLIDERS if name in stack}
        measured = measure_attributes(stack["image"][:n], stack.attributes.get("psf_fwhm") or 0.0)
        merger = np.array([name == "merger" for name in names])[stack["class"][:n]]
    rows = [{"model": "ceiling", **row} for row in compare_all(asked, measured, merger)]
    for row in rows:
        logging.info("%s: %s R2 %.3f, bias %.3f, scatter %.3f, %d galaxies", *(row[name] for name in COLUMNS))
    write_csv(sliders, rows, COLUMNS)


if "snakemake" in globals():
    run_rule(measure_sliders, snakemake)
