"""Time every recipe on 1000 px fields, writing included, and say what the time goes to; look at the memory.

Stages are freshly initialised with the widths of config.yaml: the forward pass takes as long as after training. What a
fresh network says of numbers and places is replaced by as many sources as simulated fields have, some 35. Two shards in
two processes of one thread, as two CPU cores make them. All milliseconds are of CPU time, so that other work on the
machine does not count; the wall time of both together is the last number.
`grey` as an argument writes 8-bit grey levels (the default), `float` continuous ones.
"""

import os

os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")

import resource
import sys
import tempfile
import time
from collections import Counter
from multiprocessing import get_context
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))
from workflow_scripts.datasets import simulated_fields
from workflow_scripts.formats.catalogues import write_catalogue
from workflow_scripts.formats.stacks import StackWriter, create_stack
from workflow_scripts.rules.generation import generate_skies as entry
from workflow_scripts.rules.patches.fit_point_process import fit_law
from workflow_scripts.runtime.entry import built
from workflow_scripts.settings import plugins
from workflow_scripts.settings.yaml_files import read_settings
from workflow_scripts.training.conditions import fit_conditions
from workflow_scripts.training.description import StageDescription, write_stage
from workflow_scripts.training.resume import to_arrays
from workflow_scripts.training.sampling import TrainedGenerator
from workflow_scripts.training.stage import build_module, load_module

SIDE, CELLS, N_TRAIN, N_FIELDS, N_SHARDS = 1000, 32, 50, (96, 480), 2
PUBLISHED = {"patch_dcgan": {"width": 64}, "sized_gan": {"width": 64}}  # the published widths; config.yaml has smaller
SKIES = [
    ("diamond_gaussian", {"sources": "catalogue"}),
    ("diamond_geometric", {"sources": "catalogue"}),
    ("naive", {"sources": "catalogue"}),
    ("layered", {"background": "background", "coordinates": "coordinate_gan", "stars": "star_wgan"}),
    ("two_stage", {"galaxies": "patch_dcgan", "positions": "grid_gan"}),
    ("two_stage_conditional", {"galaxies": "sized_gan", "positions": "class_gan"}),
    ("two_stage_random_positions", {"galaxies": "patch_dcgan", "positions": "grid_gan"}),
    ("point_process", {"noise": "noise", "process": "process", "stamps": "marked_gan"}),
    ("end_to_end", {"fields": "field_dcgan"}),
]
KINDS = {"catalogue": "sources.ecsv", "background": "histogram.h5", "process": "process.h5", "noise": "noise.h5"}
SHAPES = {
    "grids": (1, CELLS, CELLS),
    "class_grids": (1, CELLS, CELLS),
    "coordinates": (50,),
    "small_fields": (1, 64, 64),
}
spent = Counter()


def timed(name, function):
    """Return a function that adds its time to a part of the account."""

    def call(*args, **kwargs):
        start = time.process_time()
        try:
            return function(*args, **kwargs)
        finally:
            spent[name] += time.process_time() - start

    return call


def catalogue():
    """Return the sources of simulated fields as detection would list them, and their marks."""
    given = simulated_fields.Options(n=N_TRAIN, size=SIDE)
    truths = [simulated_fields.read_truth(None, given, item) for item in range(N_TRAIN)]
    field = np.repeat(np.arange(N_TRAIN), [len(truth["x"]) for truth in truths])
    table = {name: np.concatenate([truth[name] for truth in truths]) for name in truths[0]}
    table["npix"] = np.maximum(np.pi * (2 * table["flux_radius"]) ** 2, 1).astype(int)
    table["peak"] = table["flux"] / table["npix"]
    table["size_class"] = np.digitize(table["npix"], [50, 80, 110]) + 1
    return {"field": field, **table}


def write_parts(folder, table):
    """Write all that the recipes take: a field, the catalogue, a density, a process, fresh stages."""
    with create_stack(folder / "fields.h5", unit="DN") as writer:
        for _ in range(N_TRAIN):
            writer.append(image=255 * np.eye(SIDE, dtype=np.uint8)[None])
    write_catalogue(folder / KINDS["catalogue"], table)
    with create_stack(folder / KINDS["background"]) as writer:
        writer.append(low=[-0.5, 0.5, 1.5], high=[0.5, 1.5, 2.5], probability=[0.8, 0.1, 0.1])
    by_field = [np.nonzero(table["field"] == row)[0] for row in range(N_TRAIN)]
    places, radii = np.column_stack([table["x"], table["y"]]), np.sqrt(table["npix"] / np.pi)
    law = fit_law(
        [places[rows] for rows in by_field], [radii[rows] for rows in by_field], (SIDE, SIDE), np.random.default_rng(0)
    )
    names = ("npix", "flux", "peak", "flux_radius", "axis_ratio", "theta", "size_class")
    marks = {name: table[name] for name in names}
    with create_stack(folder / KINDS["process"], **vars(law)) as writer:
        writer.append(**marks, n_neighbours=np.zeros(len(places), int))
    with create_stack(folder / KINDS["noise"]) as writer:
        writer.append(level=[[0, 0, 1, 2]], quantile=[[-1, 0, 1]], correlation=np.ones((1, 3, 3)))
    for name, stage in read_settings(ROOT / "config.yaml")["stages"].items():
        if any(name in roles.values() for _, roles in SKIES):
            write_fresh(folder, name, stage, marks)


