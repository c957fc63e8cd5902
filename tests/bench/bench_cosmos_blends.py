"""Time blends of COSMOS galaxies with a common PSF and noise against the Blending ToolKit; one core, one run.

Two galaxies, one band, 128 px. Ours: `import_stamps` (each galaxy is brought to the common PSF once), then
`pair_galaxies`, `render_blends` (sub-pixel shifts, noise), `render_variances` and `describe_blends` (the
truth of every galaxy), all written to disk. The ToolKit keeps blends and isolated galaxies in memory; it draws under
our Gaussian PSF of 0.15 arcsec, and under the one that its survey COSMOS has by default.

    SKYLOOM_REAL_DATA=folder python tests/bench/bench_cosmos_blends.py [--toolkit PYTHON]

needs `cosmos_stamps/*.fits`, a RealGalaxyCatalog, in the folder; PYTHON is an interpreter with blending_toolkit 1.0.9.
"""

import os

os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")

import argparse
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1] / "science"), str(Path(__file__).parent)]
import little_blends
from bench_blending import PAIRING, say, seconds

from workflow_scripts.rules.blending.describe_blends import describe_blends
from workflow_scripts.rules.blending.pair_galaxies import pair_galaxies
from workflow_scripts.rules.blending.render_blends import render_blends
from workflow_scripts.rules.blending.render_variances import render_variances
from workflow_scripts.rules.data.import_stamps import import_stamps
from workflow_scripts.runtime.entry import built

RENDERING = replace(little_blends.RENDERING, blend="bench", subpixel=True)
TOOLKIT = """
import sys, time
import btk, galsim
catalogue = sys.argv[1]
fits = catalogue.replace(".fits", "_fits.fits")
cosmos = btk.catalog.CosmosCatalog.from_file((catalogue, fits), exclusion_level="none")
survey = btk.survey.get_surveys("COSMOS")
survey.available_filters = survey.available_filters[:1]
scale = survey.pixel_scale.to_value("arcsec")
if sys.argv[3] == "gaussian":
    for name in survey.available_filters:
        survey.get_filter(name).psf = galsim.Gaussian(fwhm=0.15)
drawn = btk.sampling_functions.DefaultSampling(
    stamp_size=128 * scale, max_number=2, min_number=2, max_mag=99, mag_name="MAG", seed=1)
batches = btk.draw_blends.CosmosGenerator(cosmos, drawn, survey, batch_size=50, seed=1)
next(batches)
start = time.perf_counter()
for _ in range(int(sys.argv[2]) // 50):
    batch = next(batches)
print(1e3 * (time.perf_counter() - start) / int(sys.argv[2]), batch.blend_images.shape[1:])
"""


def ours(folder, files, n):
    """Run the verbs; return the seconds of each."""
    stamps = {"stamps": folder / "stamps.h5", "stamp_catalogue": folder / "stamps.ecsv"}
    shards, blends, variance = [folder / "shard.h5"], folder / "blends.npy", folder / "variance.npy"
    data = {"source": "real_galaxies", "options": {"files": files, "psf": "common", "unusable": "skip"}}
    cuts = {"size": 128, "min_snr": 0, "clean_only": False}
    drawn = {**PAIRING, "n_blends": n, "subpixel": True}
    verbs = {
        "import": lambda: import_stamps(
            manifest="", **stamps, folder="", options=built(import_stamps, data | cuts), seed=1, code=""
        ),
        "produce": lambda: pair_galaxies(
            **stamps, blends=shards[0], options=built(pair_galaxies, drawn), seed=42, code=""
        ),
        "concatenate": lambda: render_blends(
            shards=shards, **stamps, blends=blends, catalogue=folder / "catalogue.csv", options=RENDERING, seed=42
        ),
        "variance": lambda: render_variances(shards=shards, **stamps, variance=variance, options=RENDERING),
        "describe": lambda: describe_blends(
            shards=shards,
            **stamps,
            blends=blends,
            variance=variance,
            described=folder / "blends.h5",
            options=RENDERING,
            seed=42,
            code="",
        ),
    }
    return {name: seconds(verb) for name, verb in verbs.items()}


def toolkit(python, catalogue, n, psf):
    """Return the milliseconds per blend of the Blending ToolKit, and what it drew."""
    command = [python, "-c", TOOLKIT, catalogue, str(n), psf]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode:
        sys.exit(f"the Blending ToolKit failed:\n{made.stderr[-2000:]}")
    took, shape = made.stdout.strip().splitlines()[-1].split(maxsplit=1)
    return float(took), shape


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-n", type=int, default=20_000, help="blends")
    parser.add_argument("--toolkit", help="interpreter with blending_toolkit 1.0.9")
    parser.add_argument("--toolkit-n", type=int, default=500, help="blends of the toolkit")
    arguments = parser.parse_args()
    files = sorted(map(str, Path(os.environ.get("SKYLOOM_REAL_DATA", "")).glob("cosmos_stamps/*.fits")))
    if not files:
        sys.exit("SKYLOOM_REAL_DATA names no folder with cosmos_stamps/*.fits: nothing to blend")
    with tempfile.TemporaryDirectory() as folder:
        parts = {name: 1e3 * time / arguments.n for name, time in ours(Path(folder), files, arguments.n).items()}
    total = sum(parts.values())
    say("ours", total, " ".join(f"{name} {time:.4f}" for name, time in parts.items()))
    if arguments.toolkit:
        catalogue = min((name for name in files if "catalog" in name), key=len)
        for psf in ("gaussian", "default"):
            theirs, shape = toolkit(arguments.toolkit, catalogue, arguments.toolkit_n, psf)
            say(f"ToolKit, {psf} PSF {shape}", theirs, f"ToolKit / ours {theirs / total:.1f}")


if __name__ == "__main__":
    main()
