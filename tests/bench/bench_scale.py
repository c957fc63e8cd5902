"""What a large run costs: planning and scheduling of many shards, skies of many fields, fields of 1000 pixels.

Needs the study `smoke` finished in this folder (`make run STUDY=smoke`). Prints what docs/cluster.md rests on.
"""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")
ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

import numpy as np
import yaml

from workflow_scripts.formats.photometry import photometry_of
from workflow_scripts.rules.generation.generate_skies import BATCH, generate_skies, read_parts, read_scene
from workflow_scripts.runtime.entry import built
from workflow_scripts.settings import plugins

SOURCES = 10  # per field of 128 pixels
STUDY = ROOT / "results" / "smoke"
FILES = {
    ("background", "background"): STUDY / "background/histogram.h5",
    ("coordinates", "stage"): STUDY / "stages/coordinate_gan/weights.safetensors",
    ("stars", "stage"): STUDY / "stages/star_wgan/weights.safetensors",
}
PARTS = [*FILES.values()]
ROLES = {role: {"kind": kind, "path": str(path)} for (role, kind), path in FILES.items()}


def snakemake(n_shards, *arguments):
    """Run Snakemake on a sky of so many shards."""
    sky = {"generation": {"n_fields": BATCH * n_shards, "n_shards": n_shards}}
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        yaml.safe_dump(sky, file)
        file.flush()
        command = [sys.executable, "-m", "snakemake", "-q", "all", "--configfile", file.name, "--config", "study=smoke"]
        target = "results/smoke/skies/naive/fields.h5"
        subprocess.run([*command, *arguments, "--", target], cwd=ROOT, capture_output=True, check=True)


def plan(n_shards):
    """Return the seconds that a dry run of so many shards takes."""
    started = time.perf_counter()
    snakemake(n_shards, "-n", "--nolock", "-F")
    return time.perf_counter() - started


def schedule(n_shards):
    """Return the CPU seconds that Snakemake takes to send so many shards and to note that they are done.

    The jobs are empty: `--touch`, which waits a tenth of a second for each, so wall time says nothing.
    """
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder) / "results/smoke"
        shutil.copytree(STUDY, results)
        for shard in range(n_shards):
            for name in ("fields", "truth"):
                (results / f"skies/naive/shards/{name}_{shard}.h5").touch()
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        there = ("--snakefile", str(ROOT / "Snakefile"), "--directory", folder)
        snakemake(n_shards, *there, "--touch", "--cores", "100", "--forcerun", "generate_skies")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def options(n_fields):
    """Return the options of one shard that holds all fields."""
    about = {"sky": "layered", "recipe": "layered", "options": {"round_to": 0}, "roles": ROLES, "n_fields": n_fields}
    about |= {"as_delivered": False, "grey_levels": False, "patches_hold_sky": True}
    return built(generate_skies, {**about, "shard": 0, "n_shards": 1, "device": "cpu", "torch_threads": 1})


def make(n_fields):
    """Return the seconds that the fields of one shard take, and their size in MB."""
    with tempfile.TemporaryDirectory() as folder:
        paths = {"sky": f"{folder}/sky.h5", "truth": f"{folder}/truth.h5"}
        started = time.perf_counter()
        real = {"parts": PARTS, "descriptions": [], "fields": STUDY / "fields/train.h5"}
        generate_skies(**real, **paths, options=options(n_fields), seed=1, code="")
        took = time.perf_counter() - started
        return took, sum(path.stat().st_size for path in Path(folder).iterdir()) / 1e6


def wide(size):
    """Return the seconds that a field of so many pixels takes, with as many sources per area as the small ones."""
    scene, about, _ = read_scene(STUDY / "fields/train.h5", options(BATCH))
    parts = read_parts(PARTS, scene, photometry_of(about), options(BATCH))
    small, recipe = scene.shape[0], plugins.load("skies", "layered")
    patch = (size / small) ** 2
    started = time.perf_counter()
    sources = parts["stars"](int(SOURCES * patch * BATCH), np.random.default_rng(0))
    fields = recipe.compose(
        BATCH, np.random.default_rng(0), replace(scene, shape=(size, size)), parts, recipe.Options()
    )
    n = sum(1 for _ in fields)
    return (time.perf_counter() - started) / n, len(sources)


def main():
    for n_shards in (100, 1000, 10000):
        print(f"dry run of {n_shards:6d} shards: {plan(n_shards):7.1f} s", flush=True)
    for n_shards in (10, 1000):
        print(f"scheduling of {n_shards:6d} shards: {schedule(n_shards):7.1f} s of CPU", flush=True)
    make(BATCH)  # imports
    for n_fields in (100, 1000, 10000):
        seconds, size = make(n_fields)
        each = f"{1e3 * seconds / n_fields:6.2f} ms and {size / n_fields:.3f} MB each"
        print(f"{n_fields:6d} fields: {seconds:7.2f} s, {each},", end=" ")
        print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3:.0f} MB", flush=True)
    for size in (128, 1000):
        seconds, sources = wide(size)
        print(f"a field of {size} px, {sources} sources drawn for a block: {seconds:.3f} s", end=" ")
        print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3:.0f} MB", flush=True)


if __name__ == "__main__":
    main()
