"""The settings of a run: config.yaml, then the file of a study, then the settings given to the run."""

from pathlib import Path

from workflow_scripts.settings.checks import check
from workflow_scripts.settings.config import NAME, Config
from workflow_scripts.settings.declared import checked, nearest
from workflow_scripts.settings.study import Study
from workflow_scripts.settings.values import merge
from workflow_scripts.settings.yaml_files import read_settings

OWN = ("dataset", "make")  # sections of one study: if given to a run, they belong to the study that it names


class Settings:
    """The studies of a run, each read and checked when it is first requested.

    Parameters
    ----------
    shared : dict
        Content of config.yaml, shared by all studies.
    given : dict
        Settings of `--configfile` and `--config`, or of an importing workflow. They override the file of the study.
    folders : list of Path
        Folders searched for files of studies, in this order.
    """

    def __init__(self, shared, given, folders):
        self.shared, self.given, self.folders, self.studies = shared, given, [Path(one) for one in folders], {}

    @property
    def study(self):
        """The study that the run names."""
        return str(self.given.get("study", self.shared.get("study", "")))

    def __getitem__(self, name):
        if name not in self.studies:
            self.studies[name] = self.build(name)
        return self.studies[name]

    def build(self, name):
        """Return a study, checked.

        Raises
        ------
        ValueError
            If a setting is unknown, of the wrong type, out of range or missing.
        """
        own = name == self.study
        given = {key: value for key, value in self.given.items() if own or key not in OWN}
        merged = merge(merge(self.shared, self.settings_of(name)), given)
        where = f"config, study {name}: "
        try:
            study = Study(name, checked(Config, {**merged, "study": name}, "config"))
        except ValueError as error:
            raise ValueError(where + str(error).removeprefix("config.")) from None
        check(study)
        return study

    def settings_of(self, name):
        """Return the settings of the file of a study; nothing if the run is given a data set."""
        if not NAME.fullmatch(name):
            raise ValueError(f"config: study: {name!r}: a name has small letters, digits and _, a letter first")
        file = next((path for path in self.files(name) if path.exists()), None)
        if file:
            return read_settings(file)
        if name == self.study and "dataset" in self.given:
            return {}
        looked = " and ".join(str(path.parent) for path in self.files(name))
        raise ValueError(f"config: study: no {name!r}: no {name}.yaml in {looked}{nearest(name, self.names())}")

    def files(self, name):
        """Return the possible paths of the file of a study."""
        return [folder / f"{name}.yaml" for folder in dict.fromkeys(self.folders)]

    def names(self):
        """Return the studies that have a file."""
        return sorted({path.stem for folder in self.folders for path in folder.glob("*.yaml")})
