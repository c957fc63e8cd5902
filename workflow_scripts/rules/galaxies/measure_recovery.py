"""Rule measure_recovery: measured against requested attributes, with the ceiling set by the measurement error."""

import logging

import numpy as np

from workflow_scripts.attributes.known import CLASS
from workflow_scripts.attributes.recovery import RECOVERED, Recovery
from workflow_scripts.formats.product_names import by_folder
from workflow_scripts.formats.recovery import MERGER, read_recovery
from workflow_scripts.formats.stacks import open_stack
from workflow_scripts.formats.tables import write_csv
from workflow_scripts.measuring.attributes import measure_attributes
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.settings.galaxies import MeasureRecovery

COLUMNS = ("model", "attribute", "r2", "bias", "scatter", "n")


def measure_recovery(*, galaxies, generated, recovery, options: MeasureRecovery, code):
    """Measure the attribute recovery of generated galaxies, and that of real galaxies with known attributes.

    Parameters
    ----------
    galaxies : str
        Stack of the test part, with the attributes that the data set provides.
    generated : list of str
        Outputs of `catalogue_stamps` for the attributes of the test part, a file per generator.
    recovery : str
        CSV written, `model, attribute, r2, bias, scatter, n`; the flux in dex, the radius in pixels. The model
        `ceiling` stands for real galaxies with known attributes, measured in the same way; generated galaxies that are
        too regular can be measured more precisely.
    options : settings.galaxies.MeasureRecovery
    """
    found = {"ceiling": measure_ceiling(galaxies, options.n_measured)} if options.truth_is_known else {}
    found |= {name: read_recovery(path) for name, path in by_folder(generated, options.generators).items()}
    rows = [{"model": name, **row} for name, one in found.items() for row in one.scores()]
    for row in rows:
        logging.info("%s: %s R2 %.3f, bias %.3f, scatter %.3f, %d galaxies", *(row[name] for name in COLUMNS))
    write_csv(recovery, rows, COLUMNS)


def measure_ceiling(galaxies, n_measured):
    """Return the recovery of real galaxies: known and measured attributes."""
    with open_stack(galaxies) as stack:
        n, names = min(len(stack), n_measured), stack.names("class_names")
        known = {one.name: stack[one.name][:n].astype(float) for one in RECOVERED if one.name in stack}
        measured = measure_attributes(stack["image"][:n], stack.attributes.get("psf_fwhm") or 0.0)
        merger = np.array([name == MERGER for name in names])[stack[CLASS.name][:n]]
    return Recovery(requested=known, measured=measured, merger=merger)


if "snakemake" in globals():
    run_rule(measure_recovery, snakemake)
