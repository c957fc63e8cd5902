"""Point-process sky without a network: the data's own sources, cut out and put where the process draws them.

A control, not a generator: its sources are copies. A difference from real fields that metrics detect here is due to the
layout or the marks; any further difference of `point_process` is due to its network.
"""

from dataclasses import asdict, dataclass

from workflow_scripts.skies import point_process

NEEDS = {"noise": "noise", "process": "process", "stamps": "patches"}


@dataclass(frozen=True)
class Options:
    """`n_sources`, `round_to`, `top` and `noise` are those of `point_process`."""

    n_sources: int = -1
    round_to: float = 0.0
    top: float = 0.0
    noise: bool = False

    def __post_init__(self):
        if self.n_sources < -1 or self.round_to < 0 or self.top < 0:
            raise ValueError("n_sources: at least 0, or -1; round_to and top: at least 0")


def compose(n, rng, parts, options):
    """Yield n fields with their truth, as `point_process.compose` does; `stamps` are patches of the data."""
    yield from point_process.compose(n, rng, parts, point_process.Options(**asdict(options)))
