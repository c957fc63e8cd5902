"""Point-process sky: sources of a fitted marked Thomas process, each drawn by a generator conditioned on its marks.

Positions have sub-pixel precision and fluxes add. The background level of a field is drawn from those of the data, with
their noise if requested. A user's list of sources replaces the process.
"""

from typing import Literal

import numpy as np

from workflow_scripts.imaging.shifts import shift_stamps
from workflow_scripts.measuring.noise import amplitudes, draw_noise
from workflow_scripts.scenes.listed import complete_marks, sources_of_field
from workflow_scripts.scenes.pairs import count_neighbours
from workflow_scripts.scenes.point_process import draw_exactly, draw_positions
from workflow_scripts.scenes.thinning import thin_blended
from workflow_scripts.settings.bases.skies import SourceOptions
from workflow_scripts.settings.contracts.skies import Part, Sky
from workflow_scripts.settings.declared import option

DECLARATION = Sky(
    parts={
        "noise": Part(kind="noise"),
        "process": Part(kind="process"),
        "sources": Part(kind="list"),
        "stamps": Part(
            kind="stage",
            trained_on=["patches"],
            conditioning=["flux", "peak", "flux_radius", "axis_ratio", "theta", "npix", "size_class"],
        ),
    }
)
NEIGHBOURS = 8  # additional sources of the next lower and higher local densities among which marks are drawn


class Options(SourceOptions):
    """Number, flux and pixels of the sources."""

    flux: Literal["stamp", "requested", "pixels"] = option(
        "stamp",
        "Flux of a source: that of the generated stamp; the requested flux, as the sum over the stamp (data with total "
        "fluxes); or the requested flux in the requested number of brightest pixels (isophotal fluxes).",
    )


def compose(n, rng, scene, parts, options):
    """Yield n fields with their truth.

    Parameters
    ----------
    n : int
    rng : numpy.random.Generator
    scene : scenes.scene.Scene
    parts : dict
        `process`: a `scenes.point_process.MarkedProcess`; `stamps`: a sampler conditioned on marks; `noise`: a
        `measuring.noise.FittedNoise`; `sources`: the user's list, if there is one.
    options : Options

    Yields
    ------
    image : (y, x) float32
    truth : dict of str to array
        x, y, flux, peak, flux_radius.

    Raises
    ------
    ValueError
        If the option `n_sources` is set and there is a list of sources.
    """
    process, noise, shape = parts["process"], parts["noise"], scene.shape
    if "sources" in parts:
        if options.n_sources >= 0:
            raise ValueError(f"n_sources: {options.n_sources}, but there is a list of sources: remove one of them")
        drawn = [list_sources(rng, process, parts["sources"], scene.first_field + row) for row in range(n)]
    else:
        drawn = [draw_sources(rng, process, shape, options) for _ in range(n)]
    positions, marks, fluxes = zip(*drawn, strict=True)
    requested = {name: np.concatenate([one[name] for one in marks]) for name in marks[0]}
    levels = rng.choice(noise.level, n)
    counts = [len(one) for one in positions]
    sky = np.repeat(levels, counts) if scene.patches_include_background else np.zeros(sum(counts))
    light = np.maximum(parts["stamps"](sum(counts), rng, requested) - sky.astype(np.float32)[:, None, None], 0)
    light = scale_to_flux(light, np.concatenate(fluxes), requested, options.flux)
    light, corners = centred(light, np.concatenate(positions))
    known = {"flux": light.sum(axis=(1, 2), dtype=float), "peak": light.max(axis=(1, 2), initial=0).astype(float)}
    waves = amplitudes(noise.correlation, shape) if options.noise else None
    last = np.cumsum(counts)
    for level, xy, start, end in zip(levels, positions, last - counts, last, strict=True):
        image = np.full(shape, level, np.float32)
        for one, corner in zip(light[start:end], corners[start:end], strict=True):
            add(image, one, *corner)
        if options.noise:
            image += draw_noise(rng, shape, noise.quantile, waves)
        x, y = xy.reshape(-1, 2).T
        truth = {name: values[start:end] for name, values in known.items()}
        yield image, {"x": x, "y": y, **truth, "flux_radius": requested["flux_radius"][start:end]}


