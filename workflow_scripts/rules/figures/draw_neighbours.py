"""Rule draw_neighbours: generated images beside the training images that are nearest to them."""

import numpy as np

from workflow_scripts.features import thumbnail
from workflow_scripts.formats.stacks import open_stack
from workflow_scripts.imaging.fields import cut_tiles
from workflow_scripts.metrics._copies import distances, orientations, scaling
from workflow_scripts.report.neighbours import N_SHOWN, draw_neighbours_of
from workflow_scripts.report.reading import flat, some_fields, spread
from workflow_scripts.report.style import house_style, save, stretch_of
from workflow_scripts.runtime.entry import run_rule

N_SEARCHED = 512  # tiles of each sample, evenly spread over all, whose neighbours are looked for
PIXELS, ROWS = 2**22, 512  # pixels of images, and thumbnails to compare with, in memory at a time


def draw_neighbours(*, real_test, real_train, sky_fields, neighbours, options):
    """Draw, of every sample, the images that are most like copies of training images.

    Those are nearer to a training image than to any that the generators never saw. Turned and mirrored ones count.

    Parameters
    ----------
    real_test, real_train, sky_fields : str, str, list of str
        Stacks of the real fields and of each of `options["skies"]`.
    neighbours : str
        PNG written.
    options : dict
        `skies`, names in order; `side` of the tiles that are compared, in pixels, None for whole images.
    """
    side, paths = options["side"], [real_test, *sky_fields]
    samples = [searched(path, side) for path in paths]
    scale = scaling(searched(real_train, side)["value"])
    wanted = scale(np.concatenate([sample["value"] for sample in samples]))
    own = np.concatenate([samples[0]["image"], *(np.full(len(sample["image"]), -1) for sample in samples[1:])])
    seen, unseen = nearest(real_train, side, wanted, scale), nearest(real_test, side, wanted, scale, own)
    ends = np.cumsum([len(sample["image"]) for sample in samples])[:-1]
    found = zip(*(np.split(part, ends) for part in (seen["apart"], seen["place"], unseen["apart"])), strict=True)
    names = ["real_test", *options["skies"]]
    shown = {
        name: pairs(path, real_train, side, sample, *near)
        for name, path, sample, near in zip(names, paths, samples, found, strict=True)
    }
    with house_style():
        save(draw_neighbours_of(shown, stretch_of(some_fields(real_test))), neighbours)


def thumbnails(images):
    """Return what copies are recognised by of images (n, y, x), (n, k): small images are their own thumbnails."""
    return thumbnail.extract(images, thumbnail.Options(side=min(thumbnail.Options().side, *images.shape[1:])))[0]


def searched(path, side):
    """Return thumbnails `value (n, k)` of tiles evenly spread over a stack, and the place of each.

    Returns
    -------
    found : dict
        `value (n, k)`, `image (n,)` and `tile (n,)`: row in the stack, number in the image.
    """
    with open_stack(path) as stack:
        n_tiles = len(cut_tiles(stack["image"][:1], side)[0])
        image, tile = np.divmod(spread(len(stack) * n_tiles, N_SEARCHED), n_tiles)
        value = [thumbnails(tiles_of(stack, row, side)[tile[image == row]]) for row in np.unique(image)]
    return {"value": np.concatenate(value), "image": image, "tile": tile}


def tiles_of(stack, row, side):
    """Return the tiles of one image of an open stack."""
    return cut_tiles(flat(stack["image"][row : row + 1]), side)[0]


def nearest(path, side, wanted, scale, own=None):
    """Return how far each of some thumbnails is from the nearest tile of a stack, and where that is.

    Parameters
    ----------
    path : str
    wanted : (n, k) float
        Thumbnails, scaled.
    scale : callable
        What `scaling` returned.
    own : (n,) int or None
        Row of the stack that each comes from itself, which is left out; -1: none.

    Returns
    -------
    found : dict
        `apart (n,)`, infinite where there is nothing else; `place (n, 2)`: row in the stack, number in the image.
    """
    apart, place = np.full(len(wanted), np.inf), np.zeros((len(wanted), 2), int)
    with open_stack(path) as stack:
        for images, tiles, value in in_blocks(stack, side):
            between = distances(wanted, scale(value))
            if own is not None:
                between[own[:, None] == images] = np.inf
            best = between.argmin(axis=1)
            near = between[np.arange(len(best)), best]
            closer = near < apart
            apart[closer], place[closer] = near[closer], np.column_stack([images, tiles])[best[closer]]
    return {"apart": apart, "place": place}


def in_blocks(stack, side):
    """Yield images, numbers in the image and thumbnails of all tiles of a stack, some hundreds at a time."""
    step = max(1, PIXELS // int(np.prod(stack["image"].shape[1:])))
    for start in range(0, len(stack), step):
        tiles, owner = cut_tiles(flat(stack["image"][start : start + step]), side)
        number, value = np.arange(len(tiles)) % (len(tiles) // (owner[-1] + 1)), thumbnails(tiles)
        for row in range(0, len(tiles), ROWS):
            part = slice(row, row + ROWS)
            yield start + owner[part], number[part], value[part]


def pairs(path, train, side, sample, seen, place, unseen):
    """Return the tiles of a sample that are most like copies, each of another image, beside what they are nearest to.

    Returns
    -------
    found : dict
        `image (k, y, x)`, `nearest (k, y, x)`, turned as the image is; `seen (k,)`, `unseen (k,)`, the distances.
    """
    ratio = np.divide(seen, unseen, out=np.ones_like(seen), where=unseen > 0)
    order = np.argsort(ratio, kind="stable")
    chosen = order[np.sort(np.unique(sample["image"][order], return_index=True)[1])][:N_SHOWN]
    with open_stack(path) as stack, open_stack(train) as learnt:
        images = [tiles_of(stack, sample["image"][k], side)[sample["tile"][k]] for k in chosen]
        near = [tiles_of(learnt, row, side)[tile] for row, tile in place[chosen]]
    near = [turned_like(one, image) for one, image in zip(near, images, strict=True)]
    return {"image": images, "nearest": near, "seen": seen[chosen], "unseen": unseen[chosen]}


def turned_like(image, other):
    """Return the orientation of an image (y, x) that is nearest to another one."""
    if image.shape[0] != image.shape[1]:
        return image
    own = [one[0] for one in orientations(image[None])]
    target = thumbnails(other[None])
    return min(own, key=lambda one: np.abs(thumbnails(one[None]) - target).sum())


if "snakemake" in globals():
    run_rule(draw_neighbours, snakemake)
