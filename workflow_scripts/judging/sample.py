"""A sample to be judged: the features of its images, and the independent block that each image belongs to."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from workflow_scripts.formats.stacks import create_stack, open_stack
from workflow_scripts.judging.reasons import Failure, MeasurementError


@dataclass(frozen=True)
class Sample:
    """Features of a sample.

    Attributes
    ----------
    values : (n, k) float
        A row per image, tile or source.
    group : (n,) int
        Block of each row: blocks are independent, fields and tiles of one block are not.
    columns : tuple of str
        Names of the features.
    row : (n,) int or None
        Index of each row in the sample that it was taken from.
    shared : object
        What a metric has computed once for that whole sample (distances, orders), indexed by `row`.
    fraction : float
        Fraction of the sources in the images that were measured and have a row.
    n_images : int or None
        Images of the sample, those without any row included; None where it is unknown.
    """

    values: np.ndarray
    group: np.ndarray
    columns: tuple = ()
    row: np.ndarray | None = None
    shared: object = None
    fraction: float = 1.0
    n_images: int | None = None

    @property
    def groups(self):
        """Return the blocks that have a row, sorted."""
        return self.index[0]

    def count(self):
        """Return the number of blocks as text, with the number of images."""
        n = len(self.groups)
        blocks = f"{n} independent block" if n == 1 else f"{n} independent blocks"
        return blocks if self.n_images is None else f"{blocks} with measurements in {self.n_images} images"

    @cached_property
    def index(self):
        """Return the blocks, sorted; the order of the rows by block; where in it each block begins and ends."""
        names, counts = np.unique(self.group, return_counts=True)
        ends = np.cumsum(counts)
        return names, np.argsort(self.group, kind="stable"), ends - counts, ends

    def select(self, rows):
        """Return the rows that a mask (n,) is true for."""
        row = None if self.row is None else self.row[rows]
        return replace(self, values=self.values[rows], group=self.group[rows], row=row)

    def take(self, groups):
        """Return the rows of the given blocks; a block given twice is repeated, still as one group.

        Raises
        ------
        ValueError
            If the sample has no such block.
        """
        names, order, first, ends = self.index
        groups = np.asarray(groups, int)
        at = np.searchsorted(names, groups)
        if len(groups) and not np.array_equal(names[np.minimum(at, len(names) - 1)], groups):
            raise ValueError(f"blocks {sorted(set(groups.tolist()) - set(names.tolist()))} are not in the sample")
        counts = ends[at] - first[at]
        within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        rows = order[np.repeat(first[at], counts) + within]
        row = rows if self.row is None else self.row[rows]
        return replace(self, values=self.values[rows], group=self.group[rows], row=row)


def pool_samples(samples):
    """Return one sample of all, its blocks numbered from 0 in the order of the samples."""
    rows = [np.unique(sample.group, return_inverse=True)[1] for sample in samples]
    first = np.cumsum([0] + [len(sample.groups) for sample in samples[:-1]])
    group = np.concatenate([row + start for row, start in zip(rows, first, strict=True)])
    return Sample(np.concatenate([sample.values for sample in samples]), group, samples[0].columns)


def match_fractions(samples, rng):
    """Return samples in which the same fraction of the sources is measured: fields are not comparable otherwise."""
    least = min(sample.fraction for sample in samples)
    return [thin_out(sample, least, rng) for sample in samples]


def thin_out(sample, fraction, rng):
    """Return a random subset of the rows that leaves a fraction of all sources, and at least one row per block."""
    if sample.fraction <= fraction:
        return sample
    rank = rng.random(len(sample.group))
    kept = rank < fraction / sample.fraction
    lowest = np.full(len(sample.groups), np.inf)
    block = np.searchsorted(sample.groups, sample.group)
    np.minimum.at(lowest, block, rank)
    kept |= rank == lowest[block]
    return Sample(sample.values[kept], sample.group[kept], sample.columns, fraction=fraction)


def write_unmeasured(path, failure, code):
    """Write why a sample has no values, in their place."""
    with create_stack(path, code=code, reason=failure.reason.value, detail=failure.detail):
        pass


def read_sample(path):
    """Read the features that `extract_features` wrote as a sample to be judged.

    Raises
    ------
    MeasurementError
        If the file states why there are none, see `write_unmeasured`.
    """
    with open_stack(path) as stack:
        if failure := Failure.from_json(stack.attributes):
            raise MeasurementError(failure.reason, failure.detail)
        columns = tuple(str(stack.attributes.get("columns", "")).split(","))
        about = {"fraction": float(stack.attributes.get("share", 1.0)), "n_images": stack.attributes.get("n_images")}
        return Sample(stack["value"][:].astype(float), stack["group"][:], columns, **about)
