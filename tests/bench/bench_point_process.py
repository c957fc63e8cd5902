"""What a point process costs as the sources of one field grow: fitting, thinning and local densities are linear.

    python tests/bench/bench_point_process.py

Prints the time for 10^3, 10^4 and 10^5 clustered sources in one field of constant density, and the ratio of the times
per source to those of 10^4: about 1 where the cost is linear, 10 where it is quadratic.
"""

import os
import sys
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parents[2]))

import numpy as np

from workflow_scripts.rules.patches.fit_point_process import fit_law
from workflow_scripts.scenes.pairs import count_neighbours
from workflow_scripts.scenes.point_process import Clusters, ThomasProcess, draw_positions
from workflow_scripts.scenes.thinning import normalised_separations, thin_blended

DENSITY = 1.5e-3  # sources per square pixel
SIZES = (10_000, 1_000, 100_000)  # the first is the one that the others are compared with
TRUTH = Clusters(members=3.0, width=8.0, field_spread=0.0)


def scene(n):
    """Return the shape, the positions and the radii of a field of about n sources."""
    rng, side = np.random.default_rng(0), int(np.sqrt(n / DENSITY))
    positions = draw_positions(rng, ThomasProcess(**vars(TRUTH), n_sources=float(n)), (side, side))
    radii = np.clip(rng.lognormal(0.7, 0.4, len(positions)), 1, 8)
    kept = thin_blended(rng, positions, radii)
    return (side, side), positions[kept], radii[kept]


def seconds(work):
    """Return the time that a piece of work takes of the processor, and its result."""
    start = time.process_time()
    result = work()
    return time.process_time() - start, result


def measure(n):
    """Return the time of each piece of work, second, and the fitted law."""
    rng, (shape, positions, radii) = np.random.default_rng(1), scene(n)
    times = {
        "thinning": seconds(lambda: thin_blended(rng, positions, radii))[0],
        "separations": seconds(lambda: normalised_separations(positions, radii))[0],
        "local density": seconds(lambda: count_neighbours(positions, 16.0))[0],
    }
    times["fit"], law = seconds(lambda: fit_law([positions], [radii], shape, rng))
    return len(positions), times, law


def main():
    """Print the table."""
    reference = None
    for n in SIZES:
        n_sources, times, law = measure(n)
        per_source = {name: value / n_sources for name, value in times.items()}
        reference = reference or per_source
        row = ", ".join(
            f"{name} {value:.2f} s ({per_source[name] / reference[name]:.2f})" for name, value in times.items()
        )
        print(f"{n_sources} sources: {row}; members {law.members:.2f}, width {law.width:.2f}", flush=True)


if __name__ == "__main__":
    main()
