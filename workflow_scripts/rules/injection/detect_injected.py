"""Rule detect_injected: the sources of an injected image, and the fluxes of injected point sources by their PSF."""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from workflow_scripts.formats.catalogues import read_catalogue, write_catalogue
from workflow_scripts.formats.tables import write_csv
from workflow_scripts.injection.commands import detect_by_command
from workflow_scripts.injection.exposures import read_exposure
from workflow_scripts.injection.psfs import chosen_psf
from workflow_scripts.injection.rendering import Renderer, psf_flux
from workflow_scripts.measuring.detection import detect, find_background
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.settings import plugins
from workflow_scripts.settings.injection import DetectInjected

COLUMNS = ("x", "y", "flux")
FORCED = ("id", "psf_flux", "psf_flux_err")


def detect_injected(*, images, injected, truth, catalogue, forced, folder, options: DetectInjected):
    """Detect the sources of an injected image as `detect_exposure` does.

    Parameters
    ----------
    images : list of str
        The user's own files, if the data set consists of these: masks and maps of the uncertainty.
    injected, truth : str
        Outputs of `inject_sources`.
    catalogue : str
        ECSV written: `x, y, flux`.
    forced : str
        CSV written: `id, psf_flux, psf_flux_err` of the injected point sources, at their positions.
    options : settings.injection.DetectInjected
    """
    source = plugins.load("datasets", options.source)
    given = plugins.options_of(source, options.options)
    exposure = read_exposure(source, folder, given, options.exposure, options.band, injected)
    found = by_command(exposure, injected, options.command) if options.command.run else by_settings(exposure, options)
    write_catalogue(catalogue, {name: found[name] for name in COLUMNS}, unit=exposure.unit)
    write_csv(forced, psf_fluxes(exposure, read_catalogue(truth), options), FORCED)


def by_settings(exposure, options):
    """Return the sources that the settings of the study detect."""
    return detect(exposure.pixels, ~exposure.masked, **options.detection.of_one_band)[0]


def by_command(exposure, injected, command):
    """Return the sources that a command detects in an injected image."""
    with TemporaryDirectory() as folder:
        weight = exposure.weight.path if exposure.weight else None
        return detect_by_command(command, injected, weight, Path(folder, f"catalogue.{command.ending}"))


def psf_fluxes(exposure, truth, options):
    """Yield the row of each point source; the noise is that of the variance map, or else that of the background."""
    level, sigma = find_background(exposure.pixels, exposure.masked, options.detection.background_box)
    noise = np.full(level.shape, sigma) if exposure.variance is None else np.sqrt(exposure.variance)
    renderer = Renderer(chosen_psf(exposure, options.psf_fwhm))
    for row in truth[np.asarray(truth["half_light_radius"]) == 0]:
        place = {"x": float(row["x"]), "y": float(row["y"])}
        stamp, corner = renderer.draw({**place, "flux": 1.0, "half_light_radius": 0.0})
        flux, error = psf_flux(exposure, noise, level, stamp, corner)
        yield {"id": row["id"], "psf_flux": f"{flux:.7g}", "psf_flux_err": f"{error:.7g}"}


if "snakemake" in globals():
    run_rule(detect_injected, snakemake)
