"""Resampled sky: the data's own sources in a new arrangement, each with its share of the light, over fitted noise.

Its sources are copies and its skies are not: for blending, deblending and completeness. The sources come from the
training part alone; the truth catalogue gives the id of each original.
"""

from dataclasses import replace

import numpy as np

from workflow_scripts.imaging.delivery import deliver
from workflow_scripts.measuring.source_library import SourceLibrary
from workflow_scripts.measuring.unresolved_light import UnresolvedSampler
from workflow_scripts.scenes.composition import Changes, compose_field, draw_placements
from workflow_scripts.scenes.stamp_resampling import StampSquares
from workflow_scripts.settings.contracts.skies import Part, Sky
from workflow_scripts.settings.declared import Declared, option

DECLARATION = Sky(
    parts={
        "library": Part(kind="library"),
        "pixels": Part(kind="library_pixels"),
        "unresolved": Part(kind="unresolved"),
    }
)


class Options(Declared):
    """How sources and fields differ from the data's."""

    density: float = option(1.0, "Number of sources over that of the data.", gt=0)
    flux: float = option(
        0.0, "Standard deviation of the flux of a source around its original's, in e-folds.", ge=0, le=0.5
    )
    size: float = option(0.0, "The same of its size.", ge=0, le=0.2)
    turn: bool = option(True, "Apply one of the eight symmetries of the square to every source.")
    subpixel: bool = option(True, "Put sources at fractions of pixels.")
    as_delivered: bool = option(True, "Round and clip pixels as the data are; else the sky is linear.")


def compose(n, rng, scene, parts, options):
    """Yield n fields with their truth and their variance.

    Parameters
    ----------
    n : int
    rng : numpy.random.Generator
    scene : scenes.scene.Scene
    parts : dict
        `library`: `shapes` and `marks` of the stamps and their `pattern`; `pixels`: `light` and `weight` of the stamps;
        `unresolved`: the field between the sources, `unresolved`, and the `delivery` of the data.
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
    library = SourceLibrary(**parts["pixels"], **parts["library"]["shapes"], marks=parts["library"]["marks"])
    for field in draw_fields(n, rng, scene.shape, parts, library, options):
        image = deliver(field.image, parts["unresolved"]["delivery"]) if options.as_delivered else field.image
        yield image, truth_of(field.placement, library, scene.shape), {"relative_variance": field.relative_variance}


def draw_fields(n, rng, shape, parts, library, options):
    """Yield n linear fields with their variance, `scenes.composition.Field`."""
    sky, squares = UnresolvedSampler(parts["unresolved"]["unresolved"], shape), StampSquares(library)
    pattern = parts["library"]["pattern"]
    pattern = replace(pattern, rate=pattern.rate * options.density)
    changes = Changes(options.flux, options.size, options.turn, options.subpixel)
    for placement in draw_placements(rng, n, shape, pattern, squares.reach, changes):
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
