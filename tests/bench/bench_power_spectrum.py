"""Time the ring sums of a 1000 px image against the direct way and against a bare transform; check them as well.

One thread; the ways take turns, so that a busy machine slows all of them. Medians, and the fastest of all turns: other
jobs on the machine interrupt the longer ways more often.
"""

import os

os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")

import sys
import time
from pathlib import Path

import numpy as np
import scipy.fft
from scipy import ndimage

sys.path.insert(0, str(Path(__file__).parents[2]))
from workflow_scripts.features import intensity_histogram, power_spectrum
from workflow_scripts.measuring.spectra import ring_power

SIDE, N_REPEATS = 1000, 41
TOLERANCE = 1e-6


def direct(image):
    """Return the ring sums the direct way: full transform, ring indices by hypot, one sum over every ring."""
    k = np.fft.fftfreq(SIDE, 1 / SIDE)
    rings = np.hypot(k[:, None], k).astype(int)
    return ndimage.sum(np.abs(np.fft.fft2(image)) ** 2, rings, np.arange(SIDE // 2))


def features(image):
    """Return the 752 published features of an 8-bit image."""
    counts, _ = intensity_histogram.extract(image[None], intensity_histogram.Options())
    power, _ = power_spectrum.extract(image[None], power_spectrum.Options())
    return np.concatenate([counts, power], axis=1)


def take_turns(ways):
    """Return the median and the least seconds of each way."""
    seconds = {name: [] for name in ways}
    for _ in range(N_REPEATS):
        for name, (function, image) in ways.items():
            start = time.perf_counter()
            function(image)
            seconds[name].append(time.perf_counter() - start)
    return {name: np.array([np.median(values), min(values)]) for name, values in seconds.items()}


def main():
    """Print the times, their ratio and the largest relative deviation; fail where that is too large."""
    rng = np.random.default_rng(42)
    image = rng.gamma(0.5, 20.0, (SIDE, SIDE)).astype(np.float32)
    ways = {
        "ours": (lambda pixels: ring_power(pixels[None]), image),
        "direct": (direct, image),
        "bare rfft2": (scipy.fft.rfft2, image),
        "752 features, 8 bit": (features, np.minimum(image, 255).astype(np.uint8)),
    }
    for function, pixels in ways.values():
        function(pixels)
    seconds = take_turns(ways)
    deviation = np.abs(ring_power(image[None])[0] / direct(image.astype(np.float64)) - 1).max()
    print(f"{'':22s} {'median':>8s} {'fastest':>8s}")
    for name, (median, least) in seconds.items():
        print(f"{name:22s} {1e3 * median:8.2f} {1e3 * least:8.2f} ms")
    for one, other in (("direct", "ours"), ("ours", "bare rfft2")):
        median, least = seconds[one] / seconds[other]
        print(f"{f'{one} / {other}':22s} {median:8.2f} {least:8.2f}")
    print(f"{'largest deviation':22s} {deviation:8.1e}  (from the direct sums in double precision)")
    sys.exit(0 if deviation <= TOLERANCE else f"the deviation is above {TOLERANCE}")


if __name__ == "__main__":
    main()
