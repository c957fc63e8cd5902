"""Rule draw_deblenders: the figures of the deblenders of a study."""

from workflow_scripts.formats.product_names import by_folder
from workflow_scripts.formats.tables import read_csv
from workflow_scripts.report.deblended_examples import read_examples
from workflow_scripts.report.deblenders import draw_performance, draw_separations
from workflow_scripts.report.style import house_style, save
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.settings.figures import DrawDeblenders

N_EXAMPLES = 6


def draw_deblenders(*, bins, described, separated, deblenders, separations, options: DrawDeblenders):
    """Draw the performance of deblenders, and what they make of some blends.

    Parameters
    ----------
    bins : list of str
        Output of `compare_deblenders` for every set of blends.
    described : str
        Output of `describe_blends` for the first set.
    separated : list of str
        Output of `separate_blends` for the first set, of every deblender.
    deblenders, separations : str
        PNG written.
    options : settings.figures.DrawDeblenders
    """
    sets = {
        name: read_csv(path, ["deblender", "by", "statistic"]) for name, path in by_folder(bins, options.blends).items()
    }
    examples = read_examples(described, list(by_folder(separated, options.deblenders).values()), N_EXAMPLES)
    with house_style():
        save(draw_performance(sets), deblenders)
        save(draw_separations(examples, options.deblenders), separations)


if "snakemake" in globals():
    run_rule(draw_deblenders, snakemake)
