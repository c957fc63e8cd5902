"""Rule draw_blends: the figures of the blends of a study."""

from workflow_scripts.formats.product_names import by_folder
from workflow_scripts.report.blend_sets import read_blend_set
from workflow_scripts.report.blends import draw_baseline, draw_gallery, draw_properties
from workflow_scripts.report.style import draw_absent, house_style, save
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.settings.figures import DrawBlends


def draw_blends(*, described, catalogues, galaxies, summaries, blends, blend_properties, baseline, options: DrawBlends):
    """Draw blends with their truth, distributions of their properties, and the deblending baseline.

    Parameters
    ----------
    described, catalogues : list of str
        Output of `describe_blends`, and the catalogue, of each set of blends.
    galaxies, summaries : list of str
        Outputs of `deblend_blends` for each set.
    blends, blend_properties, baseline : str
        PNG written.
    options : settings.figures.DrawBlends
    """
    names = options.blends
    files = [by_folder(paths, names) for paths in (described, catalogues, galaxies, summaries)]
    sets = {name: read_blend_set(*(paths[name] for paths in files)) for name in names}
    figures = {blends: draw_gallery, blend_properties: draw_properties, baseline: draw_baseline}
    with house_style():
        for path, draw in figures.items():
            save(draw(sets) if sets else draw_absent("Blends"), path)


if "snakemake" in globals():
    run_rule(draw_blends, snakemake)
