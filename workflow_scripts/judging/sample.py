"""A sample to be judged: features of its images, and the independent field that each image belongs to."""

from dataclasses import dataclass

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
    """

    values: np.ndarray
    group: np.ndarray

    @property
    def groups(self):
        """Return the fields, sorted."""
        return np.unique(self.group)

    def take(self, groups):
        """Return the images of the given fields; a field given twice comes twice, still as one group."""
        rows = [np.nonzero(self.group == group)[0] for group in groups]
        rows = np.concatenate(rows) if rows else np.empty(0, int)
        return Sample(self.values[rows], self.group[rows])


def read_sample(path):
    """Read the features that `extract_features` wrote as a sample to be judged."""
    with open_stack(path) as stack:
        return Sample(stack["value"][:].astype(float), stack["group"][:])
