"""Controls of a network referee: samples that it has to recognise before its scores of others count."""

from dataclasses import asdict, dataclass

from workflow_scripts.formats.atomic import read_json, write_json
from workflow_scripts.judging.comparison import bootstrap_interval
from workflow_scripts.judging.power import Damage
from workflow_scripts.judging.reasons import Failure, Reason
from workflow_scripts.judging.sample import pool_samples
from workflow_scripts.settings.referees import ControlSample


@dataclass(frozen=True, kw_only=True)
class Control(ControlSample):
    """A control of a referee, with the result.

    Attributes
    ----------
    value, low, high : float
        Area under the ROC curve of held-out blocks, with its 95 % bootstrap interval over blocks.
    n_blocks : int
        Held-out blocks on each side.
    """

    value: float
    low: float
    high: float
    n_blocks: int

    @property
    def recognised(self):
        """Return whether the referee recognises it."""
        return self.value >= self.limit


@dataclass(frozen=True)
class Controls:
    """The controls of the referee that a metric reads.

    Attributes
    ----------
    metric : str
        Name of the metric in the config.
    controls : list of Control
    unmeasured : Failure or None
        Why a control could not be measured; then there are none.
    """

    metric: str
    controls: list
    unmeasured: Failure | None = None

    @property
    def failure(self):
        """Return why no sample is compared by this referee, the controls that it misses; None where it misses none."""
        if self.unmeasured:
            return self.unmeasured
        missed = [one for one in self.controls if not one.recognised]
        texts = [f"{one.sample}: area under the curve {one.value:.2f}, at least {one.limit} needed" for one in missed]
        return Failure(Reason.REFEREE_INSENSITIVE, "; ".join(texts)) if missed else None

    @property
    def smallest_damage(self):
        """Return the smallest damage that is recognised; None where there is none."""
        damages = [Damage(one.strength, one.kind) for one in self.controls if one.kind and one.recognised]
        return min(damages, key=lambda damage: damage.strength, default=None)


def measure_control(real, other, metric, n_bootstrap, rng, control):
    """Measure a control.

    Parameters
    ----------
    real, other : Sample
        Held-out scores.
    metric : judging.metric.Metric
    n_bootstrap : int
    rng : numpy.random.Generator
    control : ControlSample
    """
    pool, n = metric.prepare(pool_samples([real, other]), rng), len(real.groups)
    sides = pool.groups[:n], pool.groups[n:]
    value = metric.measure(*map(pool.take, sides), rng)
    low, high = bootstrap_interval(pool, metric, [sides], value, n_bootstrap, rng).clip(*metric.limits).tolist()
    return Control(**vars(control), value=value, low=low, high=high, n_blocks=n)


def write_controls(path, controls):
    """Write the controls of a referee as JSON."""
    write_json(path, asdict(controls))


def read_controls(path):
    """Read the controls that `write_controls` wrote."""
    record = read_json(path)
    unmeasured = Failure.from_json(record["unmeasured"] or {})
    return Controls(record["metric"], [Control(**one) for one in record["controls"]], unmeasured)
