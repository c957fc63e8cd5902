"""A wrong setting ends a run at once, in one line; the levels of settings count in their order.

The messages of all wrong settings: tests/unit/settings/test_settings.py.
"""

import pytest
import yaml
from running import ROOT, copy_repository, snakemake

STUDY = {"dataset": {"source": "hubble_deep_field"}, "make": {"skies": ["naive"]}}
PLAN = ("-n", "-c1", "--nolock")


def assert_one_clear_line(output, words):
    """Assert that the output ends with one line with all the words, and has no other error."""
    assert "Traceback" not in output
    assert "Error" not in output
    lines = [line for line in output.splitlines() if line.startswith("skyloom: ")]
    assert len(lines) == 1, output
    assert output.rstrip().endswith(lines[0])
    assert [word for word in words if word not in lines[0]] == [], lines[0]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--config", "seed=many"), ["config, study hubble: seed", "'many'", "integer"]),
        (("--config", "detection={min_area: none}"), ["detection.min_area", "'none'"]),
        (("--config", "study=huble"), ["study: no 'huble'", "studies", "did you mean 'hubble'?"]),
        (("--", "results/hubble/skies/nave/fields.h5"), ["study hubble: skies: no 'nave'", "'naive'"]),
        (("--", "results/nowhere/leaderboard.csv"), ["study: no 'nowhere'", "known: candels"]),
        (("experiments",), ["study hubble: make.experiments: the study has none"]),
    ],
)
def test_one_line_answers(arguments, words):
    assert_one_clear_line(snakemake(ROOT, *PLAN, *arguments, ok=False), words)


def test_number_inside_braces_on_the_command_line():
    """Snakemake hands it on as text."""
    output = snakemake(ROOT, *PLAN, "--config", "detection={min_area: 7}", "--", "results/smoke/sources/train.ecsv")
    assert "detect_sources" in output


def test_config_that_is_no_yaml(tmp_path):
    folder = copy_repository(tmp_path / "skyloom")
    (folder / "config.yaml").write_text("study: [hubble\n")
    assert_one_clear_line(snakemake(folder, *PLAN, ok=False), ["config.yaml, line 2: not valid YAML"])


@pytest.fixture
def elsewhere(tmp_path):
    """Return a function that plans a run of this repository in another folder; what it gives is written there."""

    def plan(*arguments, study=STUDY, configfile=None, ok=True):
        (tmp_path / "studies").mkdir(exist_ok=True)
        (tmp_path / "studies" / "mine.yaml").write_text(yaml.safe_dump(study))
        (tmp_path / "given.yaml").write_text(yaml.safe_dump(configfile or {}))
        here = ("--snakefile", ROOT / "Snakefile", "--directory", tmp_path, "--configfile", tmp_path / "given.yaml")
        target = "results/mine/sources/train.ecsv"
        return snakemake(tmp_path, *PLAN, *here, *arguments, "--", target, ok=ok)

    return plan


def test_the_file_of_a_study_counts_over_config_yaml(tmp_path):
    folder = copy_repository(tmp_path / "skyloom")
    with (folder / "config.yaml").open("a") as file:
        file.write("\nseed: -1\n")
    assert_one_clear_line(snakemake(folder, *PLAN, ok=False), ["study hubble: seed: -1"])
    with (folder / "studies" / "hubble.yaml").open("a") as file:
        file.write("\nseed: 2\n")
    snakemake(folder, *PLAN)


def test_a_configfile_counts_over_the_file_of_a_study(elsewhere):
    wrong = {**STUDY, "seed": -1}
    assert_one_clear_line(elsewhere(study=wrong, ok=False), ["study mine: seed: -1"])
    elsewhere(study=wrong, configfile={"seed": 2})


def test_the_command_line_counts_over_a_configfile(elsewhere):
    assert_one_clear_line(elsewhere(configfile={"seed": -1}, ok=False), ["study mine: seed: -1"])
    elsewhere("--config", "seed=2", configfile={"seed": -1})


def test_a_wrong_study_of_the_config_stops_no_other(elsewhere):
    """The study that a bare run would make is not even read where a path asks for another."""
    assert "detect_sources" in elsewhere(configfile={"study": "wrong"})
