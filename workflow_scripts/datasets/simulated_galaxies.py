"""Galaxies simulated by GalSim in three bands, with PSF and noise: spirals, ellipticals, mergers, edge-on discs.

Their attributes are known exactly, so they test whether generated galaxies have the requested ones. No download.
"""

import hashlib
from zlib import crc32

import galsim
import numpy as np
from scipy.optimize import brentq

from workflow_scripts.measuring.profiles import light_within
from workflow_scripts.settings.bases.datasets import SimulatedGalaxyOptions
from workflow_scripts.settings.contracts.datasets import Dataset

DECLARATION = Dataset(holds="galaxies")
CLASSES = ("spiral", "elliptical", "merger", "edge_on")
BULGE_SIZE = 0.3  # ratio of the half-light radii of bulge and disc of a spiral
# Fluxes in the three bands relative to their mean: a disc is blue, its arms bluer, a bulge red.
COLOURS = {"disc": (1.15, 1.0, 0.85), "arms": (1.5, 0.9, 0.6), "bulge": (0.6, 1.0, 1.4)}


class Options(SimulatedGalaxyOptions):
    """Galaxies; the noise of each band has a standard deviation of 1, the flux is that of the mean of the bands."""


def fetch(folder, options):
    """Record what the galaxies depend on; nothing is downloaded."""
    values = repr(sorted(options.model_dump().items()))
    record = {"file": "simulated by GalSim", "bytes": 0, "sha256": hashlib.sha256(values.encode()).hexdigest()}
    return [{**record, "licence": "made here", "galsim": galsim.__version__}]


def describe(folder, options):
    """Return the properties of the pixels, and the classes."""
    pixels = {"unit": "noise deviations", "band": "blue, middle, red", "psf_fwhm": options.psf_fwhm}
    return {**pixels, "classes": list(CLASSES)}


def read(folder, options):
    """Yield each galaxy, (s, s, 3) float32, with its class and its true attributes."""
    for item in range(options.n):
        image, row = draw(item, options)
        yield image, row


def draw(item, options):
    """Return one galaxy and its row; they depend on the item and the seed alone."""
    light, row, rng = draw_light(item, options)
    return (light + rng.standard_normal(light.shape)).astype(np.float32), row


def draw_light(item, options):
    """Return one galaxy without noise, (s, s, 3) float, its row, and the random generator of its noise."""
    sequence = np.random.SeedSequence(options.seed, spawn_key=(crc32(b"simulated_galaxies"), item))
    rng = np.random.default_rng(sequence)
    row = draw_attributes(rng, item % len(CLASSES), options)
    light = sum(
        render(profile, options)[..., None] * np.array(COLOURS[colour])
        for profile, colour in PARTS[row["class"]](rng, row)
    )
    scale = row["snr"] / np.sqrt((light[..., 1] ** 2).sum())
    # The colours of every component sum to 3, so the mean of the bands has the total flux of 1.
    row = {**row, "flux": float(scale), "id": f"simulated_{item}"}
    return scale * light, row, rng


def draw_attributes(rng, kind, options):
    """Draw the attributes of a galaxy of a class: size uniform, SNR log-uniform, axis ratio by class."""
    low, high = {0: (0.35, 1.0), 1: (0.3, 1.0), 2: (0.4, 1.0), 3: (0.15, 0.3)}[kind]
    return {
        "class": CLASSES[kind],
        "half_light_radius": float(rng.uniform(options.radius_low, options.radius_high)),
        "axis_ratio": float(rng.uniform(low, high)),
        "theta": float(rng.uniform(-90, 90)),
        "snr": float(np.exp(rng.uniform(np.log(options.snr_low), np.log(options.snr_high)))),
    }


def render(profile, options):
    """Return a profile convolved with the PSF, (s, s)."""
    convolved = galsim.Convolve(
        profile, galsim.Gaussian(fwhm=options.psf_fwhm), gsparams=galsim.GSParams(maximum_fft_size=8192)
    )
    return convolved.drawImage(nx=options.size, ny=options.size, scale=1.0).array.astype(float)


