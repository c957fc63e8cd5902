"""The blending rules on synthetic stamps, as the tests of blends run them."""

from dataclasses import replace

import numpy as np

from workflow_scripts.formats.catalogues import write_catalogue
from workflow_scripts.formats.stacks import create_stack, open_stack
from workflow_scripts.formats.tables import read_csv
from workflow_scripts.rules.blending.describe_blends import describe_blends
from workflow_scripts.rules.blending.pair_galaxies import pair_galaxies
from workflow_scripts.rules.blending.render_blends import render_blends
from workflow_scripts.rules.blending.render_masks import render_masks
from workflow_scripts.rules.blending.render_variances import render_variances
from workflow_scripts.runtime.entry import built
from workflow_scripts.settings.blending import RenderBlends, RenderMasks

N_GALAXIES, SIZE, N_BLENDS = 12, 32, 600  # more than two blocks
PAIRING = {  # of `settings.blending.PairGalaxies`, without the shard
    "blend": "pairs",
    "split": "train",
    "divide": False,
    "test_ratio": 0.25,
    "valid_ratio": 0,
    "n_blends": N_BLENDS,
    "mag_low": 20.0,
    "mag_high": 26.0,
    "exclude_types": [],
    "clean_only": False,
    "min_snr": 0,
    "n_galaxies": {"law": "fixed", "low": 2, "high": 8, "density_per_arcmin2": None},
    "max_mag_difference": 2.0,
    "max_separation": 4.0,
    "max_blendedness": 1,
    "subpixel": False,
}
RENDERING = RenderBlends(
    blend="pairs",
    split="train",
    noise="uniform",
    noise_sigma=None,
    gain=None,
    subpixel=False,
    legacy_shift_columns=False,
)


def write_stamps(folder, *, size=(SIZE, SIZE), level=0.0, bands=(), changes=None, unit_of_pixels=1.0, **about):
    """Write discs with a neighbour in the corner of each stamp."""
    rng = np.random.default_rng(0)
    image = np.zeros((N_GALAXIES, *size, *bands), np.float32)
    labels = np.zeros((N_GALAXIES, *size), np.int32)
    number, middle = np.arange(N_GALAXIES) + 1160, [side // 2 for side in size]
    box = slice(middle[0] - 4, middle[0] + 5), slice(middle[1] - 4, middle[1] + 5)
    image[:, *box] = rng.gamma(2, 50, (N_GALAXIES, 9, 9, *bands))
    labels[:, *box] = number[:, None, None]
    image[:, :3, :3], labels[:, :3, :3] = 1000, 5
    image += level * rng.standard_normal(image.shape)
    image = (image * unit_of_pixels).astype(np.float32)
    noise = np.full((N_GALAXIES, *bands), level * unit_of_pixels, np.float32)
    columns = {
        "id": number,
        "x": np.full(N_GALAXIES, float(middle[1])),
        "y": np.full(N_GALAXIES, float(middle[0])),
        "mag": np.array([19.0, 27.0, np.nan, *np.linspace(20.5, 25.5, N_GALAXIES - 3)]),
        "flux_radius": rng.uniform(2, 5, N_GALAXIES),
        "z": np.full(N_GALAXIES, np.nan),
        "galtype": np.where(number % 2, "disk", "irr"),
        "segval": number,
        **(changes or {}),
    }
    with create_stack(folder / "stamps.h5", zeropoint_ab=25.96, **about) as writer:
        writer.append(image=image, segmentation=labels, noise=noise)
    write_catalogue(folder / "stamps.ecsv", columns)
    return folder


def inputs(folder):
    return {"stamps": folder / "stamps.h5", "stamp_catalogue": folder / "stamps.ecsv"}


def produce(folder, name="a", n_shards=1, seed=42, **changes):
    """Draw blends; return the shards."""
    shards = [folder / f"{name}_{shard}.h5" for shard in range(n_shards)]
    for number, shard in enumerate(shards):
        options = {**PAIRING, **changes, "shard": number, "n_shards": n_shards}
        pair_galaxies(**inputs(folder), blends=shard, options=built(pair_galaxies, options), seed=seed, code="")
    return shards


def concatenate(folder, shards, name="a", **changes):
    """Render blends; return images, variances and the rows of the catalogue."""
    files = {"blends": folder / f"{name}.npy", "catalogue": folder / f"{name}.csv"}
    variance = folder / f"{name}_variance.npy"
    options = replace(RENDERING, **changes)
    render_blends(shards=shards, **inputs(folder), **files, options=options, seed=42)
    render_variances(shards=shards, **inputs(folder), variance=variance, options=options)
    return (
        np.load(files["blends"], mmap_mode="r"),
        np.load(variance, mmap_mode="r"),
        read_csv(folder / f"{name}.csv"),
    )


def mask(folder, shards, method, subpixel=False):
    """Return one kind of masks of blends."""
    options = RenderMasks(method, subpixel)
    render_masks(shards=shards, **inputs(folder), masks=folder / f"{method}.npy", options=options)
    return np.load(folder / f"{method}.npy", mmap_mode="r")


def describe(folder, shards, name="a", **changes):
    """Return the columns of the file with all that is known, and its attributes."""
    files = {"blends": folder / f"{name}.npy", "variance": folder / f"{name}_variance.npy"}
    options = replace(RENDERING, **changes)
    described = folder / f"{name}_described.h5"
    describe_blends(shards=shards, **inputs(folder), **files, described=described, options=options, seed=42, code="")
    with open_stack(described) as stack:
        return {column: stack[column][:] for column in stack.file}, stack.attributes
