"""Time the ring sums of a 1000 px image against the direct way and against a bare transform; check them as well.

One thread; the ways take turns, so that a busy machine slows all of them; medians.
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
from workflow_scripts.imaging.spectra import ring_power

SIDE, N_REPEATS = 1000, 25
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
    """Return the median seconds of each way."""
    seconds = {name: [] for name in ways}
    for _ in range(N_REPEATS):
        for name, (function, image) in ways.items():
            start = time.perf_counter()
            function(image)
            seconds[name].append(time.perf_counter() - start)
    return {name: float(np.median(values)) for name, values in seconds.items()}


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
    for name, value in seconds.items():
        print(f"{name:22s} {1e3 * value:8.2f} ms")
    print(f"direct / ours          {seconds['direct'] / seconds['ours']:8.2f}")
    print(f"ours / bare rfft2      {seconds['ours'] / seconds['bare rfft2']:8.2f}")
    print(f"largest deviation      {deviation:8.1e}  (from the direct sums in double precision)")
    sys.exit(0 if deviation <= TOLERANCE else f"the deviation is above {TOLERANCE}")


if __name__ == "__main__":
    main()
