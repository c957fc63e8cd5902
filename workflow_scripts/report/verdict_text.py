"""The words for verdicts: here alone data become prose."""

from workflow_scripts.judging.metric import Direction
from workflow_scripts.judging.reasons import Reason, State
from workflow_scripts.report.numbers import format_as

STATES = {
    State.INSIDE: "no difference",
    State.OUTSIDE: "different",
    State.UNDECIDED: "undecided",
    State.NOT_MEASURED: "not measured",
}
REASONS = {  # in addition to the state
    Reason.SIGNIFICANT: "",
    Reason.NOT_SIGNIFICANT: "",
    Reason.POWER_UNKNOWN: "power unknown",
    Reason.TOO_FEW_PERMUTATIONS: "too few permutations",
    Reason.ONLY_BEFORE_CORRECTION: "significant before correction for the number of metrics",
    Reason.BEYOND_NULL_LIMIT: "beyond real against real, but not significant",
    Reason.LOW_POWER: "low power",
    Reason.NO_POWER: "no power",
    Reason.TOO_FEW_BLOCKS: "too few blocks",
    Reason.INVALID_FEATURES: "invalid features",
    Reason.UNDEFINED: "undefined",
    Reason.REFEREE_INSENSITIVE: "referee insensitive",
}
DAMAGES = {  # by kind; strengths are fractions but for the last, in standard deviations of the noise
    "removed": "{:.0%} of the sources removed",
    "added": "{:.0%} of the sources added",
    "moved": "{:.0%} of the sources moved",
    "brightened": "sources brightened by {:.0%}",
    "blurred": "a blur of {:.0%} of the PSF",
    "noise": "{:.0%} more noise variance",
    "background": "a background raised by {:.2g} σ of the noise",
}


def explain_reason(verdict):
    """Return the reason of a verdict as a short phrase, empty if the state is sufficient."""
    if not verdict.measured:
        return explain_failure(verdict)
    if verdict.reason is Reason.NOT_SIGNIFICANT:
        return f"would detect {describe_damage(verdict)}"
    if verdict.reason is Reason.LOW_POWER:
        return f"low power: would detect no less than {describe_damage(verdict)}"
    if verdict.reason is Reason.NO_POWER:
        return "no power: detects none of the damages tried"
    return REASONS[verdict.reason]


def describe_damage(verdict):
    """Return the smallest damage that is detected."""
    return damage_text(verdict.damage_kind, verdict.smallest_damage)


def damage_text(kind, strength):
    """Return a damage in words: `5% of the sources removed`, spelt with a space."""
    return DAMAGES[kind].format(strength).replace("%", " %")


def explain_failure(failure):
    """Return the reason of a verdict or a failure without a measurement, with its detail."""
    return f"{REASONS[failure.reason]}: {failure.detail}"


def value_text(verdict):
    """Return the value of a verdict, with the digits of the null distribution."""
    return format_as(verdict.value, verdict.null_limit)


def limit_text(verdict):
    """Return where 95 % of the null distribution lies: `below 0.17`."""
    side = "below" if verdict.direction is Direction.LARGER else "above"
    return f"{side} {format_as(verdict.null_limit, verdict.null_limit)}"
