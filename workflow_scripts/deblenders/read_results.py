"""Results of a deblender of your own, read from a file: see `formats/separations.py`."""

from workflow_scripts.formats.separations import open_separations
from workflow_scripts.settings.bases.deblenders import ResultOptions
from workflow_scripts.settings.contracts.deblenders import Deblender, Sources

DECLARATION = Deblender(detects=True)


class Options(ResultOptions):
    """The file."""


def separate(blends, options):
    """Yield the sources of each blend out of the file."""
    with open_separations(options.file) as separations:
        for blend in blends:
            yield Sources(**separations.sources(blend.number, blend.image.shape))
