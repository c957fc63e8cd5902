"""Rule classify_stamps: the class of generated galaxies, told by a network that learnt from real ones alone."""

import logging

import numpy as np

from workflow_scripts.formats.checkpoints import read_model
from workflow_scripts.formats.product_names import by_name
from workflow_scripts.formats.stacks import open_stack
from workflow_scripts.formats.tables import write_csv
from workflow_scripts.imaging.stretch import apply_stretch
from workflow_scripts.judging.intervals import fraction_interval
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.settings import plugins
from workflow_scripts.training.data import as_channels
from workflow_scripts.training.devices import find_device, use_threads
from workflow_scripts.training.sampling import predictions, rebuild

BLOCK = 512  # images in memory at a time
COLUMNS = ("model", "class", "purity", "purity_low", "purity_high", "n")


def classify_stamps(*, test, stamps, weights, about, purity, options, code):
    """Ask a classifier for the class of galaxies, and hold it against the class that was asked for.

    Parameters
    ----------
    test : str
        Stack of real galaxies that nothing was learnt from: how far the classifier itself can be trusted.
    stamps : list of str
        What `generate_stamps` wrote, a stack per generator.
    weights, about : str
        The trained classifier.
    purity : str
        CSV written, `model, class, purity, purity_low, purity_high, n`: the share of the galaxies asked for as a
        class that the classifier takes for it, with its 95 % interval; the class `all` is all of them, the
        model `real` the test part.
    options : dict
        `generators`: names of the stages; `device`, `torch_threads`.

    Raises
    ------
    ValueError
        Where a stack does not say the classes of its galaxies, or the stage learnt something else.
    """
    use_threads(options["torch_threads"])
    arrays, described = read_model(weights)
    classes = known_classes(described)
    module = rebuild(plugins.load("models", described["model"]), arrays, described, find_device(options["device"]))
    rows = []
    for name, path in {"real": test, **by_name(stamps, options["generators"])}.items():
        with open_stack(path) as stack:
            if "class" not in stack:
                raise ValueError(f"{path}: no column class: generators and classifier need one in their condition")
            blocks = stack.blocks("image", BLOCK)
            said = [
                predictions(module, apply_stretch(as_channels(block), described["stretch"])).argmax(1)
                for block in blocks
            ]
            rows += rows_of(name, stack["class"][:], np.concatenate(said), classes)
    for row in rows:
        logging.info("%s, %s: %.3f, %.3f to %.3f, of %d", *(row[name] for name in COLUMNS))
    write_csv(purity, rows, COLUMNS)


def known_classes(described):
    """Return the names of the classes that a stage tells.

    Raises
    ------
    ValueError
        Where it tells something else, or other things, too.
    """
    told = described["condition"]
    if [one["name"] for one in told] != ["class"] or told[0]["kind"] != "class":
        raise ValueError(f"stage {described['stage']} is no classifier: its condition has to be [class]")
    return told[0]["names"] or [str(value) for value in told[0]["values"]]


def rows_of(model, asked, said, classes):
    """Return the rows of one sample: all classes together, then each that was asked for."""
    chosen = {"all": np.full(len(asked), True), **{name: asked == kind for kind, name in enumerate(classes)}}
    rows = []
    for name, mine in chosen.items():
        n = int(mine.sum())
        if n:
            found = dict(zip(COLUMNS[2:5], fraction_interval(int((said == asked)[mine].sum()), n), strict=True))
            rows.append({"model": model, "class": name, **found, "n": n})
    return rows


if "snakemake" in globals():
    run_rule(classify_stamps, snakemake)
