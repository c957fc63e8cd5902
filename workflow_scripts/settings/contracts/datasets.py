"""Data sets: sources of images."""

from typing import Literal, Protocol

from workflow_scripts.settings.declared import Declared, option


class Dataset(Declared):
    """Content of a data set."""

    holds: Literal["images", "stamps", "galaxies", "pictures"] = option(..., "What `read` yields.")
    linear: bool = option(True, "Pixels are proportional to flux.")
    knows_sources: bool = option(False, "`read_truth` returns the sources of an image.")
    by_windows: bool = option(False, "`open_images`, not `read`, yields images, which are read window by window.")


class DatasetPlugin(Protocol):
    """Contract of all data sets; options of local files are those of `FileOptions`."""

    DECLARATION: Dataset

    @staticmethod
    def fetch(folder, options):
        """Download the files to a folder and verify them; return a list of their records."""

    @staticmethod
    def read(folder, options):
        """Yield one item after the other.

        Of images, `(image, labels)`: an image (y, x) float32, and a dict with `name`, `unit` and `band`,
        `pixel_scale_arcsec` and `zeropoint_ab` where they are known, and `score` in data sets with scores.

        Of stamps, `(stamp, row)`: a dict of `image (s, s[, band])` above the local background, `segmentation (s, s)
        int32`, `noise` and, where it is known, `psf`; the row has `id, mag, mag_err, flux_radius` (pixel), `z,
        galtype, segval`.

        Of galaxies, `(image, row)`: above the background, all of one size; the row has `id`, `class` and the attributes
        that are known.

        Of pictures, `(image, row)`: square, all of one size; the row has `file`, that of a record of `fetch`, `group`,
        which no two parts share, and `x0, y0, side` (pixel), the square in the file.
        """


class WindowedDatasetPlugin(Protocol):
    """Contract of data sets of images that are read window by window (`by_windows`), with variance and mask."""

    DECLARATION: Dataset

    @staticmethod
    def fetch(folder, options):
        """Download or check the files; return a list of their records."""

    @staticmethod
    def open_images(folder, options):
        """Yield one image after the other, a `formats.sky_images.SkyImage` that is open until the next is requested."""


class DescribedDatasetPlugin(DatasetPlugin, Protocol):
    """Data sets of stamps, galaxies and pictures."""

    @staticmethod
    def describe(folder, options):
        """Return the properties of the pixels.

        Of stamps: `unit, band, pixel_scale_arcsec, zeropoint_ab, model` (1: noiseless) and `psf_matched` (1: all have
        one PSF). Of galaxies: `unit, band, classes` and, where it is known, `psf_fwhm` in pixels. Of pictures: `unit,
        band`.
        """


class SimulatedDatasetPlugin(DatasetPlugin, Protocol):
    """Data sets with a truth catalogue (`knows_sources`)."""

    @staticmethod
    def read_truth(folder, options, item):
        """Return the sources of an image, a dict of columns: `x`, `y` (pixel), `flux`, ..."""
