"""Rule draw_injections: the figures of injected sources."""

import numpy as np

from workflow_scripts.formats.atomic import read_json
from workflow_scripts.formats.product_names import by_folder, by_path
from workflow_scripts.formats.tables import read_csv
from workflow_scripts.report.injections import draw_exposures, draw_recovery
from workflow_scripts.report.style import house_style, save
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.settings.figures import DrawInjections


def draw_injections(*, recovered, bins, limits, cutouts, completeness, injected, options: DrawInjections):
    """Draw what is recovered of the injected sources, and the exposures.

    Parameters
    ----------
    recovered, bins, limits : list of str
        Outputs of `measure_completeness` for every injection.
    cutouts : list of str
        Cutout of the first image of every injection, an output of `inject_sources`.
    completeness, injected : str
        PNG written.
    options : settings.figures.DrawInjections
    """
    names = options.injections
    tables, binned, found = (by_folder(paths, names) for paths in (recovered, bins, limits))
    measured = {name: (read_csv(binned[name]), read_json(found[name]), read_pulls(tables[name])) for name in names}
    pictures = {name: np.load(by_path(cutouts, f"{name}/images/0/cutout.npy")) for name in names}
    with house_style():
        save(draw_recovery(measured), completeness)
        save(draw_exposures(pictures), injected)


def read_pulls(path):
    """Return the pulls of point sources."""
    return np.array([float(row["pull"]) for row in read_csv(path, ["pull"]) if row["pull"]])


if "snakemake" in globals():
    run_rule(draw_injections, snakemake)
