"""The verdict box."""

import pytest

from workflow_scripts.judging.comparison import Direction
from workflow_scripts.judging.reasons import Reason, State
from workflow_scripts.judging.verdict import Verdict
from workflow_scripts.report.summary import summarise

INSIDE, OUTSIDE = Reason.NOT_SIGNIFICANT, Reason.SIGNIFICANT
METRICS = ("distance", "ripley_k", "copies")


def verdict(sample, metric, reason, value=0.2, detail=""):
    numbers = {"value": value, "low": 0.1, "high": 0.3, "null_median": 0.05, "null_limit": 0.1}
    if reason.state is State.NOT_MEASURED:
        numbers = {}
    about = {"direction": Direction.LARGER, "n_blocks": 9, "smallest_damage": 0.31, "damage_kind": "moved"}
    return Verdict(sample, metric, reason.state, reason, detail, **numbers, **about)


def box(*skies, train=(INSIDE, INSIDE, OUTSIDE), values=(0.2,) * 4):
    """Return the sentences for skies, each given by the reasons of its three metrics, the best first."""
    found = {"real_train": train, **{f"sky_{number}": reasons for number, reasons in enumerate(skies)}}
    verdicts = [
        verdict(sample, metric, reason, value, "there are no pairs" if reason is Reason.UNDEFINED else "")
        for (sample, reasons), value in zip(found.items(), values, strict=False)
        for metric, reason in zip(METRICS, reasons, strict=True)
    ]
    kinds = {"real_test": "real"} | {name: "real" if name == "real_train" else "generated" for name in found}
    samples = [{"sample": name, "kind": kind, "forest_mean": "4"} for name, kind in kinds.items()]
    return summarise(samples, verdicts, ["forest"], ["copies"])


LOW, NONE, UNKNOWN = Reason.LOW_POWER, Reason.NO_POWER, Reason.POWER_UNKNOWN


@pytest.mark.parametrize(
    ("reasons", "line"),
    [
        (
            (OUTSIDE, LOW, INSIDE),
            "The generated sample, sky 0, can still be distinguished from real images by 1 of 3 metrics: distance "
            "(0.200; real images among themselves below 0.100 in 95 % of cases); undecided: Ripley's K function.",
        ),
        (
            (INSIDE, NONE, INSIDE),
            "For the generated sample, sky 0, there is no difference from real images by 2 of 3 metrics; undecided: "
            "Ripley's K function (no power: detects none of the damages tried).",
        ),
        (
            (INSIDE, INSIDE, INSIDE),
            "The generated sample, sky 0, cannot be distinguished from real images by any of 3 metrics.",
        ),
        (
            (LOW, Reason.UNDEFINED, NONE),
            "For the generated sample, sky 0, both metrics are undecided: distance (low power: would detect no less "
            "than 31 % of the sources moved) and copies (no power: detects none of the damages tried); not measured: "
            "Ripley's K function.",
        ),
        (
            (NONE, NONE, NONE),
            "For the generated sample, sky 0, all 3 metrics are undecided: distance (no power: detects none of the "
            "damages tried), Ripley's K function (no power: detects none of the damages tried) and copies (no power: "
            "detects none of the damages tried).",
        ),
        (
            (UNKNOWN, UNKNOWN, UNKNOWN),
            "For the generated sample, sky 0, there is no significant difference by 3 of 3 metrics, whose power is "
            "unknown.",
        ),
        (
            (INSIDE, LOW, UNKNOWN),
            "For the generated sample, sky 0, there is no difference from real images by 1 of 3 metrics; no "
            "significant difference by 1 of 3 metrics, whose power is unknown; undecided: Ripley's K function (low "
            "power: would detect no less than 31 % of the sources moved).",
        ),
        (
            (INSIDE, Reason.UNDEFINED, INSIDE),
            "The generated sample, sky 0, cannot be distinguished from real images by any of 2 metrics; not measured: "
            "Ripley's K function.",
        ),
        (
            (Reason.UNDEFINED,) * 3,
            "The generated sample, sky 0, could not be compared with real images by any metric.",
        ),
    ],
)
def test_the_first_line_says_how_good_the_sample_is_and_what_distinguishes_it(reasons, line):
    assert box(reasons)[0] == line