def inclined(profile, row):
    """Return a round profile compressed to the axis ratio and rotated; the major half-light axis is unchanged."""
    q = row["axis_ratio"]
    compressed = profile.transform(1.0, 0.0, 0.0, q) / q
    return compressed.rotate(row["theta"] * galsim.degrees)


def sersic(index, radius, flux=1.0):
    """Return a round profile; GalSim caches one table per index, so the indices are few."""
    return (
        galsim.Exponential(half_light_radius=radius, flux=flux)
        if index == 1
        else galsim.Sersic(index, half_light_radius=radius, flux=flux)
    )


def disc_radius(bulge_fraction, radius):
    """Return the half-light radius of the disc for which disc and bulge together have half-light radius `radius`."""

    def excess(disc):
        return (
            (1 - bulge_fraction) * light_within(1 / disc, 1)
            + bulge_fraction * light_within(1 / (BULGE_SIZE * disc), 2)
            - 0.5
        )

    return radius * brentq(excess, 0.5, 4.0)


def spiral(rng, row):
    """Return disc, arms and bulge; the arms are knots along logarithmic spirals with the radial profile of the disc."""
    bulge, in_arms = rng.uniform(0.0, 0.15), rng.uniform(0.15, 0.35)
    radius = disc_radius(bulge, row["half_light_radius"])
    disc = sersic(1, radius, (1 - bulge) * (1 - in_arms))
    return [
        (inclined(disc, row), "disc"),
        (inclined(arms(rng, radius) * ((1 - bulge) * in_arms), row), "arms"),
        (inclined(sersic(2, BULGE_SIZE * radius, bulge), row), "bulge"),
    ]


def arms(rng, radius, n_knots=24):
    """Return two to four arms of unit total flux; the knots have equal fluxes."""
    enclosed = (np.arange(n_knots) + 0.5) / n_knots
    radii = radius * np.interp(enclosed, light_within(np.linspace(0, 6, 400), 1), np.linspace(0, 6, 400))
    turns = np.arange(n_arms := int(rng.integers(2, 5))) * 2 * np.pi / n_arms
    winding, start, hand = rng.uniform(1.5, 3.0), rng.uniform(0, 2 * np.pi), rng.choice([-1, 1])
    angles = start + hand * winding * np.log(np.maximum(radii, 0.1 * radius) / radius)
    knots = [
        galsim.Gaussian(half_light_radius=0.18 * radius, flux=1 / (n_arms * n_knots)).shift(
            r * np.cos(a + turn), r * np.sin(a + turn)
        )
        for r, a in zip(radii, angles, strict=True)
        for turn in turns
    ]
    return galsim.Add(knots)


def elliptical(rng, row):
    """Return one red profile with Sersic index 2 or 3."""
    return [(inclined(sersic(int(rng.choice([2, 3])), row["half_light_radius"]), row), "bulge")]


def edge_on(rng, row):
    """Return a thin disc."""
    return [(inclined(sersic(1, row["half_light_radius"]), row), "disc")]


def merger(rng, row):
    """Return two overlapping discs; the attributes are those of the brighter one, except the flux, which is total."""
    ratio, apart, angle = rng.uniform(0.25, 0.8), rng.uniform(0.8, 1.6), rng.uniform(0, 2 * np.pi)
    other = {"axis_ratio": rng.uniform(0.3, 1.0), "theta": rng.uniform(-90, 90)}
    reach = apart * row["half_light_radius"]
    first = inclined(sersic(1, row["half_light_radius"], 1 / (1 + ratio)), row)
    second = inclined(sersic(1, 0.6 * row["half_light_radius"], ratio / (1 + ratio)), other)
    return [(first, "disc"), (second.shift(reach * np.cos(angle), reach * np.sin(angle)), "bulge")]


PARTS = {"spiral": spiral, "elliptical": elliptical, "merger": merger, "edge_on": edge_on}
