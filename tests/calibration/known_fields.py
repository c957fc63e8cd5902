"""Simulated fields whose damage is known, and their features, for the calibration of the metrics."""

from pathlib import Path

import numpy as np
from astropy.stats import gaussian_fwhm_to_sigma
from scipy.ndimage import gaussian_filter

from workflow_scripts.datasets import simulated_fields
from workflow_scripts.judging.metric import bind
from workflow_scripts.judging.sample import Sample
from workflow_scripts.rules.scoring.extract_features import evenly_spaced, extract_all, loaded
from workflow_scripts.settings import judging, plugins
from workflow_scripts.settings.data import fetch_dataset
from workflow_scripts.settings.scoring import feature_set
from workflow_scripts.settings.settings import Settings
from workflow_scripts.settings.yaml_files import read_settings

ROOT = Path(__file__).parents[2]
STUDY = Settings(read_settings(ROOT / "config.yaml"), {}, [ROOT / "studies"])["sparse"]
OPTIONS = simulated_fields.Options(**fetch_dataset(STUDY).options)
# Those of features of fields; attributes are of the one galaxy in the middle of a stamp.
METRICS = [name for name, metric in STUDY.config.metrics.items() if metric.features not in ("", "attributes")]
FLUX_DECADES = (1.5, 3.5)  # of the other distribution of fluxes: uniform in the logarithm


def draw(item, damage="", strength=0.0):
    """Return a field of the study `sparse`, as the data set draws it or damaged.

    Parameters
    ----------
    item : int
        Fields of different numbers are independent.
    damage : str
        `moved`: a share of the sources lies anywhere; `fluxes`: a share of the sources has a flux of another
        distribution; `blur`: the PSF is wider by a share of its width.
    strength : float
        That share.
    """
    rng, other = simulated_fields.field_rng(item, OPTIONS), np.random.default_rng([item, 1])
    truth = simulated_fields.draw_marks(rng, *simulated_fields.draw_places(rng, OPTIONS), OPTIONS)
    n = len(truth["x"])
    chosen = other.random(n) < strength
    if damage == "moved":
        for name in ("x", "y"):
            truth[name] = np.where(chosen, other.uniform(-0.5, OPTIONS.size - 0.5, n), truth[name])
    if damage == "fluxes":
        truth["flux"] = np.where(chosen, 10 ** other.uniform(*FLUX_DECADES, n), truth["flux"])
    image = np.zeros((OPTIONS.size, OPTIONS.size), np.float32)
    for number in range(n):
        simulated_fields.add_source(image, {key: float(values[number]) for key, values in truth.items()}, OPTIONS)
    if damage == "blur":
        image = gaussian_filter(image, OPTIONS.psf_fwhm * np.sqrt((1 + strength) ** 2 - 1) * gaussian_fwhm_to_sigma)
    image += rng.choice(simulated_fields.BACKGROUNDS, p=simulated_fields.FRACTIONS)
    return np.clip(np.rint(image), 0, 255).astype(np.float32)


def feature_of(metric):
    """Return the set of features that a metric takes."""
    return STUDY.config.metrics[metric].features


def measure(images, metrics):
    """Return the features that metrics take of images (n, y, x), each image a field: a sample per set of features."""
    names = {feature_of(name) for name in metrics}
    return {name: features_of(images, feature_set(STUDY, name)) for name in sorted(names)}


def features_of(images, about):
    """Return a set of features of images as a sample."""
    makers = [(module, plugins.options_of(module, given)) for module, given in loaded(about.extract)]
    if about.rows != "sources":
        values, columns = extract_all(makers, images)
        return Sample(values, np.arange(len(images)), tuple(one.name for one in columns))
    module, given = makers[0]
    values, columns, owner = module.extract(
        images, given, evenly_spaced(module.count(images, given), given.max_sources)
    )
    kept = np.isfinite(values).all(axis=1)
    return Sample(values[kept], owner[kept], tuple(one.name for one in columns))


def metric_of(name, samples):
    """Return a metric of the study; `samples` are the training part's features."""
    about = judging.measured_metric(STUDY, name)
    module = plugins.load("metrics", about.metric)
    return bind(module, plugins.options_of(module, about.options), samples[feature_of(name)])


def part(sample, first, last):
    """Return the fields of a sample whose numbers are at least `first` and below `last`."""
    return sample.take([group for group in sample.groups if first <= group < last])
