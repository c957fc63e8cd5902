"""False positive rate of metrics between the training and the test part: docs/calibration-of-parts.md.

A sky is divided as `import_dataset` divides it, many times: into random blocks, or into contiguous strips. Both parts
are real, so that a metric rejects at the nominal rate if the parts are exchangeable. The Hubble image is divided anew
each time; the simulated sky, whose sources are clustered, is drawn anew each time.
"""

import os

os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")

import argparse
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy.stats import binom

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from known_fields import feature_of, measure, metric_of

from workflow_scripts.datasets import hubble_deep_field, simulated_fields
from workflow_scripts.formats.atomic import whole_file
from workflow_scripts.imaging.blocks import place_blocks
from workflow_scripts.imaging.fields import field_origins
from workflow_scripts.judging.permutation import permutation_p
from workflow_scripts.judging.sample import pool_samples
from workflow_scripts.judging.verdict import LEVEL
from workflow_scripts.rules.data.import_dataset import assign_parts

PAGE = ROOT / "docs/calibration-of-parts.md"
METRICS = ["power_spectrum_distance", "two_sample_auc", "source_counts", "fluxes", "nearest_neighbour"]
FIELD, BLOCK, GUARD = 64, 128, 8
SPLIT = {"train": 0.45, "valid": 0.1, "test": 0.45}
N_DRAWS = 99  # exchanges of fields
SIMULATED = simulated_fields.Options(
    size=1000,
    n_bright=600,
    n_faint=900,
    cluster_members=4,
    cluster_width=25,
    field_spread=0,
    psf_fwhm=2.5,
    grey=False,
)


def hubble(draw):
    """Return the Hubble image, (y, x)."""
    return next(iter(hubble_deep_field.read("", None)))[0]


def simulated(draw):
    """Return a new sky of clustered sources with noise, (y, x); mean density and background are constant."""
    image, _ = simulated_fields.draw(draw, SIMULATED)
    return image - image.min() + np.random.default_rng([draw, 2]).normal(0, 3, image.shape).astype(np.float32)


def in_blocks(n, seed):
    """Return the part of every block: at random."""
    return assign_parts([n], SPLIT, seed)[0]


def in_strips(n, seed):
    """Return the part of every block: contiguous strips, as blocks are numbered column by column."""
    return np.sort(in_blocks(n, seed))[:: 1 if seed % 2 else -1]


def cut(image):
    """Return the fields of an image, (n, y, x), and the block of each."""
    corners, shape = place_blocks(image.shape, FIELD, BLOCK, GUARD)
    places = [corner + field_origins(shape, FIELD) for corner in corners]
    fields = [image[y : y + FIELD, x : x + FIELD] for block in places for x, y in block]
    return np.stack(fields).astype(np.float32), np.repeat(np.arange(len(corners)), [len(one) for one in places])


def compare(samples, blocks, part_of, unit, seed):
    """Return the p-value of every metric for one division of the sky.

    Parameters
    ----------
    samples : dict of str to judging.sample.Sample
        Features of all fields.
    blocks : (n,) int
        Block of every field.
    part_of : (k,) str
        Part of every block.
    unit : str
        What is exchanged: `field` or `block`.
    """
    sides = [np.nonzero(part_of[blocks] == part)[0] for part in ("train", "test")]
    found = {}
    for number, name in enumerate(METRICS):
        sample = samples[feature_of(name)]
        train, test = (sample.take(np.intersect1d(side, sample.groups)) for side in sides)
        metric = metric_of(name, {feature_of(name): train})
        if unit == "block":
            train, test = (replace(one, group=blocks[one.group]) for one in (train, test))
        found[name] = permutation_p(train, test, metric, N_DRAWS, np.random.default_rng([seed, number]))
    return found


def independent(measured, draw, name, n):
    """Return n fields as a recipe generates them, independent of each other: one field of each of n other skies."""
    if n >= len(measured):
        raise ValueError(f"--draws: {len(measured)} skies; {n} fields of other skies need at least {n + 1}")
    others = [measured[(draw + 1 + number) % len(measured)][0][feature_of(name)] for number in range(n)]
    return pool_samples([one.take(one.groups[[draw % len(one.groups)]]) for one in others])


