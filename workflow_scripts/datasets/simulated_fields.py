"""Sparse fields simulated by GalSim: few sources on black, in clusters, with a truth catalogue. No download.

Sources form Thomas clusters: cluster centres are a Poisson process whose intensity differs from field to field, and
each has a Poisson number of sources around it. The flux of a source increases with the number of its neighbours in
the cluster, the radius with the flux.
"""

import hashlib
from zlib import crc32

import galsim
import numpy as np
from pydantic import model_validator

from workflow_scripts.settings.bases.datasets import SimulationOptions
from workflow_scripts.settings.contracts.datasets import Dataset
from workflow_scripts.settings.declared import option

DECLARATION = Dataset(holds="images", knows_sources=True)
BACKGROUNDS, FRACTIONS = (0, 1, 2), (0.8, 0.1, 0.1)  # grey levels, and the fraction of the fields with each
MARGIN = 4.0  # around the field within which cluster centres are drawn, in cluster widths
FFT = galsim.GSParams(folding_threshold=0.02, maximum_fft_size=4096)


class Options(SimulationOptions):
    """Number and size of the fields, and the law of their sources."""

    n: int = option(1000, "Number of fields.", ge=1)
    size: int = option(1000, "Side of a field.", unit="pixel", ge=32)
    n_bright: float = option(15.0, "Mean number of bright sources per field.", ge=0)
    n_faint: float = option(20.0, "Mean number of faint sources per field.", ge=0)
    cluster_members: float = option(3.0, "Mean number of sources per cluster.", gt=0)
    cluster_width: float = option(
        40.0, "Standard deviation of the sources about their cluster's centre.", unit="pixel", gt=0
    )
    field_spread: float = option(0.3, "Relative standard deviation of the intensity from field to field.", ge=0)
    companion_slope: float = option(
        0.1, "Slope of the logarithm of the flux with the number of other sources in the cluster.", unit="dex", ge=0
    )
    size_slope: float = option(0.25, "Slope of the logarithm of the radius with that of the flux.")
    grey: bool = option(True, "Round pixels to grey levels from 0 to 255.")

    @model_validator(mode="after")
    def check_numbers(self):
        """Raise an error for fields without sources."""
        if self.n_bright + self.n_faint == 0:
            raise ValueError("n_bright: 0, and so is n_faint: there are no sources")
        return self


def fetch(folder, options):
    """Record what the fields depend on; nothing is downloaded."""
    values = repr(sorted(options.model_dump().items()))
    record = {"file": "simulated by GalSim", "bytes": 0, "sha256": hashlib.sha256(values.encode()).hexdigest()}
    return [{**record, "licence": "made here", "note": f"GalSim {galsim.__version__}; grey levels, not photometric"}]


def read(folder, options):
    """Yield each field, (y, x) float32, with its labels."""
    for item in range(options.n):
        image, _ = draw(item, options)
        yield image, {"name": f"simulated_{item}", "unit": "DN", "band": "grey"}


def read_truth(folder, options, item):
    """Return the sources of field `item`, those of `draw`, without drawing the image."""
    rng = field_rng(item, options)
    return draw_marks(rng, *draw_places(rng, options), options)


def draw(item, options):
    """Return one field and its sources; they depend on the item and the seed alone.

    Returns
    -------
    image : (y, x) float32
    truth : dict of str to (n,) array
        x, y (pixel), flux (level x pixel), flux_radius (pixel, before the PSF), axis_ratio, theta (degrees), bright,
        companions (other sources of its cluster).
    """
    rng = field_rng(item, options)
    truth = draw_marks(rng, *draw_places(rng, options), options)
    image = np.zeros((options.size, options.size), np.float32)
    for number in range(len(truth["x"])):
        add_source(image, {name: float(values[number]) for name, values in truth.items()}, options)
    image += rng.choice(BACKGROUNDS, p=FRACTIONS)
    return (np.clip(np.rint(image), 0, 255) if options.grey else image).astype(np.float32), truth


def field_rng(item, options):
    """Return the random generator of one field."""
    return np.random.default_rng(np.random.SeedSequence(options.seed, spawn_key=(crc32(b"simulated_fields"), item)))


def draw_places(rng, options):
    """Return x, y of the sources in the field, and the number of the other sources in the cluster of each."""
    size, edge = options.size, MARGIN * options.cluster_width
    spread = options.field_spread**2
    intensity = rng.gamma(1 / spread, spread) if spread else 1.0
    per_pixel = (options.n_bright + options.n_faint) / options.cluster_members / size**2
    n_clusters = rng.poisson(intensity * per_pixel * (size + 2 * edge) ** 2)
    centres = rng.uniform(-edge, size + edge, (n_clusters, 2))
    members = rng.poisson(options.cluster_members, n_clusters)
    places = np.repeat(centres, members, axis=0) + options.cluster_width * rng.standard_normal((members.sum(), 2))
    inside = ((places > -0.5) & (places < size - 0.5)).all(axis=1)
    return *places[inside].T, np.repeat(members, members)[inside] - 1


def draw_marks(rng, x, y, companions, options):
    """Return the sources with correlated fluxes, sizes and shapes."""
    n = len(x)
    bright = rng.random(n) < options.n_bright / (options.n_bright + options.n_faint)
    decades = np.where(bright, 3.0 + 0.2 * rng.standard_normal(n), 2.0 + 0.3 * rng.standard_normal(n))
    decades += options.companion_slope * companions
    radius = 10 ** (0.15 + options.size_slope * (decades - 3.0) + 0.08 * rng.standard_normal(n))
    shape = {"axis_ratio": rng.uniform(0.4, 1.0, n), "theta": rng.uniform(-90, 90, n)}
    marks = {"flux": 10**decades, "flux_radius": radius, **shape, "bright": bright, "companions": companions}
    return {"x": x, "y": y, **marks}


def add_source(image, source, options):
    """Add one source to a field: an exponential disc convolved with a Gaussian PSF."""
    disc = galsim.Exponential(half_light_radius=source["flux_radius"], flux=source["flux"], gsparams=FFT)
    disc = disc.shear(q=source["axis_ratio"], beta=source["theta"] * galsim.degrees)
    convolved = galsim.Convolve(disc, galsim.Gaussian(fwhm=options.psf_fwhm), gsparams=FFT)
    half = int(8 * source["flux_radius"] + 3 * options.psf_fwhm)
    x, y = round(source["x"]), round(source["y"])
    box = galsim.BoundsI(x - half, x + half, y - half, y + half)
    # bounds and centre are relative to the first pixel of the field, 0
    stamp = convolved.drawImage(bounds=box, scale=1.0, center=galsim.PositionD(source["x"], source["y"]))
    kept = stamp[box & galsim.BoundsI(0, options.size - 1, 0, options.size - 1)]
    image[kept.ymin : kept.ymax + 1, kept.xmin : kept.xmax + 1] += kept.array
