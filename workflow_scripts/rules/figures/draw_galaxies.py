"""Rule draw_galaxies: generated galaxies beside real ones, sweeps of attributes, and attribute recovery."""

import numpy as np

from workflow_scripts.formats.product_names import by_folder
from workflow_scripts.formats.recovery import read_recovery
from workflow_scripts.formats.stacks import open_stack
from workflow_scripts.formats.tables import read_csv
from workflow_scripts.imaging.display import as_pictures, display_range
from workflow_scripts.report.galaxies import draw_galaxies as draw_classes
from workflow_scripts.report.galaxies import draw_recovery, draw_strips
from workflow_scripts.report.style import house_style, save
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.settings.figures import DrawGalaxies

N_SHOWN, N_SCALED = 4, 1000  # galaxies of each class; real ones that define the display range


def draw_galaxies(*, test, table, stamps, catalogues, moved, galaxies, recovery, strips, options: DrawGalaxies):
    """Draw the galaxies of a study.

    Parameters
    ----------
    test : str
        Stack of the real test galaxies.
    table : str
        Output of `measure_recovery`.
    stamps, catalogues : list of str
        Galaxies generated for the attributes of the test part, a file per generator.
    moved : list of str
        Sweeps of one attribute at a time, a stack per generator.
    galaxies, recovery, strips : str
        PNG written.
    options : settings.figures.DrawGalaxies
    """
    names = options.generators
    stamps, catalogues, moved = (by_folder(paths, names) for paths in (stamps, catalogues, moved))
    with open_stack(test) as stack:
        levels, classes = display_range(stack["image"][:N_SCALED]), stack.names("class_names")
    rows = {"real": some_of_each(test, classes, levels)}
    rows |= {name: some_of_each(path, classes, levels) for name, path in stamps.items()}
    found = {(row["model"], row["attribute"]): float(row["r2"]) for row in read_csv(table)}
    pairs = {name: read_recovery(path).pairs() for name, path in catalogues.items()}
    moving = {name: read_strips(path, levels) for name, path in moved.items()}
    with house_style():
        save(draw_classes(rows, classes), galaxies)
        save(draw_recovery(pairs, found), recovery)
        save(draw_strips({name: one for name, (one, _) in moving.items()}, next(iter(moving.values()))[1]), strips)


def some_of_each(path, classes, levels):
    """Return pictures of some galaxies of each class."""
    with open_stack(path) as stack:
        kinds, examples = stack["class"][:], {}
        for number, name in enumerate(classes):
            rows = np.flatnonzero(kinds == number)[:N_SHOWN]
            pixels = np.zeros((N_SHOWN, *stack["image"].shape[1:]), np.float32) + levels[0]
            pixels[: len(rows)] = stack["image"][rows]
            examples[name] = as_pictures(pixels, *levels)
    return examples


def read_strips(path, levels):
    """Return the strips of the first class, (attribute, step, y, x[, 3]), and the names of the attributes."""
    with open_stack(path) as stack:
        rows = np.flatnonzero(stack["class"][:] == 0)
        moved, pictures = stack["moved"][rows], as_pictures(stack["image"][rows], *levels)
        names = stack.names("requested")
    numbers = list(dict.fromkeys(moved.tolist()))
    return np.stack([pictures[moved == number] for number in numbers]), [names[number] for number in numbers]


if "snakemake" in globals():
    run_rule(draw_galaxies, snakemake)
