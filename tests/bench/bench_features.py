"""Time the published features and the scoring of files, reading included; look at how memory grows with their number.

One thread. The files are 1000 px 8-bit pictures of sparse skies, of noise on request (`noise` as an argument: they
do not compress, and reading takes longer).
"""

import os

os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")

import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from skimage import io

sys.path.insert(0, str(Path(__file__).parents[2]))
from workflow_scripts.features import (
    hog,
    intensity_histogram,
    layout,
    local_binary_pattern,
    power_spectrum,
    source_statistics,
    spectrum_row,
)
from workflow_scripts.formats.stacks import open_stack
from workflow_scripts.rules.scoring.extract_features import extract_features
from workflow_scripts.rules.scoring.score_images import score_images
from workflow_scripts.rules.scoring.train_scorer import train_scorer
from workflow_scripts.runtime.entry import built
from workflow_scripts.settings.scoring import TrainScorer

SIDE, N_DIFFERENT, N_FILES, N_REPEATS = 1000, 40, (1000, 10_000), 21
DETECTION = {"threshold_sigma": 5, "min_area": 5, "deblend_thresholds": 32, "deblend_contrast": 0.005}
PUBLISHED = [["intensity_histogram", {}], ["power_spectrum", {}]]


def sky(rng, noisy):
    """Return a sparse sky: black, with some dozens of sources."""
    image = rng.integers(0, 3, (SIDE, SIDE)).astype(float) if noisy else np.zeros((SIDE, SIDE))
    for x, y in rng.integers(10, SIDE - 10, (60, 2)):
        spot = np.exp(-(np.hypot(*np.mgrid[-9:10, -9:10]) ** 2) / rng.uniform(4, 20)) * rng.exponential(80)
        image[y - 9 : y + 10, x - 9 : x + 10] += spot
    return np.clip(image, 0, 255).astype(np.uint8)


def milliseconds(function):
    """Return the median and the least CPU time of a call, which other work on the machine changes little."""
    seconds = []
    for _ in range(N_REPEATS):
        start = time.process_time()
        function()
        seconds.append(time.process_time() - start)
    return f"{1000 * np.median(seconds):.1f} ms, at best {1000 * min(seconds):.1f} ms"


def time_features(image):
    """Print what every feature takes on one image."""
    both = [(module, module.Options()) for module in (intensity_histogram, power_spectrum)]
    print("752 published features:", milliseconds(lambda: [one.extract(image[None], how) for one, how in both]))
    for module in (spectrum_row, hog, local_binary_pattern, source_statistics):
        print(f"{module.__name__.split('.')[-1]}:", milliseconds(lambda m=module: m.extract(image[None], m.Options())))
    given = layout.Options(detection={**DETECTION, "background_box": 64})
    print("layout:", milliseconds(lambda: layout.extract(image[None], given)))


def trained(folder, features):
    """Return the paths of the published scorer, trained on anything of that size: only its speed is measured."""
    from workflow_scripts.formats.stacks import create_stack

    with open_stack(features) as stack:
        value, rng = stack["value"][:], np.random.default_rng(0)
        value = np.concatenate([value * rng.uniform(0.5, 1.5, (len(value), 1)) for _ in range(25)])
        columns = {"value": value.astype(np.float32), "owner": np.arange(len(value)), "group": np.arange(len(value))}
        with create_stack(folder / "scored.h5", columns=stack.attributes["columns"], shape=f"{SIDE},{SIDE}") as writer:
            writer.append(score=rng.uniform(0, 8, len(value)), **columns)
    names = {name: str(folder / name) for name in ("model", "report", "predictions")}
    parts = dict.fromkeys(("train_features", "valid_features", "test_features"), str(folder / "scored.h5"))
    options = TrainScorer("xgboost_regressor", {}, n_bootstrap=10)
    train_scorer(**parts, **names, options=options, seed=1, code="", threads=1)
    return {name: names[name] for name in ("model", "report")}


def score(folder, files, scorer):
    """Measure and score files; return the seconds that it took."""
    features = str(folder / "features.h5")
    options = {"extract": PUBLISHED, "rows": "tiles", "tile_size": None, "skip_broken": False}
    start = time.perf_counter()
    extract_features(images=files, features=features, options=built(extract_features, options), code="")
    if scorer:
        score_images(features=features, **scorer, scores=str(folder / "s.csv"), details=str(folder / "d.csv"))
    return time.perf_counter() - start


def main():
    rng, noisy = np.random.default_rng(0), "noise" in sys.argv
    skies = [sky(rng, noisy) for _ in range(N_DIFFERENT)]
    time_features(skies[0])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number, image in enumerate(skies):
            io.imsave(folder / f"sky{number:02d}.png", image, check_contrast=False)
        paths = sorted(str(path) for path in folder.glob("*.png"))
        score(folder, paths, None)
        scorer = trained(folder, str(folder / "features.h5"))
        for n in N_FILES:
            seconds = score(folder, (paths * (n // N_DIFFERENT))[:n], scorer)
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(f"{n} files read, measured, scored: {1000 * seconds / n:.1f} ms each; at most {memory:.0f} MB so far")


if __name__ == "__main__":
    main()
