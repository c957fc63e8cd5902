"""Options that several deblenders share."""

from workflow_scripts.settings.declared import Declared, option


class ThresholdOptions(Declared):
    """Levels at which SEP looks for branches of a source."""

    deblend_thresholds: int = option(32, "Number of deblending thresholds.", ge=1)


class ExtractionOptions(ThresholdOptions):
    """Detection of the sources of a blend by SEP; the background is 0."""

    threshold_sigma: float = option(3, "Threshold in units of the noise of each pixel, from the variance map.", gt=0)
    min_area: int = option(5, "Smallest number of connected pixels of a source.", unit="pixel", ge=1)
    deblend_contrast: float = option(0.005, "Smallest fraction of the flux that makes a branch a source.", ge=0, le=1)


class ResultOptions(Declared):
    """A file of results, which Snakemake tracks."""

    file: str = option(..., "Path of the results; {blend} and {split} in it are the set of blends and the part.")
