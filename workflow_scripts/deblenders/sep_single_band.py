"""Detection and segmentation of one band by SEP; each source has the pixels of its segment, in all bands."""

from workflow_scripts.deblenders._segments import cut_segments
from workflow_scripts.settings.bases.deblenders import ExtractionOptions
from workflow_scripts.settings.contracts.deblenders import Deblender
from workflow_scripts.settings.declared import option

DECLARATION = Deblender(detects=True)


class Options(ExtractionOptions):
    """The band, and the detection."""

    band: int = option(0, "Number of the band, from 0.", ge=0)


def separate(blends, options):
    """Yield the segments of each blend.

    Raises
    ------
    ValueError
        If there is no such band.
    """
    for blend in blends:
        n_bands = blend.image.shape[2]
        if options.band >= n_bands:
            raise ValueError(f"sep_single_band: band {options.band} of {n_bands}: set the option band below {n_bands}")
        plane, variance = blend.image[..., options.band], blend.variance[..., options.band]
        yield cut_segments(blend.image, plane, variance, options)
