"""Rule classify_stamps: the classes of generated galaxies, predicted by a network trained on real galaxies alone."""

import logging

import numpy as np

from workflow_scripts.formats.product_names import by_folder
from workflow_scripts.formats.stacks import open_stack
from workflow_scripts.formats.tables import write_csv
from workflow_scripts.judging.intervals import fraction_interval
from workflow_scripts.networks.trainable import Task
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.settings.galaxies import ClassifyStamps
from workflow_scripts.training.devices import find_device, use_threads
from workflow_scripts.training.stage import load_predictor

BLOCK = 512  # images in memory at a time
COLUMNS = ("model", "class", "purity", "purity_low", "purity_high", "n")


def classify_stamps(*, test, stamps, weights, about, purity, options: ClassifyStamps, code):
    """Predict the class of galaxies and compare it with the requested class.

    Parameters
    ----------
    test : str
        Stack of held-out real galaxies, for the performance of the classifier.
    stamps : list of str
        Outputs of `generate_stamps`, a stack per generator.
    weights, about : str
        The trained classifier.
    purity : str
        CSV written, `model, class, purity, purity_low, purity_high, n`: the fraction of the galaxies
        of each requested class that the classifier assigns to it, with a 95 % interval; the class `all` stands for all
        classes together, the model `real` for the test part.
    options : settings.galaxies.ClassifyStamps

    Raises
    ------
    ValueError
        If a stack has no classes, or the stage is not a classifier.
    """
    use_threads(options.torch_threads)
    classifier = load_predictor(weights, find_device(options.device), Task.CLASSIFY)
    classes = classifier.description.class_names()
    rows = []
    for name, path in {"real": test, **by_folder(stamps, options.generators)}.items():
        with open_stack(path) as stack:
            if "class" not in stack:
                raise ValueError(f"{path}: no column class: generators and classifier need one in their condition")
            predicted = [classifier.predict(block).argmax(1) for block in stack.blocks("image", BLOCK)]
            rows += rows_of(name, stack["class"][:], np.concatenate(predicted), classes)
    for row in rows:
        logging.info("%s, %s: %.3f, %.3f to %.3f, of %d", *(row[name] for name in COLUMNS))
    write_csv(purity, rows, COLUMNS)


def rows_of(model, requested, predicted, classes):
    """Return the rows of one sample: all classes together, then each that was requested."""
    chosen = {"all": np.full(len(requested), True), **{name: requested == kind for kind, name in enumerate(classes)}}
    rows = []
    for name, mine in chosen.items():
        n = int(mine.sum())
        if n:
            found = dict(
                zip(COLUMNS[2:5], fraction_interval(int((predicted == requested)[mine].sum()), n), strict=True)
            )
            rows.append({"model": model, "class": name, **found, "n": n})
    return rows


if "snakemake" in globals():
    run_rule(classify_stamps, snakemake)
