"""Rule draw_sketches: the light and the weight of the sources of a part, with a sketch of their catalogue."""

import numpy as np

from workflow_scripts.formats.stacks import copy_attributes, create_stack, open_stack
from workflow_scripts.imaging.blocks import stored_blocks
from workflow_scripts.imaging.windows import inside_block, read_windows
from workflow_scripts.measuring.source_extraction import share_windows
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.scenes.sketches import detected_catalogue, draw_sketch
from workflow_scripts.settings.patches import DrawSketches


def draw_sketches(*, fields, windows, sketches, options: DrawSketches, seed, code):
    """Cut squares out of the blocks of a part: what a network paints, and the sketch by which it is conditioned.

    Parameters
    ----------
    fields, windows : str
        Outputs of `import_dataset` and `cut_windows`.
    sketches : str
        Stack written, a row per square: `image (y, x, 2)`, the light of all sources above the sky and their total
        weight, and `sketch (y, x, 2)`; attribute `softening`, the standard deviation of the noise.
    options : DrawSketches
    """
    with open_stack(fields) as stack:
        about, blocks = copy_attributes(stack), stored_blocks(stack)
    with open_stack(windows) as stack:
        cut = list(read_windows(stack))
    shared = share_windows(cut, blocks, options.detection, options.bright, options.faintest_sigma)
    about |= {"softening": float(np.median([one.found.noise for one in shared])), "packed": ["image", "sketch"]}
    with create_stack(sketches, seed=seed, code=code, **about) as writer:
        for one in shared:
            inside = block_slices(one.found)
            image, sketch = (squares(planes[inside], options.size, options.step) for planes in painting_of(one))
            writer.append(image=image, sketch=sketch)


def painting_of(shared):
    """Return light and weight of the sources of a window, and the sketch of its catalogue, each (y, x, 2) float32.

    Parameters
    ----------
    shared : measuring.source_extraction.Shared
    """
    weight = shared.models.weight
    sketch = draw_sketch(detected_catalogue(shared.found.sources), weight.shape)
    return np.stack([shared.whole * weight, weight], axis=2).astype(np.float32), sketch


def block_slices(found):
    """Return the rows and columns of a window that belong to its block."""
    inside = inside_block(found.window, found.block)
    return tuple(slice(at[0], at[-1] + 1) for at in (np.nonzero(inside.any(axis=axis))[0] for axis in (1, 0)))


def squares(planes, size, step):
    """Return overlapping squares of planes (y, x, k), (n, size, size, k); at most as large as the planes."""
    height, width = (min(size, side) for side in planes.shape[:2])
    windows = np.lib.stride_tricks.sliding_window_view(planes, (height, width), axis=(0, 1))[::step, ::step]
    return np.moveaxis(windows, 2, -1).reshape(-1, height, width, planes.shape[2])


if "snakemake" in globals():
    run_rule(draw_sketches, snakemake)
