"""Rule draw_differences: the features that distinguish generated images from real ones."""

from workflow_scripts.formats.product_names import by_stem
from workflow_scripts.formats.stacks import open_stack
from workflow_scripts.formats.tables import write_csv
from workflow_scripts.judging.comparison import read_outcome
from workflow_scripts.judging.metric import bind
from workflow_scripts.judging.sample import pool_samples, read_sample
from workflow_scripts.report.differences import Difference, draw_importances
from workflow_scripts.report.style import house_style, save
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.runtime.seeds import rng
from workflow_scripts.settings import plugins
from workflow_scripts.settings.contracts.features import Column
from workflow_scripts.settings.figures import DrawDifferences

COLUMNS = ["sky", "feature", "importance", "real_mean", "real_sd", "generated_mean", "generated_sd"]


def draw_differences(*, real, generated, judged, table, differences, options: DrawDifferences, seed):
    """Draw and tabulate the importance of each feature, for a metric that provides it.

    Parameters
    ----------
    real, generated : str, list of str
        Features of the real test fields and of each sample, `{sample}.h5`.
    judged : list of str
        Outputs of `compare_samples` for each sample and this metric.
    table : str
        CSV written, sorted by sample and decreasing importance: `sky, feature, importance, real_mean, real_sd,
        generated_mean, generated_sd`.
    differences : str
        PNG written.
    options : settings.figures.DrawDifferences
    """
    module, sample = plugins.load("metrics", options.metric), read_sample(real)
    given, columns = plugins.options_of(module, options.options), read_columns(real)
    features, outcomes = by_stem(generated, options.skies), {one.sample: one for one in map(read_outcome, judged)}
    rows = {sky: [] for sky in features}
    for sky in (sky for sky in features if outcomes[sky].measured):
        generator = rng(seed, f"draw_differences {sky}")
        rows[sky] = rank_features(module, given, sample, read_sample(features[sky]), generator, columns)
    write_csv(table, [row_of(sky, one) for sky, found in rows.items() for one in found], COLUMNS)
    with house_style():
        save(draw_importances(rows, outcomes, options.name), differences)


def read_columns(features):
    """Return the columns of a stack of features."""
    with open_stack(features) as stack:
        names, logs = stack.attributes["columns"].split(","), stack.names("logs")
        pairs = enumerate(zip(names, stack.names("descriptions"), strict=True))
    return [Column(name, text, number in logs) for number, (name, text) in pairs]


def rank_features(module, options, real, generated, generator, columns):
    """Return the differences of all features, in order of decreasing importance."""
    pool = bind(module, options).prepare(pool_samples([real, generated]), generator)
    sides = pool.take(pool.groups[: len(real.groups)]), pool.take(pool.groups[len(real.groups) :])
    importance = module.explain(*sides, options, generator)
    order = sorted(range(len(importance)), key=lambda number: -importance[number])
    return [difference(columns[k], importance[k], real.values[:, k], generated.values[:, k]) for k in order]


def difference(column, importance, real, generated):
    """Return the difference of one feature."""
    return Difference(column, float(importance), real.mean(), real.std(), generated.mean(), generated.std())


def row_of(sky, one):
    """Return the row of one difference in the table."""
    numbers = {name: f"{value:.6g}" for name, value in one.numbers.items()}
    return {"sky": sky, "feature": one.column.name, "importance": f"{one.importance:.4f}", **numbers}


if "snakemake" in globals():
    run_rule(draw_differences, snakemake)