def draw_sources(rng, process, shape, options):
    """Return positions, marks and fluxes of the sources of one field; without a list the fluxes are NaN."""

    def draw(law):
        positions = draw_positions(rng, law, shape)
        marks = draw_marks(rng, process, positions)
        kept = thin_blended(rng, positions, process.separation * np.sqrt(marks["npix"] / np.pi))
        return positions[kept], {name: values[kept] for name, values in marks.items()}

    n = options.n_sources
    positions, marks = draw(process) if n < 0 else draw_exactly(rng, process, n, draw)
    return positions, marks, np.full(len(positions), np.nan)


def list_sources(rng, process, sources, field):
    """Return positions, marks and fluxes of the sources that the user lists for a field."""
    listed = sources_of_field(sources, field)
    positions = np.column_stack([listed.pop("x"), listed.pop("y")])
    return positions, complete_marks(listed, process.marks, rng), listed["flux"]


def scale_to_flux(light, listed, requested, reference):
    """Return stamps (n, y, x) scaled to the listed or the requested fluxes.

    Parameters
    ----------
    listed : (n,) float
        Listed fluxes, NaN if there are none.
    requested : dict of str to (n,) array
        Marks: `flux`, and `npix`, the number of pixels over which it is summed.
    reference : str
        The option `flux`.
    """
    flat = light.reshape(len(light), light.shape[1] * light.shape[2])
    drawn = flat.sum(axis=1, dtype=float)
    target = np.where(np.isnan(listed), drawn if reference == "stamp" else requested["flux"], listed)
    if reference == "pixels":
        ranked = np.cumsum(np.sort(flat, axis=1)[:, ::-1], axis=1, dtype=float)
        among = ranked[np.arange(len(flat)), np.minimum(np.asarray(requested["npix"], int), flat.shape[1]) - 1]
        drawn = np.where(np.isnan(listed), among, drawn)
    scale = np.divide(target, drawn, out=np.ones(len(flat)), where=drawn > 0)
    return light * scale.astype(np.float32)[:, None, None]


def draw_marks(rng, process, positions):
    """Return the marks of sources: for each those of one real source, drawn among those at a similar local density."""
    order, density = process.by_density, count_neighbours(positions, process.reach)
    bounds = [np.searchsorted(process.local_density[order], density, side) for side in ("left", "right")]
    rank = rng.integers(bounds[0] - NEIGHBOURS, bounds[1] + NEIGHBOURS)
    chosen = order[np.clip(rank, 0, len(order) - 1)]
    return {name: values[chosen] for name, values in process.marks.items()}


def centred(light, positions):
    """Return stamps (n, y, x) shifted by fractions of pixels, and the coordinates of their first pixels in the field.

    The centroid of a stamp is moved to the position (n, 2) of its source. It is measured, as generators are trained on
    sources centred on their brightest pixel.
    """
    begin = positions.reshape(-1, 2) - centroids(light)
    corners = np.round(begin).astype(int)
    return shift_stamps(light, *(begin - corners).T), corners


def centroids(light):
    """Return the centroids (n, 2), x and y, of stamps (n, y, x); the centre of a stamp without light."""
    total = light.sum(axis=(1, 2), dtype=float)
    found = np.empty((len(light), 2))
    for number, axis in enumerate((1, 2)):
        side = light.shape[3 - axis]
        moment = light.sum(axis=axis, dtype=float) @ np.arange(side)
        found[:, number] = np.divide(moment, total, out=np.full(len(light), float(side // 2)), where=total > 0)
    return found


def add(image, light, left, top):
    """Add a stamp to a field in place, clipped to it; the first pixel of the stamp is at x = left, y = top."""
    rows = slice(max(top, 0), max(min(top + light.shape[0], image.shape[0]), 0))
    columns = slice(max(left, 0), max(min(left + light.shape[1], image.shape[1]), 0))
    image[rows, columns] += light[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]
