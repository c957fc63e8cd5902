"""States of a verdict, the reasons for them, and the record of a failed measurement."""

from dataclasses import asdict, dataclass
from enum import StrEnum


class State(StrEnum):
    """Result of the test of one sample by one metric."""

    INSIDE = "inside"
    OUTSIDE = "outside"
    UNDECIDED = "undecided"
    NOT_MEASURED = "not_measured"


class Reason(StrEnum):
    """Why a verdict has its state; each reason belongs to one state."""

    SIGNIFICANT = "significant"
    NOT_SIGNIFICANT = "not_significant"
    POWER_UNKNOWN = "power_unknown"
    TOO_FEW_PERMUTATIONS = "too_few_permutations"
    ONLY_BEFORE_CORRECTION = "only_before_correction"
    BEYOND_NULL_LIMIT = "beyond_null_limit"
    LOW_POWER = "low_power"
    NO_POWER = "no_power"
    TOO_FEW_BLOCKS = "too_few_blocks"
    INVALID_FEATURES = "invalid_features"
    UNDEFINED = "undefined"
    REFEREE_INSENSITIVE = "referee_insensitive"

    @property
    def state(self):
        """Return the state that this reason leads to."""
        return STATES[self]


STATES = {
    Reason.SIGNIFICANT: State.OUTSIDE,
    Reason.NOT_SIGNIFICANT: State.INSIDE,
    Reason.POWER_UNKNOWN: State.INSIDE,
    Reason.TOO_FEW_PERMUTATIONS: State.UNDECIDED,
    Reason.ONLY_BEFORE_CORRECTION: State.UNDECIDED,
    Reason.BEYOND_NULL_LIMIT: State.UNDECIDED,
    Reason.LOW_POWER: State.UNDECIDED,
    Reason.NO_POWER: State.UNDECIDED,
    Reason.TOO_FEW_BLOCKS: State.NOT_MEASURED,
    Reason.INVALID_FEATURES: State.NOT_MEASURED,
    Reason.UNDEFINED: State.NOT_MEASURED,
    Reason.REFEREE_INSENSITIVE: State.NOT_MEASURED,
}


class MeasurementError(ValueError):
    """A metric cannot be measured on a sample.

    Parameters
    ----------
    reason : Reason
        One whose state is `NOT_MEASURED`.
    detail : str
        One line with the numbers of this case.
    """

    def __init__(self, reason, detail):
        super().__init__(detail)
        self.reason = reason


@dataclass(frozen=True)
class Failure:
    """Why there is no measurement.

    Attributes
    ----------
    reason : Reason
    detail : str
        The message of the error, displayed as it is.
    """

    reason: Reason
    detail: str

    @classmethod
    def of(cls, error):
        """Return the failure that an exception describes; a `ValueError` of a metric means that it is undefined."""
        return cls(getattr(error, "reason", Reason.UNDEFINED), str(error))

    @classmethod
    def from_json(cls, record):
        """Return the failure that a JSON record holds, or None."""
        return cls(Reason(record["reason"]), record["detail"]) if "reason" in record else None

    def as_json(self):
        """Return the failure as a JSON record."""
        return asdict(self)
