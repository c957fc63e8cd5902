"""Rule map_background: the background of every image of a survey, in cells that do not depend on windows."""

import numpy as np

from workflow_scripts.formats.sky_images import sky_images
from workflow_scripts.formats.stacks import create_stack
from workflow_scripts.measuring.background_mesh import measure_cells
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.settings import plugins
from workflow_scripts.settings.data import MapBackground


def map_background(*, manifest, background, folder, options: MapBackground, seed, code):
    """Measure level and noise of the background in cells of every image.

    Parameters
    ----------
    manifest : str
        Read only to depend on the fetched files.
    background : str
        Stack written, a row per cell: `parent`, `row`, `column`, `level (n, band)`, `noise (n, band)`, NaN where too
        few pixels are unmasked; attribute `box`, the side of a cell in pixels.
    options : settings.data.MapBackground
    """
    source, box = plugins.load("datasets", options.source), options.box
    with create_stack(background, seed=seed, code=code, box=box) as writer:
        for parent, image in enumerate(sky_images(source, folder, plugins.options_of(source, options.options))):
            for row, start in enumerate(range(0, image.shape[0], box)):
                pixels = image.read((slice(start, start + box), slice(0, image.shape[1])))
                strip = pixels.image.shape[:2]
                level, noise = measure_cells(pixels.image.reshape(*strip, -1), pixels.masked.reshape(*strip, -1), box)
                n = len(level)
                place = {"parent": np.full(n, parent), "row": np.full(n, row), "column": np.arange(n)}
                writer.append(**place, level=level, noise=noise)


if "snakemake" in globals():
    run_rule(map_background, snakemake)
