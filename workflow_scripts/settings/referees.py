"""Network referees of metrics: their samples, their controls, and the paths of their scores."""

from dataclasses import dataclass

from workflow_scripts.settings.judging import MeasuredMetric, declaration_of, features_of_metric, measured_metric
from workflow_scripts.settings.power import CONTROL_STRENGTH, has_damaged_fields
from workflow_scripts.settings.training import hardware


@dataclass(frozen=True)
class ControlSample:
    """A sample that a referee has to tell from the real test fields.

    Attributes
    ----------
    sample : str
    limit : float
        Smallest sufficient area under the ROC curve.
    kind : str
        Damage of the real fields that it consists of; empty for generated fields.
    strength : float
        Of the damage.
    """

    sample: str
    limit: float
    kind: str = ""
    strength: float = 0.0


# The damaged fields are those of the training part, compared with the test part like any sample: no field is on both
# sides, damaged and undamaged.
CONTROLS = (
    ControlSample("naive", 0.9),
    ControlSample("control_noise", 0.9, "noise", CONTROL_STRENGTH),
    ControlSample("control_blurred", 0.8, "blurred", CONTROL_STRENGTH),
)


@dataclass(frozen=True)
class TrainReferee:
    """Training steps of a referee, the side of its tiles in pixels (None: that of a field), and its device."""

    steps: int
    tile_size: int | None
    device: str
    torch_threads: int


@dataclass(frozen=True)
class CheckReferee(MeasuredMetric):
    """A metric that reads a referee, the controls of the referee, and the number of bootstrap samples."""

    controls: list[ControlSample]
    n_bootstrap: int


def train_referee(study, metric) -> TrainReferee:
    """Return the settings of the training of a referee."""
    steps = measured_metric(study, metric).options["steps"]
    return TrainReferee(steps, study.config.judging.tile_size, **hardware(study))


def check_referee(study, metric) -> CheckReferee:
    """Return the settings of the check of a referee by its controls."""
    n_bootstrap = study.config.judging.n_bootstrap
    return CheckReferee(**vars(measured_metric(study, metric)), controls=list(CONTROLS), n_bootstrap=n_bootstrap)


def reads_referee(study, metric):
    """Return whether a metric reads the scores of a network referee."""
    return declaration_of(study, metric).reads_referee


def metrics_with_referee(study):
    """Return the metrics of the study that read a network referee."""
    return [metric for metric in study.make.metrics if reads_referee(study, metric)]


def check_readable(study):
    """Raise an error for metrics that read a referee in a study whose real images cannot be damaged for its controls.

    Raises
    ------
    ValueError
        Naming the metric.
    """
    found = metrics_with_referee(study)
    if found and not has_damaged_fields(study):
        raise ValueError(
            f"{study.where('make.metrics')}: leave {found[0]} out: the controls of a network referee are damaged real "
            "fields, which this study does not have"
        )


def skies_of_controls(study):
    """Return the skies that are controls of a referee of the study."""
    return [one.sample for one in CONTROLS if not one.kind] if metrics_with_referee(study) else []


def scores_of(study, metric, sample, side):
    """Return the held-out scores of one side, `real` or `sample`, by the referee of a sample."""
    return f"results/{study.name}/referees/{metric}/{sample}/{side}.h5"


def real_values(study, metric, sample):
    """Return the values of the real test fields that a sample is compared with: features, or scores of its referee."""
    if reads_referee(study, metric):
        return scores_of(study, metric, sample, "real")
    return features_of_metric(study, metric, "real_test")


def sample_values(study, metric, sample):
    """Return the values of a sample for a metric: features, or scores of its referee."""
    if reads_referee(study, metric):
        return scores_of(study, metric, sample, "sample")
    return features_of_metric(study, metric, sample)


def scores_of_controls(study, metric):
    """Return the held-out scores of all controls of a referee."""
    return [scores_of(study, metric, one.sample, side) for one in CONTROLS for side in ("real", "sample")]


def controls_of(study, metric):
    """Return the result of the controls of a metric's referee; nothing for a metric of features."""
    return [f"results/{study.name}/referees/{metric}/controls.json"] if reads_referee(study, metric) else []


def controls(study):
    """Return the results of the controls of all referees of the study."""
    return [path for metric in metrics_with_referee(study) for path in controls_of(study, metric)]
