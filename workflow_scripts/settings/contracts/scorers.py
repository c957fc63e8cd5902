"""Scorers: regressors from features to a score."""

from typing import Protocol


class ScorerPlugin(Protocol):
    """A module of `scorers/`."""

    @staticmethod
    def fit(features, scores, options, *, groups, seed, threads):
        """Return a model of features (n, k) and scores (n,); `groups` (n,) are the fields that rows come from."""

    @staticmethod
    def predict(model, features):
        """Return scores (n,) of features (n, k)."""

    @staticmethod
    def save(model, path):
        """Write a model in a format that cannot run code when it is read."""

    @staticmethod
    def load(path):
        """Return what `save` wrote."""
