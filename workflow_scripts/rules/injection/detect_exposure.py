"""Rule detect_exposure: the sources of an exposure before anything is injected, and of its negative."""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from workflow_scripts.formats.atomic import whole_file, write_json
from workflow_scripts.formats.catalogues import write_catalogue
from workflow_scripts.formats.fits_pixels import write_plane
from workflow_scripts.injection.commands import detect_by_command
from workflow_scripts.injection.exposures import read_exposure
from workflow_scripts.measuring.detection import detect
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.settings import plugins
from workflow_scripts.settings.injection import DetectExposure

COLUMNS = ("x", "y", "flux")


def detect_exposure(*, manifest, images, catalogue, segments, about, folder, options: DetectExposure):
    """Detect the sources of an exposure, with the settings of the study or by the user's command.

    Parameters
    ----------
    manifest : str
        Read only to depend on the fetched files.
    images : list of str
        The user's own files, if the data set consists of these.
    catalogue : str
        ECSV written: `x, y, flux`.
    segments : str
        NPY written, (y, x) bool: the pixels of the sources that the settings of the study detect.
    about : str
        JSON written: `n_sources`; `n_negative`, the detections in the negative image with the settings of the study;
        `shape` (y, x).
    options : settings.injection.DetectExposure
    """
    source = plugins.load("datasets", options.source)
    given = plugins.options_of(source, options.options)
    exposure = read_exposure(source, folder, given, options.exposure, options.band)
    found, segmentation = detect(exposure.pixels, ~exposure.masked, **options.detection.of_one_band)
    negative, _ = detect(-exposure.pixels, ~exposure.masked, **options.detection.of_one_band)
    if options.command.run:
        found = by_command(exposure, options.command)
    write_catalogue(catalogue, {name: found[name] for name in COLUMNS}, unit=exposure.unit)
    with whole_file(segments) as part, part.open("wb") as file:
        np.save(file, segmentation > 0)
    write_json(
        about, {"n_sources": len(found["x"]), "n_negative": len(negative["x"]), "shape": list(exposure.pixels.shape)}
    )


def by_command(exposure, command):
    """Return the sources that a command detects in the file of an exposure, or in a copy of its pixels."""
    with TemporaryDirectory() as folder:
        image, catalogue = Path(folder, "image.fits"), Path(folder, f"catalogue.{command.ending}")
        if exposure.file is None:
            write_plane(image, exposure.pixels)
        weight = exposure.weight.path if exposure.weight else None
        return detect_by_command(command, exposure.file.path if exposure.file else image, weight, catalogue)


if "snakemake" in globals():
    run_rule(detect_exposure, snakemake)
