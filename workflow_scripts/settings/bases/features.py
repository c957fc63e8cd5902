"""Options that several features share."""

from workflow_scripts.settings.declared import Declared, kind_of_option, option

MaxSources = kind_of_option(
    int, "Largest number of sources measured in a sample; they are spread evenly over its sources.", ge=1
)


class DetectionOptions(Declared):
    """Detection of sources."""

    detection: dict = option({}, "Settings of the detection; empty: those of the study.")


class SourceLimitOptions(DetectionOptions):
    """Largest number of measured sources of a sample, a row each."""

    max_sources: MaxSources = 100_000


class PowerOptions(Declared):
    """Logarithms of power."""

    floor: float = option(
        1e-6, "Smallest power of which a logarithm is taken, in variances of the noise of the data.", gt=0
    )
