"""Studies as tests read, add and change them: the one file that knows where a study is written."""

import yaml
from running import ROOT

from workflow_scripts.settings.settings import Settings
from workflow_scripts.settings.yaml_files import read_settings


def studies():
    """Return the studies that ship, by name, as their files have them."""
    return {path.stem: yaml.safe_load(path.read_text()) for path in sorted((ROOT / "studies").glob("*.yaml"))}


def study_of(name):
    """Return a study that ships."""
    return studies()[name]


def settings(given=None, /, **more):
    """Return the settings of a run that is given these."""
    return Settings(read_settings(ROOT / "config.yaml"), {**(given or {}), **more}, [ROOT / "studies"])


def add_study(folder, name, study):
    """Write a study, a dict as in its file, beside a run; return what Snakemake takes to choose it."""
    file = folder / f"{name}.yaml"
    file.write_text(yaml.safe_dump({"study": name, **study}, sort_keys=False))
    return ["--configfile", file.name]


def edit_study(folder, name, edit):
    """Change a study of a copy of the repository: `edit` gets its dict."""
    file = folder / "studies" / f"{name}.yaml"
    changed = yaml.safe_load(file.read_text(encoding="utf-8"))
    edit(changed)
    file.write_text(yaml.safe_dump(changed, sort_keys=False))
    return folder


def override(folder, **sections):
    """Write sections into the study `smoke` of a copy of the repository; they are merged one level deep."""

    def edit(study):
        for section, values in sections.items():
            study[section] = {**study.get(section, {}), **values}

    return edit_study(folder, "smoke", edit)


def study_in(document, title):
    """Return the study that the first YAML example under a heading of a document defines."""
    section = (ROOT / document).read_text(encoding="utf-8").partition(f"## {title}\n")[2]
    example = yaml.safe_load(section.partition("```yaml\n")[2].partition("```")[0])
    return {key: value for key, value in example.items() if key != "study"}
