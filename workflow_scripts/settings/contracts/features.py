"""Features of images, for scorers and metrics."""

from dataclasses import dataclass
from typing import Literal, Protocol

from workflow_scripts.settings.declared import Declared, option


@dataclass(frozen=True)
class Column:
    """A column of a feature.

    Attributes
    ----------
    name : str
    description : str
        A noun phrase for the page: `mean size of a source`.
    log : bool
        The values are decimal logarithms.
    """

    name: str
    description: str
    log: bool = False


class Feature(Declared):
    """Kind of the rows and columns of a feature.

    A set of features is measured on `tiles` of `judging.tile_size` if all its features are, else on whole `images`.
    Features with rows of `sources` form a set of their own. Features of images and sources are measured on the mean of
    the bands, those of tiles on each band.
    """

    rows: Literal["tiles", "images", "sources"] = option(..., "What a row of values describes.")
    log_spectrum: dict[str, str] = option(
        {}, "Options with which it is a logarithmic power spectrum; empty: it is none."
    )
    in_variances: list[str] = option(
        [], "Options that count in variances of the data's noise: no feature may depend on the unit of the pixels."
    )


class FeaturePlugin(Protocol):
    """A feature of tiles or images; options of one that detects sources are those of `DetectionOptions`."""

    DECLARATION: Feature

    @staticmethod
    def extract(images, options):
        """Return values (n, k) of images (n, y, x) and the list of the k `Column`s.

        A statistic that is a ratio over several fields returns its sums: metrics add the rows of the fields.
        """


class SourceFeaturePlugin(Protocol):
    """A feature of single sources; its options are those of `SourceLimitOptions`."""

    DECLARATION: Feature

    @staticmethod
    def count(images, options):
        """Return how many sources of each image can be measured, (n,) int."""

    @staticmethod
    def extract(images, options, chosen):
        """Return values (m, k) of m sources, the list of the `Column`s, and the image (m,) of each source.

        Parameters
        ----------
        chosen : list of (j,) int arrays
            For each image, which of its measurable sources, counted from 0.
        """
