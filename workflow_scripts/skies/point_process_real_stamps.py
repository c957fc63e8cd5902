"""Point-process sky without a network: patches of real sources at the positions that the process draws.

A control, not a generator: its sources are copies. Differences from real fields that metrics detect here are due to the
layout or the marks; further differences of `point_process` are due to its network.
"""

from workflow_scripts.settings.bases.skies import SourceOptions
from workflow_scripts.settings.contracts.skies import Part, Sky
from workflow_scripts.skies import point_process

DECLARATION = Sky(parts={"noise": Part(kind="noise"), "process": Part(kind="process"), "stamps": Part(kind="patches")})


class Options(SourceOptions):
    """Number and pixels of the sources."""


def compose(n, rng, scene, parts, options):
    """Yield n fields with their truth like `point_process.compose`; `stamps` are patches of the data."""
    yield from point_process.compose(n, rng, scene, parts, point_process.Options(**options.model_dump()))
