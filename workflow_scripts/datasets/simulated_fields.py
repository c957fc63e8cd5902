"""Sparse fields drawn by GalSim: few sources on black, in clusters, their truth known. No download.

Sources form Thomas clusters: cluster centres are a Poisson process whose intensity differs from field to field, and
each has a Poisson number of sources around it. A source in company is brighter; a bright one is larger.
"""

import hashlib
from dataclasses import asdict, dataclass
from zlib import crc32

import galsim
import numpy as np

YIELDS = "images"
BACKGROUNDS, SHARES = (0, 1, 2), (0.8, 0.1, 0.1)  # grey levels, and the share of the fields that have them
MARGIN = 4.0  # cluster centres lie so many cluster widths outside the field, too
FFT = galsim.GSParams(folding_threshold=0.02, maximum_fft_size=4096)


@dataclass(frozen=True)
class Options:
    """How many fields, how large, and the law of their sources.

    `n_bright` and `n_faint` are mean numbers of sources in a field; `cluster_members` the mean number around a cluster
    centre, `cluster_width` their deviation from it (pixel); `field_spread` the relative deviation of the intensity from
    field to field; `company` how much brighter a source is for every other one of its cluster, in decades; `size_slope`
    how the radius grows with the flux, in decades per decade; `psf_fwhm` in pixels; `grey: false` leaves the pixels as
    they are, else they are rounded and end at 255. Field i of a seed is the same whatever `n` is.
    """

    n: int = 1000
    size: int = 1000
    seed: int = 0
    n_bright: float = 15.0
    n_faint: float = 20.0
    cluster_members: float = 3.0
    cluster_width: float = 40.0
    field_spread: float = 0.3
    company: float = 0.1
    size_slope: float = 0.25
    psf_fwhm: float = 2.5
    grey: bool = True

    def __post_init__(self):
        if self.n < 1 or self.size < 32 or self.seed < 0:
            raise ValueError("n: at least 1; size: at least 32; seed: not negative")
        if self.n_bright < 0 or self.n_faint < 0 or self.n_bright + self.n_faint == 0:
            raise ValueError("n_bright and n_faint: not negative, and not both 0")
        if self.cluster_members <= 0 or self.cluster_width <= 0 or self.psf_fwhm <= 0:
            raise ValueError("cluster_members, cluster_width and psf_fwhm: above 0")
        if self.field_spread < 0 or self.company < 0:
            raise ValueError("field_spread and company: not negative")


def fetch(folder, options):
    """Nothing to download: record what the fields depend on."""
    said = repr(sorted(asdict(options).items()))
    record = {"file": "simulated by GalSim", "bytes": 0, "sha256": hashlib.sha256(said.encode()).hexdigest()}
    return [{**record, "licence": "made here", "note": f"GalSim {galsim.__version__}; grey levels, not photometric"}]


def read(folder, options):
    """Yield each field, (y, x) float32, with its labels."""
    for item in range(options.n):
        image, _ = draw(item, options)
        yield image, {"name": f"simulated_{item}", "unit": "DN", "band": "grey"}


def read_truth(folder, options, item):
    """Return the sources of field `item`, as `draw` does, without drawing it."""
    rng = field_rng(item, options)
    return draw_marks(rng, *draw_places(rng, options), options)


def draw(item, options):
    """Return one field and its sources; the same for an item and a seed, however many others are drawn.

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
    image += rng.choice(BACKGROUNDS, p=SHARES)
    return (np.clip(np.rint(image), 0, 255) if options.grey else image).astype(np.float32), truth


def field_rng(item, options):
    """Return the random numbers of one field."""
    return np.random.default_rng(np.random.SeedSequence(options.seed, spawn_key=(crc32(b"simulated_fields"), item)))


def draw_places(rng, options):
    """Return x, y of the sources in the field, and how many others each has in its cluster."""
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
    """Return the sources with flux, size and shape, drawn together."""
    n = len(x)
    bright = rng.random(n) < options.n_bright / (options.n_bright + options.n_faint)
    decades = np.where(bright, 3.0 + 0.2 * rng.standard_normal(n), 2.0 + 0.3 * rng.standard_normal(n))
    decades += options.company * companions
    radius = 10 ** (0.15 + options.size_slope * (decades - 3.0) + 0.08 * rng.standard_normal(n))
    shape = {"axis_ratio": rng.uniform(0.4, 1.0, n), "theta": rng.uniform(-90, 90, n)}
    marks = {"flux": 10**decades, "flux_radius": radius, **shape, "bright": bright, "companions": companions}
    return {"x": x, "y": y, **marks}


def add_source(image, source, options):
    """Add one source to a field: an exponential disc seen through a Gaussian PSF."""
    disc = galsim.Exponential(half_light_radius=source["flux_radius"], flux=source["flux"], gsparams=FFT)
    disc = disc.shear(q=source["axis_ratio"], beta=source["theta"] * galsim.degrees)
    seen = galsim.Convolve(disc, galsim.Gaussian(fwhm=options.psf_fwhm), gsparams=FFT)
    half = int(8 * source["flux_radius"] + 3 * options.psf_fwhm)
    x, y = round(source["x"]), round(source["y"])
    box = galsim.BoundsI(x - half, x + half, y - half, y + half)
    # bounds and centre count from the field's first pixel, 0
    stamp = seen.drawImage(bounds=box, scale=1.0, center=galsim.PositionD(source["x"], source["y"]))
    kept = stamp[box & galsim.BoundsI(0, options.size - 1, 0, options.size - 1)]
    image[kept.ymin : kept.ymax + 1, kept.xmin : kept.xmax + 1] += kept.array