def compare_generated(measured, draw):
    """Return the p-value of every metric between the test part of a sky and independent fields of the same law."""
    (samples, blocks), found = measured[draw], {}
    fields = np.nonzero((in_blocks(blocks.max() + 1, draw) == "test")[blocks])[0]
    for number, name in enumerate(METRICS):
        sample = samples[feature_of(name)]
        test = sample.take(np.intersect1d(fields, sample.groups))
        other = independent(measured, draw, name, len(fields))
        metric, per_block = metric_of(name, {feature_of(name): test}), (BLOCK // FIELD) ** 2
        sides = replace(test, group=blocks[test.group]), replace(other, group=other.group // per_block)
        found[name] = permutation_p(*sides, metric, N_DRAWS, np.random.default_rng([draw, number]))
    return found


@dataclass(frozen=True)
class Row:
    """A row of the table.

    Attributes
    ----------
    sky, parts : str
    unit : str
        What is resampled: `field` or `block`.
    rates : dict of str to float
        Fraction of the comparisons that each metric rejects.
    """

    sky: str
    parts: str
    unit: str
    rates: dict

    def __str__(self):
        """Return the row in Markdown."""
        cells = (f"{self.rates[name]:.1%}" for name in METRICS)
        return f"| {' | '.join([self.sky, self.parts, self.unit, *cells])} |"


def rates(found):
    """Return the fraction of comparisons that each metric rejects, from their p-values."""
    return {name: float(np.mean([one[name] <= LEVEL for one in found])) for name in METRICS}


def divided(measured, divide, unit, n):
    """Return the p-values of n divisions of skies."""
    known = ((*measured[draw % len(measured)], draw) for draw in range(n))
    return [compare(samples, blocks, divide(blocks.max() + 1, draw), unit, draw) for samples, blocks, draw in known]


def rows(n):
    """Yield a row of the table per sky, division and unit of resampling."""
    # one image has two divisions into strips, which give no rate
    for sky, n_skies, divisions in ((hubble, 1, [in_blocks]), (simulated, n, [in_blocks, in_strips])):
        measured = [
            (measure(fields, METRICS), blocks) for fields, blocks in (cut(sky(draw)) for draw in range(n_skies))
        ]
        for divide in divisions:
            for unit in ("field", "block"):
                yield Row(sky.__name__, divide.__name__[3:], unit, rates(divided(measured, divide, unit, n)))
        if n_skies > 1:
            found = [compare_generated(measured, draw) for draw in range(n)]
            yield Row(sky.__name__, "test part in blocks, independent fields", "block", rates(found))


TEXT = """# Calibration of the parts

Written by `python tests/calibration/calibrate_parts.py` (an hour on one core). Are training and test part exchangeable?

A sky is divided into a training and a test part, {n} times, and both are compared by the permutation test of
[judging](judging.md). Both are real: the fraction of comparisons with p ≤ 5 % should be 5 %; 99 % of the fractions of
exact tests lie between {low:.1%} and {high:.1%}.

- Blocks of {block} px ({fields} fields of {field} px) with guard bands of {guard} px are assigned at random, or as
  contiguous strips.
- The unit of resampling is a field or a block.
- The last row compares the test part with fields that each come from another sky: generated fields are independent of
  each other, and {fields} consecutive ones count as a block.
- `hubble` is the image of the study `hubble`, divided anew each time; `simulated` is a sky of clustered sources, drawn
  anew each time.

| sky | parts | unit | {metrics} |
|---|---|---|{rule}
{rows}

Fields of one block are not independent: with fields as units, real parts are rejected up to {worst:.1f} times as often
as they should be. With blocks as units, and blocks assigned at random, the test is exact for any clustering within the
image. So the workflow divides images into random blocks, and resamples blocks.
"""


def main():
    """Measure all rates and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=200)
    n = parser.parse_args().draws
    low, high = (edge / n for edge in binom.interval(0.99, n, LEVEL))
    about = {"n": n, "low": low, "high": high, "block": BLOCK, "field": FIELD, "guard": GUARD}
    about |= {"fields": (BLOCK // FIELD) ** 2, "metrics": " | ".join(f"`{name}`" for name in METRICS)}
    found = []
    for row in rows(n):
        print(row, flush=True)
        found.append(row)
    about["worst"] = max(max(row.rates.values()) for row in found if row.unit == "field") / LEVEL
    with whole_file(PAGE) as temporary:
        table = "\n".join(map(str, found))
        Path(temporary).write_text(TEXT.format(rows=table, rule="---|" * len(METRICS), **about))


if __name__ == "__main__":
    main()
