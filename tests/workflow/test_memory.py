"""What jobs were seen to take fits into what their rules ask for."""

import csv

HEADROOM = 1.5


def measured(folder):
    """Return {rule: peak memory in MB} of a finished run, children of a job included."""
    peaks = {}
    for path in folder.glob("benchmarks/*/*/*.tsv"):
        with path.open() as file:
            for row in csv.DictReader(file, delimiter="\t"):
                if row["max_rss"] not in ("-", "NA"):  # it ended before it was looked at
                    peaks[path.parent.name] = max(peaks.get(path.parent.name, 0), float(row["max_rss"]))
    return peaks


def test_memory_has_headroom(finished, workflow):
    requested = {job["rule"]: job["resources"].get("mem_mb") for job in workflow["jobs"]}  # that of targets is none
    peaks = measured(finished)
    assert {"train_stage", "generate_skies", "train_scorer"} <= set(peaks)
    assert {rule: peak for rule, peak in peaks.items() if HEADROOM * peak > requested[rule]} == {}
