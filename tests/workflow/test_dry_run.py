"""Every study of the config can be planned."""

import pytest
import yaml
from running import ROOT, snakemake, targets

STUDIES = sorted(yaml.safe_load((ROOT / "config.yaml").read_text())["studies"])


@pytest.mark.parametrize("study", STUDIES)
def test_study_can_be_planned(study):
    said = snakemake(ROOT, "-n", "-F", "-c1", "--nolock", "--config", f"study={study}", "--", *targets(study))
    assert "import_dataset" in said
    assert "leaderboard.csv" in said
    assert "Traceback" not in said
