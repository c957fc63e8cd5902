"""Scorers: regressors from features to a score."""

from typing import Protocol


class ScorerPlugin(Protocol):
    """A module of `scorers/`."""

    @staticmethod
    def fit(features, scores, options, *, groups, seed, threads):
        """Return a model fitted to features (n, k) and scores (n,); `groups` (n,) are the blocks of the rows."""

    @staticmethod
    def predict(model, features):
        """Return the predicted scores (n,) for features (n, k)."""

    @staticmethod
    def save(model, path):
        """Write a model in a format that cannot run code when it is loaded."""

    @staticmethod
    def load(path):
        """Read a model written by `save`."""
