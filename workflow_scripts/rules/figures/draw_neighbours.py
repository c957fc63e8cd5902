"""Rule draw_neighbours: generated images beside their nearest training images."""

import numpy as np

from workflow_scripts.features import thumbnail
from workflow_scripts.formats.product_names import by_folder
from workflow_scripts.formats.stacks import open_stack
from workflow_scripts.imaging.fields import cut_tiles
from workflow_scripts.metrics._copies import distances, orientations, scaling
from workflow_scripts.report.figure_data import example_fields, mean_over_bands, spaced_rows
from workflow_scripts.report.neighbours import N_SHOWN, draw_nearest_neighbours
from workflow_scripts.report.style import house_style, save, stretch_of
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.settings.figures import DrawNeighbours

N_SEARCHED = 512  # evenly spaced tiles of each sample whose neighbours are searched
PIXELS, ROWS = 2**22, 512  # pixels of images, and thumbnails to compare with, in memory at a time


def draw_neighbours(*, real_test, real_train, sky_fields, neighbours, options: DrawNeighbours):
    """Draw the images of every sample that are most similar to training images, relative to held-out images.

    An image is selected by the ratio of its distances to the nearest training and the nearest held-out image; rotated
    and reflected copies are included.

    Parameters
    ----------
    real_test, real_train, sky_fields : str, str, list of str
        Stacks of the real fields and of each of `options.skies`.
    neighbours : str
        PNG written.
    options : settings.figures.DrawNeighbours
    """
    stacks, side = {"real_test": real_test, **by_folder(sky_fields, options.skies)}, options.side
    samples = [select_tiles(path, side) for path in stacks.values()]
    scale = scaling(select_tiles(real_train, side)["value"])
    targets = scale(np.concatenate([sample["value"] for sample in samples]))
    own = np.concatenate([samples[0]["image"], *(np.full(len(sample["image"]), -1) for sample in samples[1:])])
    seen, unseen = nearest(real_train, side, targets, scale), nearest(real_test, side, targets, scale, own)
    ends = np.cumsum([len(sample["image"]) for sample in samples])[:-1]
    found = zip(
        *(np.split(part, ends) for part in (seen["distance"], seen["position"], unseen["distance"])), strict=True
    )
    pairs = {
        name: closest_pairs(path, real_train, side, sample, *near)
        for (name, path), sample, near in zip(stacks.items(), samples, found, strict=True)
    }
    with house_style():
        save(draw_nearest_neighbours(pairs, stretch_of(example_fields(real_test))), neighbours)


def thumbnails(images):
    """Return thumbnails (n, k) of images (n, y, x); small images are their own thumbnails."""
    return thumbnail.extract(images, thumbnail.Options(side=min(thumbnail.Options().side, *images.shape[1:])))[0]


def select_tiles(path, side):
    """Return the thumbnails of evenly spaced tiles of a stack, and the position of each.

    Returns
    -------
    found : dict
        `value (n, k)`, `image (n,)` and `tile (n,)`: row in the stack, number of the tile in the image.
    """
    with open_stack(path) as stack:
        n_tiles = len(cut_tiles(stack["image"][:1], side)[0])
        image, tile = np.divmod(spaced_rows(len(stack) * n_tiles, N_SEARCHED), n_tiles)
        value = [thumbnails(tiles_of(stack, row, side)[tile[image == row]]) for row in np.unique(image)]
    return {"value": np.concatenate(value), "image": image, "tile": tile}


def tiles_of(stack, row, side):
    """Return the tiles of one image of an open stack."""
    return cut_tiles(mean_over_bands(stack["image"][row : row + 1]), side)[0]


def nearest(path, side, targets, scale, own=None):
    """Return the distance of each thumbnail to the nearest tile of a stack, and the position of that tile.

    Parameters
    ----------
    path : str
    targets : (n, k) float
        Thumbnails, scaled.
    scale : callable
        Return value of `scaling`.
    own : (n,) int or None
        Row of the stack that each thumbnail comes from, which is excluded; -1 for none.

    Returns
    -------
    found : dict
        `distance (n,)`, infinite where there is no other image; `position (n, 2)`: row in the stack, number of the
        tile in the image.
    """
    distance, position = np.full(len(targets), np.inf), np.zeros((len(targets), 2), int)
    with open_stack(path) as stack:
        for images, tiles, value in iterate_tiles(stack, side):
            between = distances(targets, scale(value))
            if own is not None:
                between[own[:, None] == images] = np.inf
            best = between.argmin(axis=1)
            near = between[np.arange(len(best)), best]
            closer = near < distance
            distance[closer], position[closer] = near[closer], np.column_stack([images, tiles])[best[closer]]
    return {"distance": distance, "position": position}


def iterate_tiles(stack, side):
    """Yield row of the image, number in the image and thumbnail of all tiles of a stack, at most `ROWS` at a time."""
    step = max(1, PIXELS // int(np.prod(stack["image"].shape[1:])))
    for start in range(0, len(stack), step):
        tiles, owner = cut_tiles(mean_over_bands(stack["image"][start : start + step]), side)
        number, value = np.arange(len(tiles)) % (len(tiles) // (owner[-1] + 1)), thumbnails(tiles)
        for row in range(0, len(tiles), ROWS):
            part = slice(row, row + ROWS)
            yield start + owner[part], number[part], value[part]


def closest_pairs(path, train, side, sample, seen, position, unseen):
    """Return the tiles of a sample that are most similar to training tiles, one per image, and their neighbours.

    Returns
    -------
    found : dict
        `image (k, y, x)`, `nearest (k, y, x)` in the orientation of the image; `seen (k,)`, `unseen (k,)`, the
        distances to training and to held-out images.
    """
    ratio = np.divide(seen, unseen, out=np.ones_like(seen), where=unseen > 0)
    order = np.argsort(ratio, kind="stable")
    chosen = order[np.sort(np.unique(sample["image"][order], return_index=True)[1])][:N_SHOWN]
    with open_stack(path) as stack, open_stack(train) as training:
        images = [tiles_of(stack, sample["image"][k], side)[sample["tile"][k]] for k in chosen]
        near = [tiles_of(training, row, side)[tile] for row, tile in position[chosen]]
    near = [orient_like(one, image) for one, image in zip(near, images, strict=True)]
    return {"image": images, "nearest": near, "seen": seen[chosen], "unseen": unseen[chosen]}


def orient_like(image, other):
    """Return an image (y, x) in the orientation that is most similar to another image."""
    if image.shape[0] != image.shape[1]:
        return image
    own = [one[0] for one in orientations(image[None])]
    target = thumbnails(other[None])
    return min(own, key=lambda one: np.abs(thumbnails(one[None]) - target).sum())


if "snakemake" in globals():
    run_rule(draw_neighbours, snakemake)
