"""Every study of the config can be planned."""

import pytest
import yaml
from running import ROOT, snakemake, targets

from workflow_scripts.settings import plugins

STUDIES = yaml.safe_load((ROOT / "config.yaml").read_text())["studies"]
IMPORT = {"images": "import_dataset", "stamps": "import_stamps", "galaxies": "import_galaxies"}


def product(study, yields):
    """Return the product that a study is run for."""
    if yields == "galaxies":
        return "galaxies/all.ecsv"
    return "leaderboard.csv" if "skies" in study else "scorers.csv"


@pytest.mark.parametrize("study", sorted(STUDIES))
def test_study_can_be_planned(study):
    said = snakemake(ROOT, "-n", "-F", "-c1", "--nolock", "--config", f"study={study}", "--", *targets(study))
    yields = plugins.declaration("datasets", STUDIES[study]["dataset"]["source"]).holds
    assert [kind for kind, rule in IMPORT.items() if rule in said] == [yields]
    assert product(STUDIES[study], yields) in said
    assert "Traceback" not in said
