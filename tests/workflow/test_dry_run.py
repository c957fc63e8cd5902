"""Every study of the config can be planned."""

import pytest
import yaml
from running import ROOT, snakemake, targets

from workflow_scripts.job import plugins

STUDIES = yaml.safe_load((ROOT / "config.yaml").read_text())["studies"]
MADE = {"images": ("import_dataset", "leaderboard.csv"), "stamps": ("import_stamps", "blends.npy")}


@pytest.mark.parametrize("study", sorted(STUDIES))
def test_study_can_be_planned(study):
    said = snakemake(ROOT, "-n", "-F", "-c1", "--nolock", "--config", f"study={study}", "--", *targets(study))
    yields = plugins.constant("datasets", STUDIES[study]["dataset"]["source"], "YIELDS", study)
    for kind, words in MADE.items():
        assert all((word in said) == (kind == yields) for word in words[:1]), said
    assert all(word in said for word in MADE[yields])
    assert "Traceback" not in said
