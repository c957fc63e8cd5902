"""The settings of each study: overrides merged, everything checked, options of plugins filled in."""

from functools import cached_property

from workflow_scripts.settings import plugins
from workflow_scripts.settings.bases.datasets import FileOptions
from workflow_scripts.settings.blending import Blending
from workflow_scripts.settings.classifying import Classifying
from workflow_scripts.settings.galaxies import Galaxies
from workflow_scripts.settings.generating import Generating
from workflow_scripts.settings.judging import Judging
from workflow_scripts.settings.validation import check_config
from workflow_scripts.settings.values import expand, merge, sort_keys

PARTS = ("train", "valid", "test")
REAL_SAMPLES, LADDER_SAMPLES = {f"real_{part}" for part in PARTS}, {f"ladder_{part}" for part in PARTS}


class Settings:
    """All studies of a config.

    Parameters
    ----------
    config : dict
        As Snakemake read it.

    Raises
    ------
    ValueError
        In one line, where anything is misspelt, of the wrong type, out of range or missing.
    """

    def __init__(self, config):
        check_config(config, "config")
        self.config, self.studies = config, {}
        if config["study"] not in config["studies"]:
            raise ValueError(
                f"config: study: no {config['study']!r}{plugins.suggestion(config['study'], config['studies'])}"
            )
        for name in config["studies"]:
            self.studies[name] = Study(name, config)

    def __getitem__(self, name):
        return self.studies[name]

    def pattern(self, section):
        """Return the regular expression of the names of a section, in the config or in any study's overrides."""
        names = set(self.config[section])
        for study in self.studies.values():
            names |= set(study.config[section])
        return "|".join(sorted(names, key=lambda name: (-len(name), name)))


class Study(Blending, Classifying, Galaxies, Generating, Judging):
    """The settings of one study; every method returns dicts with sorted keys, to travel as one param."""

    def __init__(self, name, config):
        self.name, self.about = name, config["studies"][name]
        self.config = merge(config, self.about.get("overrides", {}))
        check_config(self.config, f"config, study {name}")
        self.check()

    def check(self):
        """Check what a schema cannot see: names that refer to others, and the options of plugins."""
        where = f"config: studies.{self.name}"
        for kind in ("blends", "skies", "scorers", "metrics", "requests"):
            for item in self.chosen(kind):
                if item not in self.config[kind]:
                    raise ValueError(
                        f"{where}.{kind}: no {item!r} among {kind}{plugins.suggestion(item, self.config[kind])}"
                    )
        reserved = REAL_SAMPLES | LADDER_SAMPLES | {"own"}
        for kind, names in (("skies", self.config["skies"]), ("stages", self.generators)):
            for name in sorted(reserved & set(names)):
                raise ValueError(f"config: {kind}.{name}: this name belongs to a real sample; choose another")
        self.own_images, self.compared_scorers, self.experiments  # noqa: B018  (they raise where something is wrong)
        self.generators, self.classifier, self.augmentation  # noqa: B018  (likewise)
        self.fields  # noqa: B018  (raises where the data set is wrong)
        self.entry("blends", self.config["crops"]["blend"], "crops.blend")
        if self.real != "fields" and self.about.get("scorers"):
            raise ValueError(
                f"{where}.scorers: they learn from a ladder of damaged fields: leave them out with real: {self.real}"
            )
        self.check_requests()
        for blend in self.config["blends"]:
            self.blend(blend)
        for feature in self.config["features"]:
            self.feature(feature)
        for stage in self.config["stages"]:
            self.stage(stage)
        for sky in self.config["skies"]:
            self.roles(sky), self.sky(sky)
        for kind in ("scorers", "metrics"):
            for item in self.config[kind]:
                self.judge(kind, item)

    def section(self, name):
        """Return a section as it stands."""
        return sort_keys(self.config[name])

    def entry(self, section, name, where):
        """Return one named entry of a section, or say which there are."""
        if name not in self.config[section]:
            raise ValueError(
                f"config: {where}: no {name!r} among {section}{plugins.suggestion(name, self.config[section])}"
            )
        return self.config[section][name]

    @cached_property
    def dataset(self):
        """Return the data set's plugin and its complete options."""
        given, where = self.about["dataset"], f"config: studies.{self.name}.dataset"
        options = plugins.check_options("datasets", given["source"], given.get("options", {}), where)
        if issubclass(plugins.options_class("datasets", given["source"]), FileOptions):
            options["files"] = expand(options["files"], f"{where}.options.files")
        return {"options": options, "source": given["source"]}

    @property
    def real(self):
        """Return what the real images of this study are: `fields` of the sky, crops of `blends`, or `galaxies`."""
        return "galaxies" if self.of_galaxies else self.about.get("real", "fields")

    @property
    def local_files(self):
        """Return the user's own files that the data set reads: Snakemake watches them."""
        return self.dataset["options"].get("files", [])

    @property
    def fields(self):
        """Return all that importing the data set depends on."""
        return sort_keys({**self.dataset, **self.config["fields"]})

    @property
    def fields_of_known_truth(self):
        """Tell whether the data set knows the sources of its fields."""
        return plugins.declaration("datasets", self.dataset["source"]).knows_sources

    def chosen(self, kind):
        """Return the blends, skies, scorers or metrics that this study makes and uses."""
        return list(self.about.get(kind, []))

    @property
    def compared_scorers(self):
        """Return the scorers that stand in the table of scorers."""
        names = list(self.about.get("compare_scorers", []))
        for name in names:
            self.entry("scorers", name, f"studies.{self.name}.compare_scorers")
        return names
