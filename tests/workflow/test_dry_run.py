"""Every study of the config can be planned."""

import pytest
import yaml
from running import ROOT, snakemake, targets

from workflow_scripts.job import plugins

STUDIES = yaml.safe_load((ROOT / "config.yaml").read_text())["studies"]
IMPORT = {"images": "import_dataset", "stamps": "import_stamps", "galaxies": "import_galaxies"}


@pytest.mark.parametrize("study", sorted(STUDIES))
def test_study_can_be_planned(study):
    said = snakemake(ROOT, "-n", "-F", "-c1", "--nolock", "--config", f"study={study}", "--", *targets(study))
    yields = plugins.constant("datasets", STUDIES[study]["dataset"]["source"], "YIELDS", study)
    assert [kind for kind, rule in IMPORT.items() if rule in said] == [yields]
    assert ("galaxies/all.ecsv" if yields == "galaxies" else "leaderboard.csv") in said
    assert "Traceback" not in said
