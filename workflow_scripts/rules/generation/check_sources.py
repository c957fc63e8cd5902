"""Rule check_sources: check a user's list of sources before anything is trained for its sky."""

from workflow_scripts.formats.atomic import write_json
from workflow_scripts.formats.source_lists import read_sources
from workflow_scripts.formats.stacks import open_stack
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.settings.generation import CheckSources


def check_sources(*, sources, fields, checked, options: CheckSources):
    """Check the list of sources of a sky.

    Parameters
    ----------
    sources : str
        The user's list, ECSV or FITS.
    fields : str
        Stack of the training fields, for their size, unit and zero point.
    checked : str
        JSON written: `file` and `n_sources`.
    options : settings.generation.CheckSources

    Raises
    ------
    ValueError
        If columns are missing or rows are invalid; the message lists them.
    """
    with open_stack(fields) as stack:
        shape, pixels = stack["image"].shape[1:3], stack.photometry
        found = read_sources(sources, shape, pixels.zeropoint_ab, pixels.unit, options.n_fields)
    write_json(checked, {"file": sources, "n_sources": len(found["x"])})


if "snakemake" in globals():
    run_rule(check_sources, snakemake)
