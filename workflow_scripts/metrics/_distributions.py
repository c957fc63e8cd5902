"""Distances between the distributions of two sides of a pool, column by column; the pool is sorted once."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Sorted:
    """The sorted columns of a pool.

    Attributes
    ----------
    order : (k, n) int
        Rows of the pool, sorted by each column.
    gap : (k, n) float
        Difference of each value and the next; the last is 0.
    """

    order: np.ndarray
    gap: np.ndarray

    @classmethod
    def of(cls, values):
        """Sort the columns of values (n, k)."""
        order = np.argsort(values.T, axis=1, kind="stable")
        ranked = np.take_along_axis(values.T, order, axis=1)
        return cls(order, np.diff(ranked, axis=1, append=ranked[:, -1:]))

    def difference(self, one, other):
        """Return the difference of the two cumulative distributions after each value, (k, n).

        Parameters
        ----------
        one, other : (m,) int
            Rows of the pool on each side; a repeated row counts as often as it is given.
        """
        n = self.order.shape[1]
        step = np.bincount(one, minlength=n) / len(one) - np.bincount(other, minlength=n) / len(other)
        return np.cumsum(step[self.order], axis=1)

    def wasserstein(self, one, other):
        """Return W1 of each column, (k,): the area between the two cumulative distributions."""
        return np.einsum("kn,kn->k", np.abs(self.difference(one, other)), self.gap)

    def largest(self, one, other):
        """Return the largest difference of the cumulative distributions of each column, (k,), in [0, 1].

        Between equal values the difference is not evaluated.
        """
        return np.abs(np.where(self.gap > 0, self.difference(one, other), 0)).max(axis=1)
