"""Time all metrics on 1000 against 1000 fields of 256 px, on two cores: features; null, interval and p; power.

Then one draw of a metric that prepares its pool, against the same draw measured from its features anew.
"""

import os

os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")

import sys
import time
from multiprocessing import Pool
from pathlib import Path

import numpy as np
from scipy.spatial.distance import cdist

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1] / "calibration")]
from known_fields import METRICS, STUDY, draw, features_of, metric_of

from workflow_scripts.judging.comparison import compare
from workflow_scripts.judging.null import draw_null
from workflow_scripts.judging.power import find_power
from workflow_scripts.judging.sample import pool_samples
from workflow_scripts.settings.power import damages_of
from workflow_scripts.settings.scoring import feature_set

N_FIELDS, N_CORES = int(sys.argv[1]) if len(sys.argv) > 1 else 1000, 2
SETS = ("real", "generated", "train")
JUDGING = STUDY.config.judging
IMAGES, SAMPLES = {}, {}


def feature_of(name):
    """Return the set of features of a metric."""
    return STUDY.config.metrics[name].features


def timed(job):
    """Run a function of this module by its name; return the job, the seconds and the result."""
    start = time.perf_counter()
    result = globals()[job[0]](*job[1:])
    return job, time.perf_counter() - start, result


def measure_features(feature, of):
    """Return a set of features of one set of fields."""
    return features_of(IMAGES[of], feature_set(STUDY, feature))


def samples_of(name):
    """Return the real and the generated sample of a metric's features, and the metric."""
    feature = feature_of(name)
    metric = metric_of(name, {feature: SAMPLES.get((feature, "train"))})
    return SAMPLES[feature, "real"], SAMPLES[feature, "generated"], metric


def power(name):
    """Return the power of one metric against one damage; the generated fields take the place of the damaged copies."""
    real, generated, metric = samples_of(name)
    return find_power(real, {0.5: generated}, metric, np.random.default_rng(0))


def judge(name):
    """Return the verdict's numbers for one metric: null, value, interval, p."""
    (real, generated, metric), rng = samples_of(name), np.random.default_rng(0)
    null = draw_null(real, metric, JUDGING.n_null, rng)
    return compare(real, generated, metric, null, JUDGING.n_bootstrap, rng, np.random.default_rng(1))


def in_parallel(jobs):
    """Run jobs on the cores, print the time of each, and return their results and the wall time."""
    start, found = time.perf_counter(), {}
    with Pool(N_CORES) as workers:
        for job, seconds, result in workers.imap_unordered(timed, jobs):
            print(f"{seconds:7.1f} s  {' '.join(job)}", flush=True)
            found[job[1:]] = result
    return found, time.perf_counter() - start


def plain_density(real, generated, k=5):
    """Return the density, every distance measured anew."""
    reach = np.partition(cdist(real, real), k, axis=1)[:, k]
    return (cdist(real, generated) <= reach[:, None]).sum() / (k * len(generated))


def compare_one_draw():
    """Print the time of a draw with and without a prepared pool."""
    real, generated = SAMPLES["summary", "real"], SAMPLES["summary", "generated"]
    spread = np.concatenate([real.values, generated.values]).std(axis=0)
    scale = np.where(spread > 0, spread, 1)
    metric = metric_of("density", {"summary": None})
    start = time.perf_counter()
    pool = metric.prepare(pool_samples([real, generated]), None)
    sides = pool.take(pool.groups[:N_FIELDS]), pool.take(pool.groups[N_FIELDS:])
    once, seconds = time.perf_counter() - start, []
    for function in (
        lambda: metric.measure(*sides, None),
        lambda: plain_density(real.values / scale, generated.values / scale),
    ):
        start = time.perf_counter()
        value = function()
        seconds.append(time.perf_counter() - start)
        print(f"density {value:.3f}: {1000 * seconds[-1]:.1f} ms")
    print(f"a draw from the prepared pool: {seconds[1] / seconds[0]:.0f} times as fast; prepared in {once:.2f} s")


def main():
    for number, of in enumerate(SETS):
        IMAGES[of] = np.array([draw(50_000_000 + number * N_FIELDS + item) for item in range(N_FIELDS)])
    features = sorted({feature_of(name) for name in METRICS}, key=lambda name: name != "morphology")
    jobs = [("measure_features", name, of) for name in features for of in SETS if of != "train" or name == "thumbnail"]
    found, first = in_parallel(jobs)
    SAMPLES.update(found)
    judged, second = in_parallel([("judge", name) for name in METRICS])
    third = in_parallel([("power", name) for name in METRICS if damages_of(STUDY, name)])[1]
    for (name,), result in judged.items():
        print(f"{name}: {result.value:.3g} ({result.low:.3g} to {result.high:.3g}), p {result.p:.3f}")
    for of in ("real", "generated"):
        print(f"morphology of {len(SAMPLES['morphology', of].values)} sources of the {of} fields")
    print(f"{N_FIELDS} against {N_FIELDS} fields, on {N_CORES} cores:")
    print(f"features {first:.0f} s, metrics {second:.0f} s, power against one damage {third:.0f} s")
    compare_one_draw()


if __name__ == "__main__":
    main()
