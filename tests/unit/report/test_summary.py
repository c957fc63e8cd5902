"""The verdict in words."""

from workflow_scripts.report.verdict import say_verdict


def row(sample, distance, verdict, kind="generated", copies="inside the null"):
    return {
        "sample": sample,
        "kind": kind,
        "distance": str(distance),
        "distance_low": "0.1",
        "distance_high": "0.3",
        "distance_null_median": "0.05",
        "distance_null_high": "0.1",
        "distance_worse": "larger",
        "distance_verdict": verdict,
        "copies": "0",
        "copies_low": "0",
        "copies_high": "0",
        "copies_null_median": "0",
        "copies_null_high": "0",
        "copies_worse": "larger",
        "copies_verdict": copies,
        "forest_mean": "4",
    }


def said(*skies, train="inside the null", copies="outside the null"):
    rows = [row("real_test", 0.05, "the null", "real"), row("real_train", 0.06, train, "real", copies), *skies]
    return say_verdict(rows, ["distance", "copies"], ["forest"], ["copies"])


def test_each_sky_is_told_by_its_metrics_and_one_is_the_closest():
    good, bad = row("good_sky", 0.08, "undecided: too few"), row("bad_sky", 0.25, "outside the null")
    assert said(good, bad) == [
        "Good sky: told from real by 0 of 2 metrics; undecided by distance; not by copies.",
        "Bad sky: told from real by 1 of 2 metrics (distance); not by copies.",
        "Closest to the real test fields: good sky by distance (0.080).",
        "The real training fields, judged in the same way, lie inside the null.",
        "Of 8 points, forest gives 4.0 to good sky, its best sky, and 4.0 to the real test fields.",
    ]


def test_of_equals_and_of_one_sky_none_is_the_closest():
    one, other = row("one", 0.2, "outside the null"), row("other", 0.2, "outside the null")
    assert not any("Closest" in sentence for sentence in said(one, other) + said(one))


def test_what_could_not_be_measured_is_said_with_its_reason():
    lost = {**row("lost", "", "not measured: there are no pairs"), "distance_low": ""}
    assert "By distance nothing could be measured: there are no pairs." in said(lost)
    assert said(lost)[0] == "Lost: told from real by 0 of 1 metrics; not by copies."


def test_real_parts_that_differ_and_metrics_that_see_no_copies_are_warned_of():
    sentences = said(row("one", 0.2, "outside the null"), train="outside the null", copies="inside the null")
    assert any("real training fields lie beyond the null's 95 % point too, by distance" in one for one in sentences)
    assert any(one.startswith("Mind that copies does not even reject the training fields") for one in sentences)


def test_real_training_fields_that_are_undecided_are_not_said_to_be_inside():
    sentences = said(
        row("naive", 0.2, "outside the null"), train="undecided: with this number of fields no damage is found"
    )
    wanted = (
        "The real training fields, judged in the same way, are not told from the test fields; undecided by distance."
    )
    assert wanted in sentences
