"""False positive rate of each metric for real fields, and the smallest damage it detects: docs/calibration.md.

The work is done in pieces, which are kept under results/calibration: a broken run goes on where it was.
"""

import os

os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")

import argparse
import sys
from multiprocessing import Pool
from pathlib import Path

import numpy as np
from scipy.stats import binom

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from known_fields import FLUX_DECADES, METRICS, OPTIONS, draw, feature_of, measure, metric_of, part

from workflow_scripts.formats.atomic import read_json, whole_file, write_json
from workflow_scripts.judging.permutation import permutation_p
from workflow_scripts.judging.sample import pool_samples
from workflow_scripts.judging.verdict import LEVEL

STATE, TABLE = ROOT / "results/calibration", ROOT / "docs/calibration.md"
SLOW = ["morphology"]  # metrics whose features take a tenth of a second per source
QUICK = [name for name in METRICS if name not in SLOW]
N_DRAWS = 99  # exchanges of fields: 5 % of them and the truth together is a whole number
N_TRAIN = 60
RATES = {"quick": (QUICK, 1000, 40), "slow": (SLOW, 200, 12)}  # metrics, pairs, fields on each side
PAIRS = 10  # in a piece
N_SIDE, N_POOL, N_TRIALS = 100, 600, 100  # of the search for the smallest damage
DAMAGES = {
    "moved": (["ripley_k", "pair_correlation", "nearest_neighbour"], [0.1, 0.2, 0.3, 0.5, 1.0]),
    "fluxes": (["fluxes"], [0.05, 0.1, 0.2, 0.4, 1.0]),
    "blur": (["spectrum_mahalanobis", "sizes"], [0.02, 0.05, 0.1, 0.2]),
    "duplicated": (["duplicates"], [0.05, 0.1, 0.2, 0.3, 0.5]),
    "memorised": (["copies", "memorisation"], [0.05, 0.1, 0.2, 0.5]),
}
MEANING = {
    "moved": "fraction of sources at random positions",
    "fluxes": "fraction of sources with fluxes of another distribution",
    "blur": "relative increase of the PSF width",
    "duplicated": "fraction of images that are copies of others in the set",
    "memorised": "fraction of images that are copies of training images",
}
STREAMS = {"train": 0, "quick": 1, "slow": 2, "power": 3}  # no field is drawn twice


def fields(stream, first, n, damage="", strength=0.0):
    """Draw n fields of a stream."""
    start = STREAMS[stream] * 10_000_000 + first
    return np.array([draw(start + number, damage, strength) for number in range(n)])


def outside(kind, piece):
    """Return the p of each metric for the pairs of a piece, every one of two new sets of fields."""
    metrics, _, n = RATES[kind]
    train, found = measure(fields("train", 0, N_TRAIN), metrics), {name: [] for name in metrics}
    for pair in range(piece * PAIRS, (piece + 1) * PAIRS):
        both = measure(fields(kind, 2 * n * pair, 2 * n), metrics)
        for number, name in enumerate(metrics):
            sample = both[feature_of(name)]
            sides = part(sample, 0, n), part(sample, n, 2 * n)
            rng = np.random.default_rng([pair, number])
            found[name].append(permutation_p(*sides, metric_of(name, train), N_DRAWS, rng))
    return found


def power(damage, strength):
    """Return the detection rate of each metric that is meant for a damage."""
    metrics, _ = DAMAGES[damage]
    train, real = (measure(fields(stream, 0, N_POOL), metrics) for stream in ("train", "power"))
    drawn = damage in ("moved", "fluxes", "blur")
    damaged = measure(fields("power", N_POOL, N_POOL, *((damage, strength) if drawn else ())), metrics)
    rng, found = np.random.default_rng(0), dict.fromkeys(metrics, 0)
    for _ in range(N_TRIALS):
        chosen, order = rng.permutation(N_POOL)[:N_SIDE], rng.permutation(N_POOL)[:N_SIDE]
        for name in metrics:
            feature = feature_of(name)
            sides = taken(real[feature], chosen), taken(damaged[feature], order)
            if not drawn:
                source = sides[1] if damage == "duplicated" else taken(train[feature], chosen)
                sides = sides[0], partly(sides[1], source, round(strength * N_SIDE))
            found[name] += permutation_p(*sides, metric_of(name, train), N_DRAWS, rng) <= LEVEL
    return {name: n / N_TRIALS for name, n in found.items()}


def taken(sample, groups):
    """Return those of the given fields that have rows."""
    return sample.take(groups[np.isin(groups, sample.groups)])


def partly(sample, source, n):
    """Return a sample whose last n fields are copies of the first of another."""
    kept = sample.take(sample.groups[: len(sample.groups) - n])
    first = source.groups[:n]
    return pool_samples([kept, source.take(first)])


