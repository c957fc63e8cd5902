"""The settings of each study: overrides merged, everything checked, options of plugins filled in."""

import copy
import glob
from functools import cached_property
from pathlib import Path

from workflow_scripts.job import blends, plugins
from workflow_scripts.job.validation import check_config

PARTS = ("train", "valid", "test")
REAL_SAMPLES, LADDER_SAMPLES = {f"real_{part}" for part in PARTS}, {"ladder_train", "ladder_test"}


def merge(base, changes):
    """Return a dict with changes merged in: dicts deep, lists and scalars replaced."""
    merged = dict(base)
    for key, value in changes.items():
        both = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = merge(merged[key], value) if both else copy.deepcopy(value)
    return merged


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


class Study:
    """The settings of one study; every method returns dicts with sorted keys, to travel as one param."""

    def __init__(self, name, config):
        self.name, self.about = name, config["studies"][name]
        self.config = merge(config, self.about.get("overrides", {}))
        check_config(self.config, f"config, study {name}")
        self.check()

    def check(self):
        """Check what a schema cannot see: names that refer to others, and the options of plugins."""
        where = f"config: studies.{self.name}"
        for kind in ("blends", "skies", "scorers", "metrics"):
            for item in self.about.get(kind, []):
                if item not in self.config[kind]:
                    raise ValueError(
                        f"{where}.{kind}: no {item!r} among {kind}{plugins.suggestion(item, self.config[kind])}"
                    )
        taken = (REAL_SAMPLES | LADDER_SAMPLES) & set(self.config["skies"])
        if taken:
            raise ValueError(f"config: skies.{taken.pop()}: this name belongs to a real sample; choose another")
        self.fields  # noqa: B018  (raises where the data set is wrong)
        self.entry("blends", self.config["crops"]["blend"], "crops.blend")
        if self.real == "blends" and self.about.get("scorers"):
            raise ValueError(
                f"{where}.scorers: they learn from a ladder of damaged fields: leave them out with real: blends"
            )
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
        if "files" in options:  # by this name a data set names files on disk: patterns are expanded here
            options["files"] = expand(options["files"], f"{where}.options.files")
        return {"options": options, "source": given["source"]}

    @property
    def of_stamps(self):
        """Tell whether the data set is made of stamps, not of images."""
        where = f"config: studies.{self.name}.dataset"
        return plugins.constant("datasets", self.dataset["source"], "YIELDS", where) == "stamps"

    @property
    def real(self):
        """Return what the real images of this study are: `fields` of the sky, or crops of `blends`."""
        return self.about.get("real", "fields")

    def crops(self, use):
        """Return all that cropping blends depends on."""
        return {"size": self.config["crops"]["size"], "stamps": self.config["crops"]["stamps"], "use": use}

    def stamp_part(self, split):
        """Return which stamps the blends of a part are made of: `all` where the data set is stamps, not images.

        Stamps cut from images are divided by the sky that they lie on; `produce_blends` divides the others.
        """
        return "all" if self.of_stamps else split

    @property
    def local_files(self):
        """Return the user's own files that the data set reads: Snakemake watches them."""
        return self.dataset["options"].get("files", [])

    @property
    def fields(self):
        """Return all that importing the data set depends on."""
        return sort_keys({**self.dataset, **self.config["fields"]})

    @property
    def stamps(self):
        """Return all that importing the stamps of a data set depends on."""
        return sort_keys({**self.dataset, **self.config["stamps"]})

    def blend(self, name):
        """Return the settings of a set of blends with nothing left out."""
        return blends.complete(self.config["blends"][name], f"config: blends.{name}")

    def pairs(self, blend, split, shard):
        """Return all that the members of one shard of blends depend on."""
        divide = self.stamp_part(split) == "all"
        return sort_keys(blends.pairing(self.blend(blend), blend, split, shard, divide))

    def noise(self, blend, split):
        """Return all that the pixels of blends depend on, besides their members."""
        return sort_keys(blends.rendering(self.blend(blend), blend, split))

    def seed_of(self, blend):
        """Return the seed of a set of blends: its own, or the study's."""
        seed = self.blend(blend)["seed"]
        return self.config["seed"] if seed is None else seed

    def stage(self, name):
        """Return all that a stage's training depends on."""
        stage = self.config["stages"][name]
        options = plugins.check_options("models", stage["model"], stage.get("options", {}), f"config: stages.{name}")
        shared = {key: self.config[key] for key in ("device", "precision", "torch_threads")}
        return sort_keys({**stage, "gpus": 1, "options": options, "stage": name, **shared})

    def roles(self, sky):
        """Return [role, kind, stage] for every part that a sky's recipe needs, sorted by role."""
        entry, where = self.config["skies"][sky], f"config: skies.{sky}"
        needs, parts = plugins.constant("skies", entry["recipe"], "NEEDS", where), entry.get("parts", {})
        stages = {role for role, kind in needs.items() if kind == "stage"}
        if set(parts) != stages:
            raise ValueError(f"{where}.parts: {sorted(parts)}; recipe {entry['recipe']} needs {sorted(stages)}")
        for role in stages:
            self.entry("stages", parts[role], f"skies.{sky}.parts.{role}")
        return [[role, kind, parts.get(role, "")] for role, kind in sorted(needs.items())]

    def sky(self, name, shard=0):
        """Return all that generating a shard of a sky depends on, besides its parts."""
        entry = self.config["skies"][name]
        options = plugins.check_options("skies", entry["recipe"], entry.get("options", {}), f"config: skies.{name}")
        shared = {key: self.config[key] for key in ("device", "torch_threads")}
        kinds = [[role, kind] for role, kind, _ in self.roles(name)]
        count = {"shard": int(shard), **{key: self.config["generation"][key] for key in ("n_fields", "n_shards")}}
        return sort_keys(
            {"sky": name, "recipe": entry["recipe"], "options": options, "roles": kinds, **count, **shared}
        )

    def plugins_of_sky(self, sky):
        """Return the recipe and the models that a sky is made by."""
        models = {f"models/{self.config['stages'][stage]['model']}" for _, _, stage in self.roles(sky) if stage}
        return [f"skies/{self.config['skies'][sky]['recipe']}", *sorted(models)]

    def feature(self, name):
        """Return the extractors of a set of features with their complete options."""
        entry = self.config["features"][name]
        where = f"config: features.{name}"
        extract = [[item, plugins.check_options("features", item, given or {}, where)] for item, given in entry.items()]
        return {"extract": extract, "tile_size": self.config["judging"]["tile_size"]}

    def plugins_of_feature(self, name):
        """Return the plugins of a set of features."""
        return [f"features/{item}" for item in self.config["features"][name]]

    def judge(self, kind, name):
        """Return the plugin, the features and the complete options of a scorer or a metric."""
        entry, singular = self.config[kind][name], kind.removesuffix("s")
        where = f"config: {kind}.{name}"
        self.entry("features", entry["features"], f"{kind}.{name}.features")
        options = plugins.check_options(kind, entry[singular], entry.get("options", {}), where)
        if kind == "metrics":
            self.check_features(entry["features"], plugins.constant(kind, entry[singular], "TAKES", where), where)
        return {"features": entry["features"], "options": options, "plugin": entry[singular]}

    def check_features(self, name, takes, where):
        """Refuse a set of features that a metric is not defined on."""
        extract = dict(self.feature(name)["extract"])
        fits = {
            item: all(extract.get(item, {}).get(key) == value for key, value in of.items())
            for item, of in takes.items()
        }
        if takes and (set(extract) != set(takes) or not all(fits.values())):
            raise ValueError(f"{where}.features: {name!r} has {sorted(extract)}; this metric takes {takes} alone")

    def scorer(self, name):
        """Return all that fitting a scorer depends on."""
        judge = self.judge("scorers", name)
        n_bootstrap = self.config["judging"]["n_bootstrap"]
        return {"n_bootstrap": n_bootstrap, "options": judge["options"], "scorer": judge["plugin"]}

    def metric(self, name, draws):
        """Return all that measuring a metric depends on; `draws` is the key of the number of draws it makes."""
        judge = self.judge("metrics", name)
        settings = {"metric": judge["plugin"], "name": name, "options": judge["options"]}
        return sort_keys({**settings, draws: self.config["judging"][draws]})

    def chosen(self, kind):
        """Return the blends, skies, scorers or metrics that this study makes and uses."""
        return list(self.about.get(kind, []))

    def stages_used(self):
        """Return the stages that this study's skies are made of, in the order of their first use."""
        return list(dict.fromkeys(stage for sky in self.chosen("skies") for _, _, stage in self.roles(sky) if stage))


def expand(patterns, where):
    """Return the files that paths or patterns name, those of each pattern sorted.

    Raises
    ------
    ValueError
        Naming the pattern that no file fits.
    """
    found = []
    for pattern in patterns:
        files = sorted(glob.glob(str(pattern), recursive=True))
        if not files:
            raise ValueError(f"{where}: no file fits {pattern!r}, looked for from {Path.cwd()}")
        found += files
    return found


def sort_keys(value):
    """Return dicts with sorted keys, all the way down: Snakemake compares params in their order."""
    if isinstance(value, dict):
        return {key: sort_keys(item) for key, item in sorted(value.items())}
    return [sort_keys(item) for item in value] if isinstance(value, list) else value
