"""Rule check_requests: check a user's table of requests before the stage that generates them is trained."""

from workflow_scripts.attributes.known import CLASS
from workflow_scripts.attributes.requests import check_classes, check_ranges
from workflow_scripts.formats.atomic import write_json
from workflow_scripts.formats.requests import read_requests
from workflow_scripts.formats.stacks import open_stack
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.settings.galaxies import CheckRequests


def check_requests(*, table, train, checked, options: CheckRequests):
    """Check a table of requests.

    Parameters
    ----------
    table : str
        The user's table, CSV or ECSV.
    train : str
        Stack of real galaxies, for their classes.
    checked : str
        JSON written: `file` and `n`, the number of requested galaxies.
    options : settings.galaxies.CheckRequests

    Raises
    ------
    ValueError
        If a column, a row or a class is invalid; the message names it.
    """
    requested = read_requests(table, options.condition)
    with open_stack(train) as stack:
        check_classes(requested, {CLASS.name: stack.names("class_names")})
    check_ranges(requested)
    write_json(checked, {"file": table, "n": len(next(iter(requested.values())))})


if "snakemake" in globals():
    run_rule(check_requests, snakemake)