def jobs():
    """Return all pieces: the file of each, its function and its arguments."""
    rates = [
        (STATE / f"{kind}_{piece:03d}.json", outside, (kind, piece))
        for kind, (_, pairs, _) in RATES.items()
        for piece in range(pairs // PAIRS)
    ]
    powers = [
        (STATE / f"{damage}_{strength:g}.json", power, (damage, strength))
        for damage, (_, strengths) in DAMAGES.items()
        for strength in strengths
    ]
    return powers + rates


def run(job):
    """Compute a piece that does not exist yet."""
    path, function, arguments = job
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_json(path, function(*arguments))
        print(path.stem, flush=True)


def rate_rows(kind):
    """Return the lines of the table of rates, and whether all pairs exist and all rates are in their intervals."""
    metrics, _, n = RATES[kind]
    pieces = [read_json(path) for path, _, arguments in jobs() if arguments[0] == kind and path.exists()]
    lines, good = [], len(pieces) == RATES[kind][1] // PAIRS
    for name in metrics if pieces else ():
        p = np.concatenate([piece[name] for piece in pieces])
        low, high = binom.interval(0.999, len(p), LEVEL)
        times = int((p <= LEVEL).sum())
        good &= bool(low <= times <= high)
        lines.append(
            f"| `{name}` | {n} | {len(p)} | {times / len(p):.1%} | {low / len(p):.1%} to "
            f"{high / len(p):.1%} | {'yes' if low <= times <= high else '**no**'} |"
        )
    return lines, good


def power_rows(damage):
    """Return the lines of the table of powers."""
    metrics, strengths = DAMAGES[damage]
    paths = {s: STATE / f"{damage}_{s:g}.json" for s in strengths}
    found, lines = {s: read_json(path) for s, path in paths.items() if path.exists()}, []
    for name in metrics if found else ():
        enough = [s for s in found if found[s][name] >= 0.8]
        detected = ", ".join(f"{s:g}: {found[s][name]:.0%}" for s in found)
        lines.append(f"| {MEANING[damage]} | `{name}` | {detected} | {f'{enough[0]:g}' if enough else 'none'} |")
    return lines


def write_table():
    """Write docs/calibration.md; return whether all pairs exist and all rates are in their intervals."""
    (quick, good), (slow, fine) = (rate_rows(kind) for kind in RATES)
    text = TEXT.format(
        rates="\n".join(quick + slow),
        powers="\n".join(line for damage in DAMAGES for line in power_rows(damage)),
        pairs=RATES["quick"][1],
        slow=RATES["slow"][1],
        size=OPTIONS.size,
        n_draws=N_DRAWS,
        n_side=N_SIDE,
        n_trials=N_TRIALS,
        n_pool=N_POOL,
        low=FLUX_DECADES[0],
        high=FLUX_DECADES[1],
    )
    with whole_file(TABLE) as temporary:
        Path(temporary).write_text(text)
    return good and fine


TEXT = """# Calibration of the metrics

Written by `make calibrate`; fields of {size} px of the study `sparse`, metrics and features as in `config.yaml`.

## False positive rate

Pairs of independent sets of real fields; every field is drawn once and used in one pair. The p-value is that of
{n_draws} permutations; a pair is a false positive where p ≤ 5 %, without correction for the number of metrics. The rate
should lie in the 99.9 % binomial interval around 5 %. The target is {pairs} pairs, {slow} where features are slow. The
metrics of single galaxies (`galaxy_...`) use the same plugin as `fluxes` with other features, and are not listed.

| metric | fields on each side | pairs | false positives | interval | inside |
|---|---|---|---|---|---|
{rates}

## Smallest detected damage

{n_side} real against {n_side} damaged fields, {n_trials} trials, drawn from {n_pool} fields of each kind (so the trials
are not fully independent). A damage is detected where p ≤ 5 %. The last column is the smallest of the strengths tried
that is detected in at least 80 % of the trials. Fluxes of the other distribution are uniform in log10 from {low} to
{high}.

| damage | metric | strength: detected | smallest |
|---|---|---|---|
{powers}
"""


def main():
    """Compute the requested pieces, and write the table of all that exist."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cores", type=int, default=1)
    parser.add_argument("--pieces", type=int, default=None, help="how many at most, of those that are missing")
    arguments = parser.parse_args()
    missing = [job for job in jobs() if not job[0].exists()]
    with Pool(arguments.cores) as workers:
        for _ in workers.imap_unordered(run, missing[: arguments.pieces]):
            pass
    if not write_table():
        sys.exit("calibration: pairs are missing, or a rate lies outside its interval: see docs/calibration.md")


if __name__ == "__main__":
    main()
