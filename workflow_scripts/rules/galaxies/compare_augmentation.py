"""Rule compare_augmentation: a classifier of a rare class, with and without generated galaxies of it."""

import logging

import numpy as np
import torch

from workflow_scripts.formats.stacks import open_stack
from workflow_scripts.formats.tables import write_csv
from workflow_scripts.imaging.stretch import apply_stretch, fit_stretch
from workflow_scripts.judging.intervals import mean
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.runtime.progress import progress
from workflow_scripts.runtime.seeds import rng, torch_seed
from workflow_scripts.settings import plugins
from workflow_scripts.training.data import Batches, class_names, read_examples
from workflow_scripts.training.devices import start_fabric
from workflow_scripts.training.loop import Training
from workflow_scripts.training.sampling import predictions

STREAM, N_VALID = "compare_augmentation", 64  # unseen examples that a training wants to hold
SCORES = ("accuracy", "completeness", "purity")
COLUMNS = ("training", "n_real", "n_generated", *(f"{name}{end}" for name in SCORES for end in ("", "_low", "_high")))


def compare_augmentation(*, train, test, generated, table, options, seed, code):
    """Train classifiers on few real galaxies of a class, on these and generated ones, and on all real ones.

    Generated galaxies make a class more frequent, too: what they tell is the gain over the few, shown as often. The
    generator knew all real galaxies of the training part: where few are kept, it brings what it learnt from the
    others, and the classifier of all real ones is the limit to read the gain against.

    Parameters
    ----------
    train, test : str
        Stacks of real galaxies with `class`.
    generated : str
        What `generate_stamps` wrote; its galaxies of the rare class are taken.
    table : str
        CSV written, a row per training set (`few`, `repeated`, `augmented`, `all`) and `gain`, augmented less repeated,
        seed by seed: `training, n_real, n_generated` (galaxies of the rare class), and with 95 % intervals over the
        seeds the accuracy over all classes, completeness and purity of the rare class, on the test part.
    options : dict
        `rare` (a class), `n_real` (of it to keep; None: all), `n_seeds`; of the classifier's stage `model`, `options`,
        `batch`, `steps`, `ema_decay`, `augment`, `stretch`; `device`, `precision`, `torch_threads`.

    Raises
    ------
    ValueError
        Where there is no such class, or fewer real galaxies of it than are to be kept, or none generated.
    """
    fabric = start_fabric({**options, "gpus": 1})  # these networks are small
    real, tested, made = (read_classes(path) for path in (train, test, generated))
    rare = number_of(options["rare"], real[2], train)
    there = int((real[1] == rare).sum())
    more = made[0][made[1] == rare]
    if not len(more):
        raise ValueError(f"{generated}: no galaxy of class {options['rare']!r} was generated: ask for some")
    scores = {}
    for number in progress(range(options["n_seeds"]), "seeds"):
        for name, examples, classes in training_sets(*real[:2], more, rare, options, rng(seed, STREAM, number)):
            said = told(fabric, examples, classes, tested[0], len(real[2]), options, torch_seed(seed, STREAM, number))
            n_real = there if name == "all" else options["n_real"] or there
            counts = {"n_real": n_real, "n_generated": len(more) if name == "augmented" else 0}
            scores.setdefault(name, (counts, []))[1].append(judge(said, tested[1], rare))
            logging.info(
                "seed %d, %s: accuracy %.3f, completeness %.3f, purity %.3f", number, name, *scores[name][1][-1]
            )
    gain = np.subtract(scores["augmented"][1], scores["repeated"][1])
    rows = [row_of(name, counts, values) for name, (counts, values) in scores.items()]
    write_csv(table, [*rows, row_of("gain", scores["augmented"][0], gain, least=-1)], COLUMNS)


def read_classes(path):
    """Return images (n, channel, y, x), their classes (n,) and the names of these."""
    examples, columns, attributes = read_examples(path, ["class"])
    names = class_names(["class"], attributes).get("class")
    if not names:  # what was generated says its columns by other words
        with open_stack(path) as stack:
            names = str(stack.attributes["class_names"]).split(",")
    return examples, columns["class"], names


def number_of(rare, names, path):
    """Return the number of a class, or say which there are."""
    if rare not in names:
        raise ValueError(f"{path}: augmentation.rare: no class {rare!r}{plugins.suggestion(rare, names)}")
    return names.index(rare)


def training_sets(examples, classes, more, rare, options, draws):
    """Yield the name, images and classes of each training set; all but the last keep the same real galaxies."""
    rows, n_real = np.flatnonzero(classes == rare), options["n_real"] or int((classes == rare).sum())
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


def told(fabric, examples, classes, tested, n_classes, options, number):
    """Train a classifier and return the classes that it tells of the test images, (n,)."""
    stretch = fit_stretch(examples, options["stretch"], options.get("softening"))
    scaled, wanted = apply_stretch(examples, stretch), np.eye(n_classes, dtype=np.float32)[classes]
    model = plugins.load("models", options["model"])
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(number)
        module = model.build(plugins.options_of(model, options["options"]), scaled.shape[1:], n_classes)
    batches = Batches(scaled, wanted, fabric.device, options["augment"])
    generator = torch.Generator(fabric.device).manual_seed(number)
    valid = torch.from_numpy(scaled[:N_VALID]).to(fabric.device)
    training = Training(fabric, module, batches, valid, options, generator)
    for _ in range(options["steps"]):
        training.advance()
    return predictions(training.average.module, apply_stretch(tested, stretch)).argmax(axis=1)


def judge(said, actual, rare):
    """Return the accuracy, and completeness and purity of the rare class; a purity of nothing found is 0."""
    found, there = said == rare, actual == rare
    right = int((found & there).sum())
    return float((said == actual).mean()), right / max(1, int(there.sum())), right / max(1, int(found.sum()))


def row_of(name, counts, values, least=0):
    """Return the row of one training set: the means over the seeds and their intervals, between the least and 1."""
    row = {"training": name, **counts}
    for score, column in zip(SCORES, np.transpose(values), strict=True):
        row |= dict(
            zip((score, f"{score}_low", f"{score}_high"), np.clip(mean(column), least, 1).tolist(), strict=True)
        )
    return row


if "snakemake" in globals():
    run_rule(compare_augmentation, snakemake)
