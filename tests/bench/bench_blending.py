"""Time the blending verbs against the published way, plain writing and a bare NumPy loop; one core, one run.

The ways: `pair_galaxies`, `render_blends`, `render_masks` (bogg_masks) and `convert_fluxes` as a study runs
them; one NPY file per stamp and mask with a five-fold dilation per draw, read back and concatenated; the bytes of our
products written from memory; blends and masks of cached stamps in a loop, written nowhere.

With `--linear` the cost per blend and the memory for 10^3, 10^4 and 10^5 blends.
"""

import os

os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")

import argparse
import resource
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy import ndimage

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1] / "science")]
import little_blends

from workflow_scripts.formats.catalogues import write_catalogue
from workflow_scripts.formats.stacks import create_stack
from workflow_scripts.rules.blending.convert_fluxes import convert_fluxes
from workflow_scripts.rules.blending.pair_galaxies import pair_galaxies
from workflow_scripts.rules.blending.render_blends import render_blends
from workflow_scripts.rules.blending.render_masks import render_masks
from workflow_scripts.runtime.entry import built
from workflow_scripts.settings.blending import ConvertFluxes, RenderMasks

SIZE, N_STAMPS, N_PUBLISHED = 128, 500, 300
PRODUCTS = ("blends.npy", "masks.npy", "flux.npy", "catalogue.csv", "shard.h5")
MODES = {
    "whole pixels": {"subpixel": False, "noise": "none"},
    "whole pixels + noise": {"subpixel": False, "noise": "uniform"},
    "sub-pixel + noise": {"subpixel": True, "noise": "uniform"},
}
PAIRING = {**little_blends.PAIRING, "blend": "bench", "shard": 0, "n_shards": 1, "mag_low": 0, "mag_high": 99}


def make_stamps(folder):
    """Write exponential discs of one exposure's noise with a neighbour each; return images, maps and catalogue."""
    rng = np.random.default_rng(0)
    y, x = np.mgrid[:SIZE, :SIZE] - SIZE // 2
    radius, flux = rng.uniform(3, 9, N_STAMPS), 10 ** rng.uniform(3, 4, N_STAMPS)
    scale = radius[:, None, None] / 1.68
    image = flux[:, None, None] * np.exp(-np.hypot(x, y) / scale) / (2 * np.pi * scale**2)
    labels = np.where(np.hypot(x, y) < 2.5 * radius[:, None, None], 1, 0).astype(np.int32)
    labels[:, 8:20, 90:104] = 2
    image += 5 * (labels == 2) + rng.standard_normal(image.shape)
    image, noise = image.astype(np.float32), np.ones(N_STAMPS, np.float32)
    with create_stack(folder / "stamps.h5", zeropoint_ab=25.96) as writer:
        writer.append(image=image, segmentation=labels, noise=noise)
    table = {"id": np.arange(N_STAMPS), "mag": 25.96 - 2.5 * np.log10(flux), "flux_radius": radius}
    table |= {"z": rng.uniform(0, 2, N_STAMPS), "galtype": np.full(N_STAMPS, "disk"), "segval": np.ones(N_STAMPS, int)}
    write_catalogue(folder / "stamps.ecsv", table)
    return image, labels, table


def ours(folder, n, mode):
    """Run the verbs; return the seconds of each."""
    stamps = {"stamps": folder / "stamps.h5", "stamp_catalogue": folder / "stamps.ecsv"}
    shards, catalogue = [folder / "shard.h5"], folder / "catalogue.csv"
    drawn = {**PAIRING, "n_blends": n, "subpixel": mode["subpixel"]}
    rendered = replace(little_blends.RENDERING, blend="bench", **mode)
    images = {"blends": folder / "blends.npy", "catalogue": catalogue}
    verbs = {
        "produce": lambda: pair_galaxies(
            **stamps, blends=shards[0], options=built(pair_galaxies, drawn), seed=42, code=""
        ),
        "concatenate": lambda: render_blends(shards=shards, **stamps, **images, options=rendered, seed=42),
        "masks": lambda: render_masks(
            shards=shards,
            **stamps,
            masks=folder / "masks.npy",
            options=RenderMasks("bogg_masks", mode["subpixel"]),
        ),
        "convert": lambda: convert_fluxes(
            stamps=stamps["stamps"], catalogue=catalogue, flux=folder / "flux.npy", options=ConvertFluxes(25.96)
        ),
    }
    return {name: seconds(verb) for name, verb in verbs.items()}


def written(folder):
    """Return the bytes of our products."""
    return sum((folder / name).stat().st_size for name in PRODUCTS)


def clear(folder):
    """Remove what was written before: to free a file's pages takes as long as to fill them."""
    for name in (*PRODUCTS, "plain.bin"):
        (folder / name).unlink(missing_ok=True)


