"""Features of images, for scorers and metrics."""

from typing import Literal, Protocol

from workflow_scripts.settings.declared import Declared, option


class Feature(Declared):
    """What a feature measures.

    A set of features is measured on `tiles` of `judging.tile_size` where all its features are, else on whole `images`,
    where sources and their places mean something. Rows of `sources` are a set of their own. Features of images and
    sources get the mean of the bands; those of tiles are measured in each.
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
        """Return values (n, k) of images (n, y, x) and the k names of the columns.

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
        """Return values (m, k) of m sources, the names of the columns, and the image (m,) of each source.

        Parameters
        ----------
        chosen : list of (j,) int arrays
            For each image, which of its measurable sources, counted from 0.
        """
