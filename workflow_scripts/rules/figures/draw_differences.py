"""Rule draw_differences: what a metric told generated images from real ones by, in words."""

from workflow_scripts.formats.atomic import read_json
from workflow_scripts.formats.stacks import open_stack
from workflow_scripts.formats.tables import write_csv
from workflow_scripts.judging.metric import bind
from workflow_scripts.judging.sample import pooled, read_sample
from workflow_scripts.report.differences import draw_differences_of
from workflow_scripts.report.feature_words import say_difference
from workflow_scripts.report.style import house_style, save
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.runtime.seeds import rng
from workflow_scripts.settings import plugins

COLUMNS = ["sky", "feature", "importance", "real_mean", "real_sd", "generated_mean", "generated_sd", "words"]


def draw_differences(*, real, generated, judged, table, differences, options, seed):
    """Draw and tabulate the features that a metric tells each sky by.

    Parameters
    ----------
    real, generated : str, list of str
        Features of the real test fields and of each sky.
    judged : list of str
        What `compare_samples` wrote of each sky.
    table : str
        CSV written, sky by sky, the most important feature first: `sky, feature, importance, real_mean, real_sd,
        generated_mean, generated_sd, words`.
    differences : str
        PNG written.
    options : dict
        `skies`; `name`, `metric` (the plugin) and `options` of the metric; `side` of the tiles in pixels, None for
        whole images.
    """
    module, sample = plugins.load("metrics", options["metric"]), read_sample(real)
    given, side = plugins.options_of(module, options["options"]), options["side"] or side_of(real)
    rows, shown = [], {}
    for sky, path, result in zip(options["skies"], generated, map(read_json, judged), strict=True):
        shown[sky] = {**result, "rows": []}
        if "value" in result:
            generator = rng(seed, f"draw_differences {sky}")
            shown[sky]["rows"] = ranked(module, given, sample, read_sample(path), generator, side)
            rows += [{"sky": sky, **row} for row in shown[sky]["rows"]]
    write_csv(table, rows, COLUMNS)
    with house_style():
        save(draw_differences_of(shown, options["name"]), differences)


def side_of(features):
    """Return the width of the images that features were taken of, in pixels."""
    with open_stack(features) as stack:
        return int(stack.attributes["shape"].split(",")[1])


def ranked(module, options, real, generated, generator, side):
    """Return a row of the table per feature, the most important first."""
    pool = bind(module, options).prepare(pooled([real, generated]), generator)
    sides = pool.take(pool.groups[: len(real.groups)]), pool.take(pool.groups[len(real.groups) :])
    importance = module.explain(*sides, options, generator)
    order = sorted(range(len(importance)), key=lambda number: -importance[number])
    return [row_of(real.columns[k], importance[k], real.values[:, k], generated.values[:, k], side) for k in order]


def row_of(column, importance, real, generated, side):
    """Return the row of one feature."""
    numbers = {"real_mean": real.mean(), "real_sd": real.std()}
    numbers |= {"generated_mean": generated.mean(), "generated_sd": generated.std()}
    told = {"feature": column, "importance": f"{importance:.4f}"} | {key: f"{one:.6g}" for key, one in numbers.items()}
    return told | {"words": say_difference(column, side, **numbers)}


if "snakemake" in globals():
    run_rule(draw_differences, snakemake)