def write_plainly(folder, n_bytes):
    """Write as many bytes from memory, in the same pieces."""
    piece = np.random.default_rng(0).bytes(2**21)
    with (folder / "plain.bin").open("wb") as file:
        for _ in range(n_bytes // len(piece)):
            file.write(piece)
        file.write(piece[: n_bytes % len(piece)])


def isolate(image, labels, rng):
    """Return a stamp with its neighbours replaced by noise, noise added again, and its mask, as published."""
    own = labels == labels[SIZE // 2, SIZE // 2]
    everything = ndimage.binary_dilation(labels > 0, iterations=5)
    mask = ndimage.binary_dilation(own, iterations=5)
    sigma = image[~everything].std()
    filled = np.where(everything & ~mask, rng.normal(0, sigma, image.shape), image)
    return (filled + rng.normal(0, sigma, image.shape) * mask).astype(np.float32), own


def published(folder, n, images, labels, table):
    """Blend the published way: a search for each pair, a file per stamp and mask, read back and concatenated."""
    rng = np.random.default_rng(1)
    for number in range(n):
        one, two = rng.integers(N_STAMPS, size=2)
        while one == two or abs(table["mag"][one] - table["mag"][two]) > 2:
            one, two = rng.integers(N_STAMPS, size=2)
        radii = sorted((table["flux_radius"][one], table["flux_radius"][two]))
        length, angle = rng.uniform(radii[1], max(4 * radii[0], radii[1])), rng.uniform(0, 2 * np.pi)
        shift = round(length * np.sin(angle)), round(length * np.cos(angle))
        for g, (galaxy, move) in enumerate(((one, (0, 0)), (two, shift))):
            image, mask = isolate(images[galaxy], labels[galaxy], rng)
            np.save(folder / f"{number}_{g}_image.npy", np.roll(image, move, (0, 1)))
            np.save(folder / f"{number}_{g}_mask.npy", np.roll(mask, move, (0, 1)))
    blends, masks = [], []
    for number in range(n):
        pair, own = ([np.load(folder / f"{number}_{g}_{what}.npy") for g in range(2)] for what in ("image", "mask"))
        blends.append(pair[0] + pair[1])
        both = own[0] & own[1]
        masks.append(np.stack([~(own[0] | own[1]), both, own[0] & ~both, own[1] & ~both], axis=-1).astype(np.uint8))
    np.save(folder / "published_blends.npy", np.array(blends))
    np.save(folder / "published_masks.npy", np.array(masks))


def bare_loop(n, images, labels):
    """Blend cached stamps and draw their masks in a loop; nothing is chosen, nothing written."""
    rng = np.random.default_rng(2)
    own = labels == 1
    light = np.where(own, images, 0)
    for one, two in rng.integers(N_STAMPS, size=(n, 2)):
        blend = light[one].copy()
        blend[10:, 7:] += light[two][:-10, :-7]
        moved = np.zeros((SIZE, SIZE), bool)
        moved[10:, 7:] = own[two][:-10, :-7]
        masks = np.empty((SIZE, SIZE, 4), np.uint8)
        both, either = own[one] & moved, own[one] | moved
        masks[..., 0], masks[..., 1], masks[..., 2], masks[..., 3] = ~either, both, own[one] ^ both, moved ^ both


def seconds(function):
    """Return the seconds that a call takes."""
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def say(name, milliseconds, more=""):
    """Print one line."""
    print(f"{name:34s} {milliseconds:8.4f} ms per blend  {more}", flush=True)


def compare(folder, n, repeats, stamps):
    """Print the cost per blend of every way, the least of several turns: other jobs interrupt the longer ways more."""
    theirs, bare, plainly, verbs = [], [], {name: [] for name in MODES}, {name: [] for name in MODES}
    for _ in range(repeats):
        theirs.append(1e3 * seconds(lambda: published(folder, N_PUBLISHED, *stamps)) / N_PUBLISHED)
        bare.append(1e3 * seconds(lambda: bare_loop(n // 10, *stamps[:2])) / (n // 10))
        for name, mode in MODES.items():
            clear(folder)
            verbs[name].append({verb: 1e3 * time / n for verb, time in ours(folder, n, mode).items()})
            n_bytes = written(folder)
            clear(folder)
            plainly[name].append(1e3 * seconds(lambda n_bytes=n_bytes: write_plainly(folder, n_bytes)) / n)
    theirs = min(theirs)
    say("published way", theirs)
    say("bare loop over cached stamps", min(bare))
    for name in MODES:
        parts, plain = min(verbs[name], key=lambda parts: sum(parts.values())), min(plainly[name])
        total = sum(parts.values())
        detail = " ".join(f"{verb} {time:.4f}" for verb, time in parts.items())
        say(name, total, f"published / ours {theirs / total:.1f}, ours / plain {total / plain:.2f} ({detail})")
        say("  the same bytes, plainly written", plain)


def measure_growth(folder):
    """Print the cost per blend and the peak memory as the number of blends grows."""
    for n in (10**3, 10**4, 10**5):
        clear(folder)
        total = sum(ours(folder, n, MODES["whole pixels"]).values())
        say(f"{n} blends", 1e3 * total / n, f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-n", type=int, default=5000, help="blends")
    parser.add_argument("--repeats", type=int, default=3, help="turns")
    parser.add_argument("--linear", action="store_true", help="measure how the cost grows, in place of the comparison")
    parser.add_argument("--folder", help="where to write; 23 GB for --linear")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        stamps = make_stamps(Path(folder))
        if arguments.linear:
            del stamps
            measure_growth(Path(folder))
        else:
            compare(Path(folder), arguments.n, arguments.repeats, stamps)


if __name__ == "__main__":
    main()
