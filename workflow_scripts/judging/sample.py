"""A sample to be judged: features of its images, and the independent field that each image belongs to."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from workflow_scripts.formats.stacks import open_stack


@dataclass(frozen=True)
class Sample:
    """Features of a sample.

    Attributes
    ----------
    values : (n, k) float
    group : (n,) int
        The field of each image: fields are independent, tiles of one field are not.
    columns : tuple of str
        Names of the features.
    row : (n,) int or None
        Where each image stands in the sample that all were taken from.
    shared : object
        What a metric has computed of that whole sample (distances, orders), found by `row`.
    share : float
        Of the sources in the images, those that have a row.
    """

    values: np.ndarray
    group: np.ndarray
    columns: tuple = ()
    row: np.ndarray | None = None
    shared: object = None
    share: float = 1.0

    @property
    def groups(self):
        """Return the fields, sorted."""
        return self.places[0]

    @cached_property
    def places(self):
        """Return the fields, sorted; the images sorted by field; and where among these each field begins and ends."""
        names, counts = np.unique(self.group, return_counts=True)
        ends = np.cumsum(counts)
        return names, np.argsort(self.group, kind="stable"), ends - counts, ends

    def take(self, groups):
        """Return the images of the given fields; a field given twice comes twice, still as one group.

        Raises
        ------
        ValueError
            Where the sample has no such field.
        """
        names, order, first, ends = self.places
        groups = np.asarray(groups, int)
        at = np.searchsorted(names, groups)
        if len(groups) and not np.array_equal(names[np.minimum(at, len(names) - 1)], groups):
            raise ValueError(f"fields {sorted(set(groups.tolist()) - set(names.tolist()))} are not in the sample")
        counts = ends[at] - first[at]
        within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        rows = order[np.repeat(first[at], counts) + within]
        row = rows if self.row is None else self.row[rows]
        return replace(self, values=self.values[rows], group=self.group[rows], row=row)


def pooled(samples):
    """Return one sample of all, its fields numbered from 0 in the order of the samples."""
    rows = [np.unique(sample.group, return_inverse=True)[1] for sample in samples]
    first = np.cumsum([0] + [len(sample.groups) for sample in samples[:-1]])
    group = np.concatenate([row + start for row, start in zip(rows, first, strict=True)])
    return Sample(np.concatenate([sample.values for sample in samples]), group, samples[0].columns)


def equally_dense(samples, rng):
    """Return samples that have rows of the same share of their sources: fields are not alike otherwise."""
    least = min(sample.share for sample in samples)
    return [thinned(sample, least, rng) for sample in samples]


def thinned(sample, share, rng):
    """Return a sample that keeps rows of a share of its sources, drawn at random; of each field at least one."""
    if sample.share <= share:
        return sample
    rank = rng.random(len(sample.group))
    kept = rank < share / sample.share
    lowest = np.full(len(sample.groups), np.inf)
    field = np.searchsorted(sample.groups, sample.group)
    np.minimum.at(lowest, field, rank)
    kept |= rank == lowest[field]
    return Sample(sample.values[kept], sample.group[kept], sample.columns, share=share)


def read_sample(path):
    """Read the features that `extract_features` wrote as a sample to be judged."""
    with open_stack(path) as stack:
        columns = tuple(str(stack.attributes.get("columns", "")).split(","))
        share = float(stack.attributes.get("share", 1.0))
        return Sample(stack["value"][:].astype(float), stack["group"][:], columns, share=share)
