"""Plugins are what their contracts say, and can what they declare."""

import inspect
from typing import get_args

import pytest

from workflow_scripts.networks.trainable import Task
from workflow_scripts.settings import plugins
from workflow_scripts.settings.bases.datasets import FileOptions
from workflow_scripts.settings.bases.deblenders import ResultOptions
from workflow_scripts.settings.bases.features import SourceLimitOptions
from workflow_scripts.settings.bases.metrics import RefereeOptions
from workflow_scripts.settings.bases.models import PhysicsOptions
from workflow_scripts.settings.bases.surveys import SurveyOptions
from workflow_scripts.settings.contracts import datasets, deblenders, features, metrics, models, scorers, skies

DATASET_OF = {
    "images": datasets.DatasetPlugin,
    "stamps": datasets.DescribedDatasetPlugin,
    "galaxies": datasets.DescribedDatasetPlugin,
    "pictures": datasets.DescribedDatasetPlugin,
}
METRIC_WITH = {
    "explains": metrics.ExplainingMetricPlugin,
    "prepares": metrics.PreparingMetricPlugin,
    "needs_training_images": metrics.TrainingMetricPlugin,
    "reads_referee": metrics.RefereeMetricPlugin,
}


def contracts_of(folder, name):
    """Return the Protocols that a plugin has to keep."""
    if folder == "scorers":
        return [scorers.ScorerPlugin]
    declared = plugins.declaration(folder, name)
    if folder == "datasets":
        kind = datasets.WindowedDatasetPlugin if declared.by_windows else DATASET_OF[declared.holds]
        return [kind, *([datasets.SimulatedDatasetPlugin] if declared.knows_sources else [])]
    if folder == "features":
        return [features.SourceFeaturePlugin if declared.rows == "sources" else features.FeaturePlugin]
    if folder == "metrics":
        return [metrics.MetricPlugin, *(kind for ability, kind in METRIC_WITH.items() if getattr(declared, ability))]
    return [{"skies": skies.SkyPlugin, "models": models.ModelPlugin, "deblenders": deblenders.DeblenderPlugin}[folder]]


def functions_of(contract):
    """Return the parameters of each function of a Protocol, by its name."""
    members = inspect.getmembers(contract, inspect.isfunction)
    return {name: list(inspect.signature(one).parameters) for name, one in members if not name.startswith("_")}


def breaches(module, contract):
    """Return the functions of a contract that a module lacks, or has with other parameters."""
    found = {name: getattr(module, name, None) for name in functions_of(contract)}
    has = {name: list(inspect.signature(one).parameters) if one else None for name, one in found.items()}
    return {name: has[name] for name, expected in functions_of(contract).items() if has[name] != expected}


PLUGINS = [(folder, name) for folder in plugins.FOLDERS for name in plugins.names(folder)]


def test_plugins_keep_their_contracts():
    wrong = {
        (folder, name): breaches(plugins.load(folder, name), contract)
        for folder, name in PLUGINS
        for contract in contracts_of(folder, name)
    }
    assert {where: functions for where, functions in wrong.items() if functions} == {}


@pytest.mark.parametrize(
    ("folder", "ability", "function"),
    [
        ("datasets", "knows_sources", "read_truth"),
        ("datasets", "by_windows", "open_images"),
        ("metrics", "explains", "explain"),
        ("metrics", "prepares", "prepare"),
        ("metrics", "needs_training_images", "prepare_with"),
    ],
)
def test_plugins_declare_what_they_can(folder, ability, function):
    pairs = {
        name: (getattr(plugins.declaration(folder, name), ability), hasattr(plugins.load(folder, name), function))
        for name in plugins.names(folder)
    }
    assert {name: pair for name, pair in pairs.items() if pair[0] != pair[1]} == {}


def test_options_are_of_the_base_that_a_declaration_requires():
    sources = [name for name in plugins.names("features") if plugins.declaration("features", name).rows == "sources"]
    local = {
        name for name in plugins.names("datasets") if "files" in plugins.options_class("datasets", name).model_fields
    }
    assert local == of_base("datasets", FileOptions) | of_base("datasets", SurveyOptions)
    physics = [name for name in plugins.names("models") if plugins.declaration("models", name).uses_predictor]
    assert of_base("deblenders", ResultOptions) == {"read_results"}
    assert set(sources) == of_base("features", SourceLimitOptions)
    assert set(physics) == of_base("models", PhysicsOptions)
    referees = [name for name in plugins.names("metrics") if plugins.declaration("metrics", name).reads_referee]
    assert set(referees) == of_base("metrics", RefereeOptions) == {"network_two_sample"}


def test_the_tasks_that_models_declare_are_those_of_networks():
    assert set(get_args(models.Model.model_fields["task"].annotation)) == set(Task)


def of_base(folder, base):
    return {name for name in plugins.names(folder) if issubclass(plugins.options_class(folder, name), base)}


def test_declared_names_exist():
    """An option that a declaration names is one; a feature that a metric takes is a file, with such options."""
    wrong = []
    for name in plugins.names("skies"):
        shared = plugins.declaration("skies", name).shared_layout
        wrong += [(name, shared)] if shared and shared not in plugins.options_class("skies", name).model_fields else []
    for name in plugins.names("metrics"):
        for feature, options in plugins.declaration("metrics", name).features.items():
            wrong += [(name, feature)] if not set(plugins.check_options("features", feature, options, "x")) else []
    assert wrong == []


def test_a_broken_contract_is_seen():
    class Module:
        @staticmethod
        def fetch(folder):
            """Without options."""

    assert breaches(Module, datasets.DatasetPlugin) == {"fetch": ["folder"], "read": None}
