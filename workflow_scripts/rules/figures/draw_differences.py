"""Rule draw_differences: the features that distinguish generated images from real ones."""

from workflow_scripts.formats.product_names import by_name
from workflow_scripts.formats.stacks import open_stack
from workflow_scripts.formats.tables import write_csv
from workflow_scripts.judging.comparison import read_outcome
from workflow_scripts.judging.metric import bind
from workflow_scripts.judging.sample import pool_samples, read_sample
from workflow_scripts.report.differences import draw_importances
from workflow_scripts.report.feature_descriptions import describe_difference
from workflow_scripts.report.style import house_style, save
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.runtime.seeds import rng
from workflow_scripts.settings import plugins

COLUMNS = ["sky", "feature", "importance", "real_mean", "real_sd", "generated_mean", "generated_sd", "words"]


def draw_differences(*, real, generated, judged, table, differences, options, seed):
    """Draw and tabulate the importance of each feature, for a metric that provides it.

    Parameters
    ----------
    real, generated : str, list of str
        Features of the real test fields and of each sample, `{sample}.h5`.
    judged : list of str
        Outputs of `compare_samples` for each sample and this metric.
    table : str
        CSV written, sorted by sample and decreasing importance: `sky, feature, importance, real_mean, real_sd,
        generated_mean, generated_sd, words`.
    differences : str
        PNG written.
    options : dict
        `skies`; `name`, `metric` (the plugin) and `options` of the metric; `side` of the tiles in pixels, None for
        entire images.
    """
    module, sample = plugins.load("metrics", options["metric"]), read_sample(real)
    given, side = plugins.options_of(module, options["options"]), options["side"] or side_of(real)
    features, outcomes = by_name(generated, options["skies"]), {one.sample: one for one in map(read_outcome, judged)}
    rows = {sky: [] for sky in features}
    for sky in (sky for sky in features if outcomes[sky].measured):
        generator = rng(seed, f"draw_differences {sky}")
        rows[sky] = rank_features(module, given, sample, read_sample(features[sky]), generator, side)
    write_csv(table, [{"sky": sky, **row} for sky, found in rows.items() for row in found], COLUMNS)
    with house_style():
        save(draw_importances(rows, outcomes, options["name"]), differences)


def side_of(features):
    """Return the width of the images that features were measured on, in pixels."""
    with open_stack(features) as stack:
        return int(stack.attributes["shape"].split(",")[1])


def rank_features(module, options, real, generated, generator, side):
    """Return a row of the table per feature, in order of decreasing importance."""
    pool = bind(module, options).prepare(pool_samples([real, generated]), generator)
    sides = pool.take(pool.groups[: len(real.groups)]), pool.take(pool.groups[len(real.groups) :])
    importance = module.explain(*sides, options, generator)
    order = sorted(range(len(importance)), key=lambda number: -importance[number])
    return [row_of(real.columns[k], importance[k], real.values[:, k], generated.values[:, k], side) for k in order]


def row_of(column, importance, real, generated, side):
    """Return the row of one feature."""
    numbers = {"real_mean": real.mean(), "real_sd": real.std()}
    numbers |= {"generated_mean": generated.mean(), "generated_sd": generated.std()}
    cells = {"feature": column, "importance": f"{importance:.4f}"} | {key: f"{one:.6g}" for key, one in numbers.items()}
    return cells | {"words": describe_difference(column, side, **numbers)}


if "snakemake" in globals():
    run_rule(draw_differences, snakemake)
