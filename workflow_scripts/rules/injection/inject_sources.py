"""Rule inject_sources: sources of known positions and fluxes added to an exposure."""

import numpy as np

from workflow_scripts.formats.arrays import create_array
from workflow_scripts.formats.catalogues import write_catalogue
from workflow_scripts.formats.fits_pixels import changed_pixels, write_plane
from workflow_scripts.injection.exposures import read_exposure
from workflow_scripts.injection.listed import listed_sources, some
from workflow_scripts.injection.psfs import chosen_psf
from workflow_scripts.injection.rendering import Renderer, inside, with_poisson_noise
from workflow_scripts.injection.sources import draw_sources, on_pixels
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.runtime.progress import progress
from workflow_scripts.runtime.seeds import rng
from workflow_scripts.settings import plugins
from workflow_scripts.settings.injection import InjectSources

CUTOUT = 256  # pixels, side of the cutout


def inject_sources(
    *, manifest, images, listed, segments, injected, truth, difference, cutout, folder, options: InjectSources, seed
):
    """Add sources to a copy of an exposure.

    Parameters
    ----------
    manifest : str
        Read only to depend on the fetched files.
    images : list of str
        The user's own files, if the data set consists of these.
    listed : list of str
        The user's list of sources; empty without one. It is read at the path in the options.
    segments : str
        Output of `detect_exposure`: pixels that may be avoided.
    injected : str
        FITS written: of a survey a copy of the file that differs in the pixels of this band alone.
    truth : str
        ECSV written: `id`, `x, y` (first pixel 0), `mag`, `flux`, `half_light_radius` (0: a point source),
        `axis_ratio`, `theta`.
    difference : str
        FITS written: the injected image minus the original, in the unit of the file.
    cutout : str
        NPY written, (3, y, x) float32: the middle of the exposure before and after, and their difference.
    options : settings.injection.InjectSources

    Raises
    ------
    ValueError
        If the PSF or the gain is unknown, a source reaches saturation, or there is too little room.
    """
    source = plugins.load("datasets", options.source)
    given = plugins.options_of(source, options.options)
    exposure = read_exposure(source, folder, given, options.exposure, options.band)
    generator = rng(seed, f"inject_sources {options.injection}", options.shard)
    sources = choose_sources(exposure, np.load(segments), options, generator)
    light = render(exposure, sources, options, generator) / np.float32(exposure.factor)
    check_saturation(exposure, light, sources, options.saturation)
    write_injected(injected, exposure, light)
    write_plane(difference, light)
    write_cutout(cutout, exposure, light * np.float32(exposure.factor))
    number = np.arange(len(sources["x"])) + options.shard * len(sources["x"])
    write_catalogue(truth, {"id": number, **sources}, unit=exposure.unit)


def choose_sources(exposure, segments, options, generator):
    """Return the sources of this image: drawn, or its share of the list."""
    if options.source_list:
        return {
            name: values[options.shard :: options.n_images]
            for name, values in listed_sources(options.source_list, exposure).items()
        }
    avoided = exposure.masked | segments if options.avoid_sources else exposure.masked
    return draw_sources(exposure, avoided, options, generator)


def render(exposure, sources, options, generator):
    """Return the light of all sources, (y, x) float32, in the unit of the exposure."""
    renderer, gain = Renderer(chosen_psf(exposure, options.psf_fwhm)), gain_of(exposure, options)
    light = np.zeros(exposure.pixels.shape, np.float32)
    for number in progress(range(len(sources["x"])), "sources"):
        stamp, corner = renderer.draw({name: float(values[number]) for name, values in sources.items()})
        window, stamp = inside(stamp, corner, light.shape)
        light[window] += with_poisson_noise(stamp, gain, generator) if gain else stamp
    return light


def gain_of(exposure, options):
    """Return the electrons per unit of the exposure; None without Poisson noise.

    Raises
    ------
    ValueError
        If Poisson noise is chosen and the gain is unknown.
    """
    gain = options.gain or exposure.gain
    if options.poisson and not gain:
        raise ValueError(f"{exposure.name}: poisson needs the gain, and the file has no GAIN: set gain")
    return gain / exposure.factor if options.poisson else None


def check_saturation(exposure, light, sources, saturation):
    """Raise an error for sources whose centre reaches a pixel value, in the unit of the file."""
    if saturation is None:
        return
    total = exposure.pixels / np.float32(exposure.factor) + light
    bright = np.flatnonzero(on_pixels(total >= saturation, sources["x"], sources["y"]))
    if len(bright):
        raise ValueError(f"{exposure.name}: sources reach saturation, {saturation:g}: rows {some(bright)} (from 0)")


def write_cutout(path, exposure, light):
    """Write the middle of the exposure before and after, and their difference, in the unit of the exposure."""
    window = tuple(slice(max(side - CUTOUT, 0) // 2, (side + CUTOUT) // 2) for side in light.shape)
    before, added = exposure.pixels[window], light[window]
    with create_array(path, (3, *before.shape), np.float32) as array:
        array.extend(np.stack([before, before + added, added]))


def write_injected(path, exposure, light):
    """Write the exposure with the light, in the unit of the file."""
    if exposure.file is None:
        write_plane(path, np.where(exposure.masked, np.nan, exposure.pixels + light))
        return
    with changed_pixels(path, exposure.file.path, exposure.file.extension, exposure.file.band) as pixels:
        pixels += light.astype(pixels.dtype)


if "snakemake" in globals():
    run_rule(inject_sources, snakemake)
