"""Every study that ships can be planned, and ends with what it is there for."""

from studies import studies

from workflow_scripts.settings import plugins

IMPORTS = {"images": "import_dataset", "stamps": "import_stamps", "galaxies": "import_galaxies"}


def expected(study):
    """Return the rules that a study's plan has to have: the import of its data, and its last product."""
    yields = plugins.constant("datasets", study["dataset"]["source"], "YIELDS", "test")
    last = "compare_scorers" if "compare_scorers" in study else "rank_skies"
    return {IMPORTS[yields], "write_report", "catalogue_stamps" if yields == "galaxies" else last}


def test_every_study_is_planned(workflow):
    planned = {(job["study"], job["rule"]) for job in workflow["jobs"]}
    wanted = {(name, rule) for name, study in studies().items() for rule in expected(study)}
    assert sorted(wanted - planned) == []


def test_a_study_imports_one_kind_of_data(workflow):
    imports = {(job["study"], job["rule"]) for job in workflow["jobs"] if job["rule"] in IMPORTS.values()}
    assert sorted(name for name, _ in imports) == sorted(studies())
