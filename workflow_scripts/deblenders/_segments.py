"""Sources whose light is that of the pixels of their segment."""

import numpy as np

from workflow_scripts.measuring.blend_extraction import extract_sources
from workflow_scripts.settings.contracts.deblenders import Sources


def cut_segments(image, plane, variance, extraction):
    """Return the sources that SEP detects on a plane, each with the pixels of its segment.

    Parameters
    ----------
    image : (y, x, band) float32
        The blend, of which the sources are cut.
    plane, variance : (y, x) float
        On which sources are detected.
    extraction : settings.bases.deblenders.ExtractionOptions
    """
    found, segmentation = extract_sources(plane, variance, extraction)
    mask = segmentation == np.arange(1, len(found["x"]) + 1)[:, None, None]
    return Sources(found["x"], found["y"], np.where(mask[..., None], image, 0), mask)
