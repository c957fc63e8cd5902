"""Rule train_referee: a network that tells a sample from the real test fields, and its scores of held-out blocks."""

import logging

import numpy as np

from workflow_scripts.formats.image_sources import open_images
from workflow_scripts.formats.stacks import create_stack
from workflow_scripts.imaging.fields import check_tile, cut_tiles
from workflow_scripts.judging.null import FEWEST_BLOCKS, halves
from workflow_scripts.judging.reasons import Failure, Reason
from workflow_scripts.judging.sample import Sample, write_unmeasured
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.runtime.seeds import rng, torch_seed
from workflow_scripts.settings.referees import TrainReferee
from workflow_scripts.training.devices import find_device, use_threads
from workflow_scripts.training.referee import train_on

FEWEST = 4 * FEWEST_BLOCKS  # half of the blocks train; the null distribution divides the others into halves
SHIFT = 1 / 8  # of the side of a tile: a field that is one tile is shifted by so much at most
BLOCK = 256  # images read at a time


def train_referee(*, real, other, real_scores, sample_scores, sample, options: TrainReferee, seed, code):
    """Train a network on half of the blocks of a sample and of the real test part, and score the other halves.

    Of both as many blocks are taken as the smaller one has. The division of the real blocks is the same for all
    samples with at least as many blocks. If there are too few, no network is trained, and the files state the reason.

    Parameters
    ----------
    real, other : str
        Stacks of the real test fields and of the sample: `image (n, y, x[, band])`, and `block (n,)` if several
        fields are one block.
    real_scores, sample_scores : str
        Stacks written, in the format of `extract_features`: `value (m, 1)`, the log odds that a tile is of the sample;
        `owner (m,)`, its image; `group (m,)`, its block. They hold the blocks that the network was not trained on.
    sample : str
        Name of the sample.
    options : settings.referees.TrainReferee

    Raises
    ------
    ValueError
        If the sample has images of another shape, or tiles are larger than the images.
    """
    use_threads(options.torch_threads)
    sides = read_fields(real), read_fields(other)
    check_shapes(*sides, real, other)
    if failure := find_failure(*sides, sample):
        logging.warning("%s", failure.detail)
        for path in (real_scores, sample_scores):
            write_unmeasured(path, failure, code)
        return
    n_blocks = min(len(side.groups) for side in sides)
    streams = "train_referee real blocks", f"train_referee {sample}"
    parts = [divide(side, n_blocks, rng(seed, stream)) for side, stream in zip(sides, streams, strict=True)]
    (real_train, real_rest), (train_part, rest) = parts
    tile = options.tile_size or min(real_train.values.shape[1:3])
    check_tile(tile, real_train.values.shape[1:3])
    referee = train(real_train.values, train_part.values, tile, options, torch_seed(seed, f"train_referee {sample}"))
    write_scores(real_scores, referee, real_rest, tile, code)
    write_scores(sample_scores, referee, rest, tile, code)


def read_fields(path):
    """Read the images of a stack as a sample: images in the place of features, and their blocks."""
    with open_images(path) as source:
        images = np.concatenate([block for _, block in source.blocks(BLOCK)])
        return Sample(images, source.columns()["group"], row=np.arange(len(images)))


def find_failure(real, other, name):
    """Return the failure of a referee with too few blocks to train on and to judge by; None where there are enough."""
    for side, whose in ((real, "the real test part"), (other, name)):
        if len(side.groups) < FEWEST:
            needed = f"a network referee needs at least {FEWEST}: give more fields"
            return Failure(Reason.TOO_FEW_BLOCKS, f"{len(side.groups)} blocks of {whose}; {needed}")
    return None


def check_shapes(real, other, real_path, other_path):
    """Raise an error for images of different shapes."""
    if real.values.shape[1:] != other.values.shape[1:]:
        shapes = " and ".join("x".join(map(str, one.values.shape[1:])) for one in (other, real))
        raise ValueError(f"{other_path}: images of {shapes} px in {real_path}: a referee needs images of one shape")


def train(real, other, tile, options, seed):
    """Return a referee of two sets of images, trained on squares that are smaller than the tiles that it scores."""
    side = tile - max(1, round(tile * SHIFT))
    return train_on(real, other, side, options.steps, find_device(options.device), seed)


def divide(sample, n_blocks, generator):
    """Return two halves of a number of blocks, drawn at random: those to train on, and those to score."""
    chosen = generator.permutation(sample.groups)[:n_blocks]
    return [sample.take(half) for half in halves(chosen, generator)]


def write_scores(path, referee, fields, tile, code):
    """Write the scores of the tiles of fields as a set of features with one column."""
    tiles, owner = cut_tiles(fields.values, tile)
    shape, side = (",".join(map(str, one.shape[1:])) for one in (fields.values, tiles))
    about = {"columns": "log_odds", "shape": shape, "measured_on": side, "n_images": len(fields.values), "n_failed": 0}
    with create_stack(path, code=code, **about) as writer:
        writer.append(value=referee.score(tiles)[:, None], owner=fields.row[owner], group=fields.group[owner])


if "snakemake" in globals():
    run_rule(train_referee, snakemake)