def test_of_several_samples_none_may_be_measured():
    sentences = box((Reason.UNDEFINED,) * 3, (Reason.UNDEFINED,) * 3)
    assert sentences[0] == "No generated sample could be compared with real images by any metric."
    assert not [text for text in sentences if "0 of 0" in text]
    lost = [text for text in sentences if text.startswith("Not measured: ")]
    assert [text.split(" of ")[1] for text in lost] == ["sky 0 and sky 1 (undefined: there are no pairs)."] * 3


def test_of_several_samples_the_first_line_is_about_the_best():
    assert box((OUTSIDE, INSIDE, INSIDE), (OUTSIDE, OUTSIDE, INSIDE))[0].startswith("The best generated sample, sky 0,")
    assert box((LOW, LOW, LOW), (OUTSIDE, LOW, LOW))[0].startswith("For the best generated sample, sky 0, all 3")


def test_the_closest_sample_is_found_by_metric_whatever_the_order_of_the_verdicts():
    near, far = ([verdict(sky, metric, INSIDE, value) for metric in METRICS] for sky, value in (("a", 0.1), ("b", 0.2)))
    samples = [{"sample": name, "kind": "generated"} for name in "ab"]
    sentences = summarise(samples, [*near, *far[::-1]], [])
    names = "distance (0.100), Ripley's K function (0.100) and copies (0.100)"
    assert f"Closest to the real test images: a by {names}." in sentences


def test_the_other_samples_follow_and_the_closest_is_named():
    sentences = box((OUTSIDE, INSIDE, INSIDE), (OUTSIDE, Reason.LOW_POWER, INSIDE), values=(0.06, 0.2, 0.25))
    assert sentences[1:] == [
        "Sky 1: different from real images by 1 of 3 metrics (distance); undecided by Ripley's K function; "
        "no difference by copies.",
        "Closest to the real test images: sky 0 by distance (0.200) and Ripley's K function (0.200).",
        "No metric finds a difference between the real training images and the real test images.",
        "On the realism scale from 0 to 8, forest rates sky 0 highest of the generated samples, 4.0 on average, and "
        "the real test images 4.0.",
    ]


def test_of_equals_and_of_one_sample_none_is_the_closest():
    one = (OUTSIDE, INSIDE, INSIDE)
    assert not any("Closest" in sentence for sentence in box(one, one) + box(one))


def test_each_failure_is_named_with_its_samples_and_its_reason():
    lost = (INSIDE, Reason.UNDEFINED, INSIDE)
    sentences = box((INSIDE,) * 3, lost, lost)
    assert "Not measured: Ripley's K function of sky 1 and sky 2 (undefined: there are no pairs)." in sentences
    assert "Sky 1: different from real images by 0 of 2 metrics; no difference by distance and copies." in sentences


def test_training_images_are_described_as_their_verdicts_are():
    """Undecided is not inside: the table says so in the row of the training images."""
    sky = (OUTSIDE, INSIDE, INSIDE)
    for reason in Reason:
        sentences = box(sky, train=(reason, INSIDE, OUTSIDE))
        same = any(text.startswith("No metric finds a difference between the real training") for text in sentences)
        undecided = any(text.endswith("real test images is undecided by distance.") for text in sentences)
        differ = any("differ from the real test images by distance:" in text for text in sentences)
        assert differ == (reason.state is State.OUTSIDE), reason
        assert undecided == (reason.state is State.UNDECIDED), reason
        assert same == (reason.state in (State.INSIDE, State.NOT_MEASURED)), reason


def test_a_metric_that_does_not_recognise_copies_is_named():
    sentences = box((OUTSIDE, INSIDE, INSIDE), train=(INSIDE, INSIDE, INSIDE))
    assert any(
        text.startswith("The metric copies does not recognise the training images themselves") for text in sentences
    )


def test_a_study_without_generated_samples():
    samples = [{"sample": "real_test", "kind": "real"}]
    assert summarise(samples, [], []) == ["This study has no generated samples; there is nothing to compare."]
