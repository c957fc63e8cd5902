"""Rule render_variances: the variance maps of the blends of all shards as one array."""

from workflow_scripts.blending.rendering import BLOCK, map_variance, variance_type
from workflow_scripts.blending.stamps import StampSet
from workflow_scripts.formats.arrays import create_array
from workflow_scripts.formats.blends import open_stamps, read_members
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.runtime.progress import progress
from workflow_scripts.settings.blending import RenderVariances


def render_variances(*, shards, stamps, stamp_catalogue, variance, options: RenderVariances):
    """Write the noise variance of every pixel of every blend.

    Parameters
    ----------
    shards : list of str
        Outputs of `pair_galaxies`, in order.
    stamps, stamp_catalogue : str
        Stamps of the blended galaxies.
    variance : str
        NPY written, (n, y, x[, band]) float32; float64 if the squared pixels exceed the range of float32.
    options : settings.blending.RenderVariances
    """
    with open_stamps(stamps, stamp_catalogue) as source:
        galaxies = StampSet.of(source, subpixel=options.subpixel and source.is_model)
    members, shifts = read_members(shards, len(galaxies.noise))
    with create_array(variance, (len(members), *galaxies.shape), variance_type(galaxies, options)) as maps:
        for start in progress(range(0, len(members), BLOCK), "blocks"):
            block = slice(start, start + BLOCK)
            maps.extend(map_variance(galaxies, members[block], shifts[block], options))


if "snakemake" in globals():
    run_rule(render_variances, snakemake)
