"""Rule fit_background: the distribution of the pixel values between the sources."""

import numpy as np

from workflow_scripts.formats.stacks import copy_attributes, create_stack, open_stack
from workflow_scripts.measuring.background import background_pixels, brightness_histogram, no_background
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.settings.patches import Background


def fit_background(*, fields, segmentation, background, options: Background, seed, code):
    """Fit the brightness distribution of the background.

    Parameters
    ----------
    fields, segmentation : str
        Outputs of `import_dataset` and `detect_sources`.
    background : str
        Stack written: `low`, `high`, `probability` (n_bins,), edges and probability of each bin.
    options : settings.patches.Background

    Raises
    ------
    ValueError
        If no background pixel is left between the sources.
    """
    pixels = []
    with open_stack(fields) as images, open_stack(segmentation) as maps:
        for row in range(min(options.n_fields or len(images), len(images))):
            pixels.append(background_pixels(images["image"][row], maps["segmentation"][row], options.grow))
        about = copy_attributes(images)
    pixels = np.concatenate(pixels)
    if not len(pixels):
        raise ValueError(f"{fields}: {no_background(options.grow, 'background.grow')}")
    found = brightness_histogram(pixels, options.bins, options.clip_sigma)
    with create_stack(background, seed=seed, code=code, **about) as writer:
        writer.append(low=found.edges[:-1], high=found.edges[1:], probability=found.probability)


if "snakemake" in globals():
    run_rule(fit_background, snakemake)
