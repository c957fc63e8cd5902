"""Light shared in proportion to symmetric templates, as in the SDSS (Lupton et al. 2001, ASP Conf. Ser. 238, 269).

The template of a source is the smaller of each pixel and its mirror image at the position of the source: light of a
neighbour is on one side alone. Each pixel is divided in proportion to the templates. A template is limited to the
connected pixels above a floor that contain the position.
"""

import numpy as np
from scipy.ndimage import gaussian_filter, label

from workflow_scripts.measuring.blend_extraction import combine_bands, noise_of
from workflow_scripts.settings.contracts.deblenders import Deblender, Sources
from workflow_scripts.settings.declared import Declared, option

DECLARATION = Deblender()


class Options(Declared):
    """Smoothing and extent of the templates."""

    smoothing: float = option(0.8, "Standard deviation of the Gaussian that smooths templates.", unit="pixel", gt=0)
    floor_sigma: float = option(
        0.5, "Level below which a template is 0, in units of the noise of each pixel before smoothing.", gt=0
    )


def separate(blends, options):
    """Yield the sources of each blend at its detections."""
    for blend in blends:
        plane, variance = combine_bands(blend.image, blend.variance)
        floor = options.floor_sigma * noise_of(plane, variance)
        smooth = gaussian_filter(plane, options.smoothing)
        x, y = blend.detections.T
        templates = np.array([template(smooth, *place, floor) for place in blend.detections], np.float32)
        total = templates.sum(axis=0)
        share = np.divide(templates, total, out=np.zeros_like(templates), where=total > 0)
        share = share.reshape(-1, *plane.shape)  # also without detections
        yield Sources(x, y, share[..., None] * blend.image, share > 0.5)


def template(image, x, y, floor):
    """Return the smaller of an image (y, x) and its mirror image at a position, 0 beyond its pixels above a floor."""
    mirrored = np.minimum(image, mirror(image, x, y))
    regions, _ = label(mirrored > floor)
    own = regions[tuple(np.clip(np.rint([y, x]).astype(int), 0, np.array(image.shape) - 1))]
    return np.where((regions == own) & (own > 0), mirrored, 0)


def mirror(image, x, y):
    """Return an image rotated by 180 degrees about a position, rounded to half pixels; 0 outside of the image."""
    height, width = image.shape
    rows, columns = round(2 * y) - np.arange(height), round(2 * x) - np.arange(width)
    inside = ((rows >= 0) & (rows < height))[:, None] & ((columns >= 0) & (columns < width))
    return np.where(inside, image[np.ix_(rows.clip(0, height - 1), columns.clip(0, width - 1))], 0)
