"""Detection and segmentation of the inverse-variance weighted mean of the bands by SEP."""

from workflow_scripts.deblenders._segments import cut_segments
from workflow_scripts.measuring.blend_extraction import combine_bands
from workflow_scripts.settings.bases.deblenders import ExtractionOptions
from workflow_scripts.settings.contracts.deblenders import Deblender

DECLARATION = Deblender(detects=True)


class Options(ExtractionOptions):
    """The detection."""


def separate(blends, options):
    """Yield the segments of each blend, with the pixels of all bands."""
    for blend in blends:
        yield cut_segments(blend.image, *combine_bands(blend.image, blend.variance), options)
