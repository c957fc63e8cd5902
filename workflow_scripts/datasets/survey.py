"""A survey as it is: FITS images of one or several bands, with weights, masks, WCS and PSF, of any size."""

from pathlib import Path

from workflow_scripts.formats.downloads import checksum
from workflow_scripts.settings.bases.surveys import SurveyOptions, files_of_survey
from workflow_scripts.settings.contracts.datasets import Dataset
from workflow_scripts.surveys.assembly import open_survey
from workflow_scripts.surveys.exposures import covered_fraction, open_exposure
from workflow_scripts.surveys.plan import plan_bands

DECLARATION = Dataset(holds="images", by_windows=True)


class Options(SurveyOptions):
    """Files of the bands, and what they do not state."""


def fetch(folder, options):
    """Check that every image can be used, and record the files; nothing is copied.

    Raises
    ------
    ValueError
        If files cannot be read, do not fit together, or leave no pixel to be used.
    """
    bands = plan_bands(options)
    for band in bands:
        for files in band.exposures:
            with open_exposure(files, band.given) as exposure:
                covered_fraction(exposure)
    for _ in open_survey(bands, options.grid, options.centre):
        pass  # every part is opened: its bands must show one sky, in units that can be converted
    paths = map(Path, files_of_survey(options.model_dump()))
    return [{"file": str(path), "bytes": path.stat().st_size, "sha256": checksum(path, "sha256")} for path in paths]


def open_images(folder, options):
    """Yield the images of the survey, `formats.sky_images.SkyImage`."""
    yield from open_survey(plan_bands(options), options.grid, options.centre)
