"""Painted sky: new sources of a catalogue, painted by a diffusion model, and fitted noise.

The catalogue is that of the fitted pattern of the data's sources with changed fluxes, sizes and angles, or a user's
list. The network sees a sketch of it and paints the light of the sources with its noise; the field between them is that
of the data. The truth is the catalogue.
"""

from dataclasses import replace
from typing import Literal

import numpy as np

from workflow_scripts.measuring.source_library import SourceLibrary
from workflow_scripts.measuring.unresolved_light import UnresolvedSampler
from workflow_scripts.scenes.composition import Changes, draw_placements, over_sky
from workflow_scripts.scenes.exact_fluxes import scale_fluxes
from workflow_scripts.scenes.listed import complete_marks, sources_of_field
from workflow_scripts.scenes.sketches import detected_catalogue, draw_sketch
from workflow_scripts.scenes.stamp_resampling import StampSquares
from workflow_scripts.settings.bases.skies import LibraryOptions
from workflow_scripts.settings.contracts.skies import Part, Sky
from workflow_scripts.settings.declared import option

DECLARATION = Sky(
    parts={
        "library": Part(kind="library"),
        "pixels": Part(kind="library_pixels"),
        "painter": Part(kind="stage", trained_on=["sketches"], conditioning=["sketch"]),
        "sources": Part(kind="list"),
        "unresolved": Part(kind="unresolved"),
    }
)
MOST_PIXELS = 2**20  # of fields that are painted together: limits the memory
PEAKED = 1  # pixel: distance from its position within which the peak of a source is looked for


class Options(LibraryOptions):
    """Changes of the catalogue of the data, and fluxes of the painted sources."""

    flux_scatter: float = option(
        0.1, "Standard deviation of the flux of a source around that of a source of the data, in e-folds.", ge=0, le=0.5
    )
    size_scatter: float = option(0.05, "The same of its size.", ge=0, le=0.2)
    turn: bool = option(True, "Draw position angles at random.")
    flux: Literal["painted", "exact"] = option(
        "painted", "exact: scale the painted light of each source to the flux of the catalogue."
    )


def compose(n, rng, scene, parts, options):
    """Yield n fields with their truth.

    Parameters
    ----------
    n : int
    rng : numpy.random.Generator
    scene : scenes.scene.Scene
    parts : dict
        `library`: `scenes.composition.LibrarySources`, the sources of the data; `pixels`:
        `measuring.source_library.StampPixels`; `painter`: a sampler conditioned on sketches; `unresolved`: the field
        between the sources; `sources`: the user's list, if there is one.
    options : Options

    Yields
    ------
    image : (y, x) float32
    truth : dict of str to array
        x, y, flux, peak, flux_radius, axis_ratio, theta (degrees), and `outside`: 1 for sources of a list whose flux
        or shape is out of the range of the data, and was requested at its limit.
    """
    sky = UnresolvedSampler(parts["unresolved"], scene.shape)
    catalogues = catalogues_of(n, rng, scene, parts, options)
    together = max(1, MOST_PIXELS // np.prod(scene.shape))
    for start in range(0, n, together):
        group = catalogues[start : start + together]
        sketches = np.stack([draw_sketch(one, scene.shape) for one in group])
        for catalogue, planes in zip(group, parts["painter"](len(group), rng, {"sketch": sketches}), strict=True):
            light, weight = planes[:, :, 0], np.clip(planes[:, :, 1], 0, 1)
            if options.flux == "exact":
                light = scale_fluxes(light, catalogue, catalogue["listed"])
            yield over_sky(rng, light, weight**2, sky), truth_of(catalogue, light, options)


def catalogues_of(n, rng, scene, parts, options):
    """Return the catalogue of each field: drawn from the pattern of the data, or the user's."""
    learnt = learnt_sources(parts["library"].stamps.marks)
    if "sources" in parts:
        fields = range(scene.first_field, scene.first_field + n)
        return [listed_catalogue(sources_of_field(parts["sources"], field), learnt, rng) for field in fields]
    pattern, changes = parts["library"].pattern, Changes(options.flux_scatter, options.size_scatter)
    # as frequent as in the data: detection finds the painted sources, as the network learnt from detected ones
    rate = np.full(len(pattern.rate), options.density / (scene.n_training_fields * np.prod(scene.shape)))
    library = SourceLibrary.of(parts["library"].stamps, parts["pixels"])
    squares = StampSquares(library)
    placements = draw_placements(rng, n, scene.shape, replace(pattern, rate=rate), squares, changes)
    return [drawn_catalogue(placement, learnt, rng, options) for placement in placements]


def learnt_sources(marks):
    """Return the columns of a sketch for the sources of the library."""
    place = {"x": marks["x_parent"], "y": marks["y_parent"]}
    return detected_catalogue(marks | place | {"flux": marks["kron_flux"]})


def drawn_catalogue(placement, learnt, rng, options):
    """Return the catalogue of sources drawn from the library, with their changes."""
    rows = {name: values[placement.row] for name, values in learnt.items()}
    flux = rows["flux"] * placement.flux
    turned = {"theta": rng.uniform(-90, 90, len(flux))} if options.turn else {}
    place = {"x": placement.x, "y": placement.y}
    return rows | place | {"flux": flux, "listed": flux, "flux_radius": rows["flux_radius"] * placement.size} | turned


def listed_catalogue(sources, learnt, rng):
    """Return the catalogue of a user's list, with missing columns completed, and flags of what was never learnt."""
    requested = complete_marks(sources, learnt, rng)
    beyond = np.zeros(len(sources["x"]), int)
    for name in ("flux", "flux_radius", "axis_ratio"):
        beyond |= np.isfinite(sources[name]) & (requested[name] != sources[name])
    place = {"x": sources["x"], "y": sources["y"]}
    return requested | place | {"listed": sources["flux"], "outside": beyond}


def truth_of(catalogue, light, options):
    """Return the catalogue of the sources whose centre lies in a field."""
    x, y = catalogue["x"], catalogue["y"]
    inside = (x > -0.5) & (y > -0.5) & (x < light.shape[1] - 0.5) & (y < light.shape[0] - 0.5)
    flux = catalogue["listed"] if options.flux == "exact" else catalogue["flux"]
    outside = catalogue.get("outside", np.zeros(len(x), int))
    columns = {name: catalogue[name] for name in ("x", "y", "flux_radius", "axis_ratio")}
    columns |= {"flux": flux, "theta": catalogue["theta"], "outside": outside}
    here = {name: values[inside] for name, values in columns.items()}
    return here | {"peak": peaks(light, here["x"], here["y"])}


def peaks(light, x, y):
    """Return the brightest pixel of the light near each position."""
    middles = np.round(y).astype(int), np.round(x).astype(int)
    near = [[slice(max(at - PEAKED, 0), at + PEAKED + 1) for at in pixel] for pixel in zip(*middles, strict=True)]
    return np.array([light[rows, columns].max() for rows, columns in near], float)
