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


class MatchingOptions(Declared):
    """Matching of sources to galaxies, and intervals over blends."""

    match_radius: float = option(
        3, "Largest distance of a detection from the galaxy it is matched to: about half a radius.",
        unit="pixel", gt=0,
    )  # fmt: skip
    blendedness_edges: list[float] = option(
        [0, 0.01, 0.05, 0.1, 0.2, 0.5, 1], "Edges of the bins in blendedness, ascending.", min_length=2
    )
    n_bootstrap: int = option(200, "Bootstrap samples of blends.", ge=1)


class ResultOptions(Declared):
    """A file of results, which Snakemake tracks."""

    file: str = option(..., "Path of the results; {blend} and {split} in it are the set of blends and the part.")
