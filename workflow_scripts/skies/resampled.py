"""Resampled sky: sources of the data at new positions, each with its fraction of the light, and fitted noise.

Its sources are copies, its fields are not: it is meant for blending, deblending and completeness. The sources are those
of the training part; the truth catalogue gives the id of each original.
"""

from dataclasses import replace

import numpy as np

from workflow_scripts.measuring.source_library import SourceLibrary
from workflow_scripts.measuring.unresolved_light import UnresolvedSampler
from workflow_scripts.scenes.composition import Changes, compose_field, draw_placements
from workflow_scripts.scenes.stamp_resampling import StampSquares
from workflow_scripts.settings.bases.skies import LibraryOptions
from workflow_scripts.settings.contracts.skies import Part, Sky
from workflow_scripts.settings.declared import option

DECLARATION = Sky(
    parts={
        "library": Part(kind="library"),
        "pixels": Part(kind="library_pixels"),
        "unresolved": Part(kind="unresolved"),
    }
)


class Options(LibraryOptions):
    """Changes of the sources and the fields of the data."""

    flux: float = option(
        0.0, "Standard deviation of the flux of a source around its original's, in e-folds.", ge=0, le=0.5
    )
    size: float = option(
        0.0, "Standard deviation of the size of a source around its original's, in e-folds.", ge=0, le=0.2
    )
    turn: bool = option(True, "Apply one of the eight symmetries of the square to every source.")
    subpixel: bool = option(True, "Put sources at fractions of pixels.")


def compose(n, rng, scene, parts, options):
    """Yield n fields with their truth and their variance.

    Parameters
    ----------
    n : int
    rng : numpy.random.Generator
    scene : scenes.scene.Scene
    parts : dict
        `library`: `scenes.composition.LibrarySources`; `pixels`: `measuring.source_library.StampPixels`; `unresolved`:
        the field between the sources.
    options : Options

    Yields
    ------
    image : (y, x) float32
    truth : dict of str to array
        x, y, flux, peak, flux_radius, and `original`, the id of the source in the library, `symmetry`,
        `flux_factor`, `size_factor`, of the sources whose centre lies in the field.
    maps : dict of str to array
        `relative_variance (y, x) float32` of the noise over that of the sky between the sources.
    """
    library = SourceLibrary.of(parts["library"].stamps, parts["pixels"])
    for field in draw_fields(n, rng, scene.shape, parts, library, options):
        maps = {"relative_variance": field.relative_variance}
        yield field.image, truth_of(field.placement, library, scene.shape), maps


def draw_fields(n, rng, shape, parts, library, options):
    """Yield n linear fields with their variance, `scenes.composition.Field`."""
    sky, squares = UnresolvedSampler(parts["unresolved"], shape), StampSquares(library)
    pattern = parts["library"].pattern
    pattern = replace(pattern, rate=pattern.rate * options.density)
    changes = Changes(options.flux, options.size, options.turn, options.subpixel)
    for placement in draw_placements(rng, n, shape, pattern, squares, changes):
        yield compose_field(rng, squares, placement, sky)


def truth_of(placement, library, shape):
    """Return the catalogue of the sources whose centre lies in a field."""
    inside = (placement.x > -0.5) & (placement.y > -0.5)
    inside &= (placement.x < shape[1] - 0.5) & (placement.y < shape[0] - 0.5)
    here = placement.take(np.nonzero(inside)[0])
    marks = {name: library.marks[name][here.row] for name in ("id", "flux", "peak", "flux_radius")}
    return {
        "x": here.x,
        "y": here.y,
        "flux": marks["flux"] * here.flux,
        "peak": marks["peak"] * here.flux / here.size**2,
        "flux_radius": marks["flux_radius"] * here.size,
        "original": marks["id"],
        "symmetry": here.symmetry,
        "flux_factor": here.flux,
        "size_factor": here.size,
    }
