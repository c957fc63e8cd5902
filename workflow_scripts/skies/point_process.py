"""Point-process sky: sources of a fitted marked Thomas process, each drawn by a generator that is asked for its marks.

Positions are fractions of pixels, fluxes add, the background of a field is a level of the data's, with their noise
where it is asked for. A user's list of sources takes the place of the process.
"""

from dataclasses import dataclass

import numpy as np

from workflow_scripts.imaging.listed import complete_marks, sources_of_field
from workflow_scripts.imaging.noise import amplitudes, draw_noise
from workflow_scripts.imaging.point_process import company, draw_exactly, draw_places, keep_apart
from workflow_scripts.imaging.shifts import shift_stamp

NEEDS = {"noise": "noise", "process": "process", "sources": "list", "stamps": "stage"}
NEIGHBOURS = 8  # sources in a little less or more company among which marks are drawn, too


@dataclass(frozen=True)
class Options:
    """`n_sources` dictates the number of sources of every field (-1: drawn); `round_to` is the step of grey levels.

    `top` is the highest level that a pixel can have, 0 for none. `noise` puts noise around the level, as skew and as
    correlated as the data's. `flux` is that of the `stamp` that the generator gave, or as `asked`: the data's Kron
    fluxes are totals, those above a threshold are not.
    """

    n_sources: int = -1
    round_to: float = 0.0
    top: float = 0.0
    noise: bool = False
    flux: str = "stamp"

    def __post_init__(self):
        if self.n_sources < -1 or self.round_to < 0 or self.top < 0:
            raise ValueError("n_sources: at least 0, or -1; round_to and top: at least 0")
        if self.flux not in ("stamp", "asked"):
            raise ValueError(f"flux: {self.flux!r}; known: stamp, asked")


def compose(n, rng, parts, options):
    """Yield n fields with their truth.

    Parameters
    ----------
    n : int
    rng : numpy.random.Generator
    parts : dict
        `shape` (y, x); `process`: dict of the law and of the marks of the data's sources; `stamps`: a sampler that is
        asked for marks; `patches_hold_sky`: whether its stamps have the background in them; `noise`: the backgrounds'
        levels, quantiles and correlation; `sources`, where the user lists them: what the fields hold, from field
        `first` on.
    options : Options

    Yields
    ------
    image : (y, x) float32
    truth : dict of str to array
        x, y, flux, peak, flux_radius.
    """
    process, shape = parts["process"], parts["shape"]
    if "sources" in parts:
        drawn = [list_sources(rng, process, parts["sources"], parts["first"] + row) for row in range(n)]
    else:
        drawn = [draw_sources(rng, process, shape, options) for _ in range(n)]
    places, marks, fluxes = zip(*drawn, strict=True)
    asked = {name: np.concatenate([one[name] for one in marks]) for name in marks[0]}
    stamps = iter(parts["stamps"](len(asked["flux"]), rng, asked))
    waves = amplitudes(parts["noise"]["correlation"], shape) if options.noise else None
    for xy, mark, wanted in zip(places, marks, fluxes, strict=True):
        level = rng.choice(parts["noise"]["level"])
        image = np.zeros(shape, np.float32)
        sky = np.float32(level if parts["patches_hold_sky"] else 0)
        lights = [np.maximum(next(stamps) - sky, 0) for _ in xy]
        added = [add(image, dim(light, one), *place) for light, one, place in zip(lights, wanted, xy, strict=True)]
        flux, peak = np.array(added, float).reshape(-1, 2).T
        x, y = xy.reshape(-1, 2).T
        truth = {"x": x, "y": y, "flux": flux, "peak": peak, "flux_radius": mark["flux_radius"]}
        if options.noise:
            image += draw_noise(rng, shape, parts["noise"]["quantile"], waves)
        yield finish(image, level, options), truth


def draw_sources(rng, process, shape, options):
    """Return positions, marks and fluxes of one field's sources; NaN for the flux that the stamp has."""
    count = () if options.n_sources < 0 else (options.n_sources,)
    places, homes = (draw_exactly if count else draw_places)(rng, process, shape, *count)
    marks = draw_marks(rng, process, places)
    reach = process["separation"] * np.sqrt(marks["npix"] / np.pi)
    fluxes = marks["flux"] if options.flux == "asked" else np.full(len(places), np.nan)
    return keep_apart(rng, process, shape, places, homes, reach), marks, fluxes


def list_sources(rng, process, sources, field):
    """Return positions, marks and fluxes of the sources that the user lists for a field."""
    listed = sources_of_field(sources, field)
    places = np.column_stack([listed.pop("x"), listed.pop("y")])
    return places, complete_marks(listed, process["marks"], rng), listed["flux"]


def dim(light, flux):
    """Return a stamp's light brought to a flux; NaN leaves it as it is."""
    total = light.sum(dtype=float)
    return light * np.float32(flux / total) if np.isfinite(flux) and total > 0 else light


def draw_marks(rng, process, places):
    """Return the marks of sources: all of one of the data's sources, drawn among those in like company."""
    order, near = process["by_company"], company(places, process["reach"])
    alike = [np.searchsorted(process["company"][order], near, side) for side in ("left", "right")]
    rank = rng.integers(alike[0] - NEIGHBOURS, alike[1] + NEIGHBOURS)
    chosen = order[np.clip(rank, 0, len(order) - 1)]
    return {name: values[chosen] for name, values in process["marks"].items()}


def add(image, light, x, y):
    """Add a stamp's light to a field in place, its centroid at a place in fractions of pixels; return flux and peak.

    A generator learns sources whose brightest pixel lies in the middle: their centroid does not.
    """
    x0, y0 = (place - middle for place, middle in zip((x, y), centroid(light), strict=True))
    left, top = round(x0), round(y0)
    light = shift_stamp(light, x0 - left, y0 - top)
    rows = slice(max(top, 0), max(min(top + light.shape[0], image.shape[0]), 0))
    columns = slice(max(left, 0), max(min(left + light.shape[1], image.shape[1]), 0))
    image[rows, columns] += light[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]
    return float(light.sum(dtype=float)), float(light.max())


def centroid(light):
    """Return the centroid (x, y) of a stamp; of one without light its middle."""
    total = light.sum(dtype=float)
    if total <= 0:
        return light.shape[1] // 2, light.shape[0] // 2
    return tuple(float(light.sum(axis=axis, dtype=float) @ np.arange(light.shape[1 - axis])) / total for axis in (0, 1))


def finish(image, level, options):
    """Return a field on its background, in the data's grey levels."""
    image = image + np.float32(level)
    if options.round_to:
        image = np.round(image / options.round_to) * options.round_to
    return (np.minimum(image, options.top) if options.top else image).astype(np.float32)
