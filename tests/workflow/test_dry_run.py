"""Every study that ships can be planned, from what its data set is made of to what it is run for."""

import pytest
from study_files import studies

from workflow_scripts.settings import plugins

STUDIES = studies()
IMPORT = {"images": "import_dataset", "stamps": "import_stamps", "galaxies": "import_galaxies"}
PRODUCT = {"skies": "rank_skies", "generators": "measure_recovery", "compare_scorers": "compare_scorers"}


@pytest.mark.parametrize("study", STUDIES)
def test_study_can_be_planned(study, workflow):
    rules = {job["rule"] for job in workflow["jobs"] if job["wildcards"].get("study") == study}
    holds = plugins.declaration("datasets", STUDIES[study]["dataset"]["source"]).holds
    assert [kind for kind, rule in IMPORT.items() if rule in rules] == [holds]
    assert {rule for kind, rule in PRODUCT.items() if kind in STUDIES[study]["make"]} <= rules
    assert "write_report" in rules