def write_fresh(folder, name, stage, marks):
    """Write a fresh network as a trained stage."""
    description = StageDescription(
        model=stage["model"],
        options={**stage.get("options", {}), **PUBLISHED.get(name, {})},
        shape=SHAPES.get(stage["data"], (1, 32, 32)),
        stretch={"kind": "none"} if stage.get("stretch") == "none" else {"kind": "linear", "low": -50.0, "high": 50.0},
        condition=fit_conditions({column: marks[column] for column in stage.get("condition", [])}, {}),
    )
    module = build_module(description, seed=0)
    tensors = to_arrays("", module.state_dict())
    write_stage(folder / f"{name}.safetensors", folder / f"{name}.json", tensors, module, description)


class Filled(TrainedGenerator):
    """A fresh generator whose positions are replaced by those of some 35 sources."""

    def __call__(self, n, rng, condition=None):
        start = time.process_time()
        samples = super().__call__(n, rng, condition)
        spent["forward pass"] += time.process_time() - start
        if hasattr(self.module, "classes"):  # grids of cells
            samples = rng.integers(1, 5, samples.shape) * (rng.random(samples.shape) < 35 / CELLS**2)
        elif samples.ndim == 2:
            return rng.random(samples.shape)
        else:
            spent["sources"] += n
        return samples


def files_of(kinds, parts):
    """Return kind and path of each role."""
    return {role: {"kind": kind, "path": str(parts[role])} for role, kind in kinds.items()}


def make(job):
    """Make one shard; return the seconds of CPU time, what they went to, and the peak memory in MB."""
    folder, name, roles, n_fields, shard, grey = job
    entry.READERS["stage"] = lambda path, device: Filled(*load_module(path, device))
    spent["sources"] = 0
    StackWriter.append, entry.grey = timed("writing", StackWriter.append), timed("grey levels", entry.grey)
    entry.read_parts = timed("reading the parts", entry.read_parts)
    entry.read_scene = timed("reading the parts", entry.read_scene)
    given = {"round_to": 1.0} if name == "layered" else {}
    recipe = plugins.load("skies", name)
    kinds = {role: kind if kind in KINDS else "stage" for role, kind in sorted(roles.items())}
    parts = {role: folder / KINDS.get(roles[role], f"{roles[role]}.safetensors") for role in kinds}
    about = {
        "sky": name,
        "recipe": name,
        "options": given,
        "roles": files_of(kinds, parts),
        "n_fields": n_fields,
        "shard": shard,
    }
    about |= {
        "n_shards": N_SHARDS,
        "as_delivered": False,
        "grey_levels": grey,
        "patches_hold_sky": False,
        "device": "cpu",
        "torch_threads": 1,
    }
    files = {"sky": folder / f"sky{shard}.h5", "truth": folder / f"truth{shard}.h5", "fields": folder / "fields.h5"}
    plugins.options_of(recipe, given)
    start, wall = time.process_time(), time.perf_counter()
    entry.generate_skies(
        parts=[*parts.values()], descriptions=[], **files, options=built(entry.generate_skies, about), seed=1, code=""
    )
    spent["wall"] = time.perf_counter() - wall
    return time.process_time() - start, spent, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(folder, name, roles, n_fields, grey):
    """Print one line: a recipe's milliseconds per field."""
    # fresh processes: the peak memory is the recipe's own, and nothing is counted twice
    with get_context("spawn").Pool(N_SHARDS, maxtasksperchild=1) as pool:
        jobs = [(folder, name, roles, n_fields, shard, grey) for shard in range(N_SHARDS)]
        made = pool.map(make, jobs, chunksize=1)
    account = sum((part for _, part, _ in made), Counter())
    n_sources, reading, _ = (account.pop(name, 0) for name in ("sources", "reading the parts", "wall"))
    forward = account.pop("forward pass", 0.0)
    besides = sum(took for took, _, _ in made) - reading - forward
    account["composing"] = besides - sum(account.values())
    each = ", ".join(f"{part} {1e3 * seconds / n_fields:.2f}" for part, seconds in sorted(account.items()))
    passes = f"; forward pass {1e3 * forward / n_fields:.2f}" if forward else ""
    passes += f", {1e3 * forward / n_sources:.2f} per source" if n_sources else ""
    size = sum((folder / f"sky{shard}.h5").stat().st_size for shard in range(N_SHARDS)) / n_fields / 1e6
    wall = max(part["wall"] - part["reading the parts"] for _, part, _ in made)
    print(f"{name}, {n_fields} fields: {1e3 * besides / n_fields:.2f} ms each besides the networks ({each}){passes}")
    last = f"{size:.3f} MB each, peak memory {max(peak for *_, peak in made):.0f} MB"
    print(f"    {last}, {1e3 * wall / n_fields:.2f} ms of wall time on {N_SHARDS} cores", flush=True)


def main():
    grey = "float" not in sys.argv
    only = [argument for argument in sys.argv[1:] if argument not in ("grey", "float")]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_parts(folder, catalogue())
        for sky, roles in SKIES:
            for n_fields in N_FIELDS if not only or sky in only else ():
                measure(folder, sky, roles, n_fields, grey)


if __name__ == "__main__":
    main()
