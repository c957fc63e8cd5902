"""Studies as tests read, add and change them: the one file that knows where a study is written."""

import yaml
from running import ROOT


def config():
    """Return the settings that all studies share."""
    return yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))


def studies():
    """Return the studies that ship, by name, as their files have them."""
    return config()["studies"]


def study_of(name):
    """Return a study that ships."""
    return studies()[name]


def add_study(folder, name, study, **shared):
    """Write a study into a repository or a working directory; return what Snakemake takes to choose it.

    Parameters
    ----------
    study : dict
        As in the study's file.
    **shared
        Sections that all studies share, for this run.
    """
    file = folder / f"{name}.yaml"
    file.write_text(yaml.safe_dump({"study": name, "studies": {name: study}, **shared}, sort_keys=False))
    return ["--configfile", file.name]


def edit_study(folder, name, edit):
    """Change a study of a copy of the repository: `edit` gets its dict, and the shared sections."""
    file = folder / "config.yaml"
    changed = yaml.safe_load(file.read_text(encoding="utf-8"))
    edit(changed["studies"][name], changed)
    file.write_text(yaml.safe_dump(changed, sort_keys=False))
    return folder


def override(folder, **sections):
    """Write overrides of the study `smoke` into a copy of the repository; sections are merged one level deep."""

    def edit(study, _):
        for section, values in sections.items():
            study["overrides"][section] = {**study["overrides"].get(section, {}), **values}

    return edit_study(folder, "smoke", edit)


def study_in(document, title):
    """Return the study that the first YAML example under a heading of a document defines."""
    section = (ROOT / document).read_text(encoding="utf-8").partition(f"## {title}\n")[2]
    example = yaml.safe_load(section.partition("```yaml\n")[2].partition("```")[0])
    return example["studies"][example["study"]]
