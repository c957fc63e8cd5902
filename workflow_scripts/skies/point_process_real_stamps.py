"""Point-process sky without a network: the data's own sources, cut out and put where the process draws them.

A control, not a generator: its sources are copies. A difference from real fields that metrics detect here is due to the
layout or the marks; any further difference of `point_process` is due to its network.
"""

from workflow_scripts.settings.bases.skies import SourceOptions
from workflow_scripts.settings.contracts.skies import Part, Sky
from workflow_scripts.skies import point_process

DECLARATION = Sky(parts={"noise": Part(kind="noise"), "process": Part(kind="process"), "stamps": Part(kind="patches")})


class Options(SourceOptions):
    """Number and pixels of the sources."""


def compose(n, rng, scene, parts, options):
    """Yield n fields with their truth, as `point_process.compose` does; `stamps` are patches of the data."""
    yield from point_process.compose(n, rng, scene, parts, point_process.Options(**options.model_dump()))
