"""Rule compare_augmentation: classifiers trained with and without generated galaxies of a rare class."""

import logging

import numpy as np
import torch

from workflow_scripts.formats.tables import write_csv
from workflow_scripts.judging.intervals import mean_interval
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.runtime.progress import progress
from workflow_scripts.runtime.seeds import rng, torch_seed
from workflow_scripts.settings.declared import nearest
from workflow_scripts.settings.galaxies import CompareAugmentation
from workflow_scripts.training.data import Batches, StageData, read_data
from workflow_scripts.training.devices import start_fabric
from workflow_scripts.training.loop import Schedule, Training, train
from workflow_scripts.training.prediction import TrainedPredictor
from workflow_scripts.training.stage import build_module

STREAM = "compare_augmentation"
SCORES = ("accuracy", "completeness", "purity")
COLUMNS = ("training", "n_real", "n_generated", *(f"{name}{end}" for name in SCORES for end in ("", "_low", "_high")))


def compare_augmentation(*, train, test, generated, table, options: CompareAugmentation, seed, code):
    """Train classifiers on few real galaxies of a class, on these plus generated ones, and on all real ones.

    Generated galaxies also make the class more frequent, so the gain is measured against the few galaxies repeated as
    often. The generator was trained on all real galaxies of the training part: if few are kept, the generated ones
    carry information from the others, and the classifier of all real galaxies sets the scale of the gain.

    Parameters
    ----------
    train, test : str
        Stacks of real galaxies with `class`.
    generated : str
        Output of `generate_stamps`, of which the galaxies of the rare class are used.
    table : str
        CSV written, a row per training set (`few`, `repeated`, `augmented`, `all`) and `gain`, the paired difference
        of augmented and repeated: `training, n_real, n_generated` (galaxies of the rare class), and on the test part
        the accuracy over all classes, completeness and purity of the rare class, with 95 % intervals over the seeds.
    options : settings.galaxies.CompareAugmentation

    Raises
    ------
    ValueError
        If there is no such class, fewer real galaxies of it than are to be kept, or no generated one.
    """
    fabric = start_fabric(options, 1)  # these networks are small
    real, tested, made = (read_data(path, ["class"]) for path in (train, test, generated))
    rare = number_of(options.rare, real.class_names.get("class", []), train)
    n_there = int((real.columns["class"] == rare).sum())
    more = made.x[made.columns["class"] == rare]
    if not len(more):
        raise ValueError(f"{generated}: no galaxy of class {options.rare!r} was generated: request some")
    scores = {}
    for number in progress(range(options.n_seeds), "seeds"):
        sets = training_sets(real.x, real.columns["class"], more, rare, options, rng(seed, STREAM, number))
        for name, images, classes in sets:
            data = StageData(train, images, {"class": classes}, attributes=real.attributes)
            predicted = classify(fabric, data, tested.x, options, torch_seed(seed, STREAM, number))
            n_real = n_there if name == "all" else options.n_real or n_there
            counts = {"n_real": n_real, "n_generated": len(more) if name == "augmented" else 0}
            scores.setdefault(name, (counts, []))[1].append(performance(predicted, tested.columns["class"], rare))
            logging.info(
                "seed %d, %s: accuracy %.3f, completeness %.3f, purity %.3f", number, name, *scores[name][1][-1]
            )
    gain = np.subtract(scores["augmented"][1], scores["repeated"][1])
    rows = [row_of(name, counts, values) for name, (counts, values) in scores.items()]
    write_csv(table, [*rows, row_of("gain", scores["augmented"][0], gain, least=-1)], COLUMNS)


def number_of(rare, names, path):
    """Return the number of a class; raise an error that names similar classes if there is none."""
    if rare not in names:
        raise ValueError(f"{path}: augmentation.rare: no class {rare!r}{nearest(rare, names)}")
    return names.index(rare)


def training_sets(examples, classes, more, rare, options, draws):
    """Yield the name, images and classes of each training set; all but the last keep the same real galaxies."""
    rows, n_real = np.flatnonzero(classes == rare), options.n_real or int((classes == rare).sum())
    if n_real > len(rows):
        raise ValueError(f"augmentation.n_real: {n_real}, but there are {len(rows)} real galaxies of this class")
    few = draws.choice(rows, n_real, replace=False)
    kept = np.sort(np.concatenate([np.flatnonzero(classes != rare), few]))
    yield "few", examples[kept], classes[kept]
    again = np.concatenate([kept, np.resize(few, len(more))])
    yield "repeated", examples[again], classes[again]
    both = np.concatenate([classes[kept], np.full(len(more), rare, classes.dtype)])
    yield "augmented", np.concatenate([examples[kept], more]), both
    yield "all", examples, classes


def classify(fabric, data, tested, options, number):
    """Train a classifier on data and return the classes that it predicts for the test images, (n,)."""
    about = {"model": options.model, "options": options.options}
    description = data.describe(options.stretch, options.softening, **about)
    module = build_module(description, number)
    examples = data.encode(description, module.task)
    batches = Batches(examples, fabric.device, options.augment)
    generator = torch.Generator(fabric.device).manual_seed(number)
    training = Training(fabric, module, batches, schedule(options), generator)
    train(training)
    return TrainedPredictor(training.average.module, description).predict(tested).argmax(axis=1)


def schedule(options):
    """Return the schedule of the training of a classifier, without checkpoints."""
    return Schedule(options.batch, options.ema_decay, options.steps, options.steps, options.anneal)


def performance(predicted, actual, rare):
    """Return the accuracy, and completeness and purity of the rare class; without predictions the purity is 0."""
    found, there = predicted == rare, actual == rare
    right = int((found & there).sum())
    return float((predicted == actual).mean()), right / max(1, int(there.sum())), right / max(1, int(found.sum()))


def row_of(name, counts, values, least=0):
    """Return the row of one training set: means over the seeds and their intervals, clipped to [least, 1]."""
    row = {"training": name, **counts}
    for score, column in zip(SCORES, np.transpose(values), strict=True):
        interval = np.clip(mean_interval(column), least, 1).tolist()
        row |= dict(zip((score, f"{score}_low", f"{score}_high"), interval, strict=True))
    return row


if "snakemake" in globals():
    run_rule(compare_augmentation, snakemake)
