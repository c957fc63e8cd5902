"""Rule cut_windows: the blocks of one part with a margin of the sky around them, for detection and stamps."""

import numpy as np

from workflow_scripts.formats.sky_images import sky_images
from workflow_scripts.formats.stacks import copy_attributes, create_stack, open_stack
from workflow_scripts.imaging.blocks import stored_blocks
from workflow_scripts.imaging.windows import cut_window
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.settings import plugins
from workflow_scripts.settings.data import CutWindows


def cut_windows(*, manifest, fields, windows, folder, options: CutWindows, seed, code):
    """Write the window of every block of a part.

    Parameters
    ----------
    manifest : str
        Read only to depend on the fetched files.
    fields : str
        Output of `import_dataset`.
    windows : str
        Stack written, a row per block: `image (n, y, x[, band]) float32`, `covered` of the same shape (where the parent
        image has pixels that are not masked), `variance` where the data set provides it, `parent`, `block`, and `x0`,
        `y0`, the corner of the window in the parent, which may lie outside it.
    options : settings.data.CutWindows
    """
    source, margin = plugins.load("datasets", options.source), options.margin
    with open_stack(fields) as stack:
        blocks, about = stored_blocks(stack), copy_attributes(stack)
    shape = tuple(side + 2 * margin for side in np.max([block.shape for block in blocks], axis=0))
    with create_stack(windows, seed=seed, code=code, **about) as writer:
        for parent, image in enumerate(sky_images(source, folder, plugins.options_of(source, options.options))):
            for block in (one for one in blocks if one.parent == parent):
                window = cut_window(image, block, margin, shape)
                row = {"parent": parent, "block": block.number, "x0": window.origin[0], "y0": window.origin[1]}
                row |= {"image": window.pixels, "covered": window.covered}
                row |= {} if window.variance is None else {"variance": window.variance.astype(image.variance_type)}
                writer.append(**{name: np.asarray(value)[None] for name, value in row.items()})


if "snakemake" in globals():
    run_rule(cut_windows, snakemake)
