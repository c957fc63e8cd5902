"""Settings of a study that features, scorers and metrics depend on."""

from workflow_scripts.settings import plugins
from workflow_scripts.settings.bases.features import DetectionOptions
from workflow_scripts.settings.values import expand, sort_keys

MANY_SOURCES = 10_000  # a set of features that measures fewer is a sample of all


class Judging:
    """Features, scorers and metrics of a study; mixed into `settings.Study`."""

    @property
    def scored(self):
        """Return which images scorers learn from: `real` ones with scores of their own, or the `ladder`."""
        return "real" if self.about.get("training_scores", "ladder") == "data" else "ladder"

    def feature(self, name):
        """Return the extractors of a set of features with their complete options, and what a row of it is."""
        entry, where = self.config["features"][name], f"config: features.{name}"
        extract = [[item, self.extractor(item, given or {}, where)] for item, given in entry.items()]
        rows = rows_of([plugins.declared_at(where, "features", item).rows for item in entry], where)
        tile_size = self.config["judging"]["tile_size"] if rows == "tiles" else None
        return {"extract": extract, "rows": rows, "tile_size": tile_size}

    def extractor(self, name, given, where):
        """Return the complete options of an extractor; those that find sources find them as the study does."""
        options = plugins.complete_options("features", name, given, where, f"{where}.{name}")
        if issubclass(plugins.options_class("features", name), DetectionOptions) and not options["detection"]:
            options["detection"] = sort_keys(self.config["detection"])
        return options

    def plugins_of_feature(self, name):
        """Return the plugins of a set of features."""
        return [f"features/{item}" for item in self.config["features"][name]]

    def judge(self, kind, name):
        """Return the plugin, the features and the complete options of a scorer or a metric."""
        entry, singular = self.config[kind][name], kind.removesuffix("s")
        where = f"config: {kind}.{name}"
        takes = "stage" if "stage" in entry else "features"
        self.entry(f"{takes.rstrip('s')}s", entry[takes], f"{kind}.{name}.{takes}")
        options = plugins.check_options(kind, entry[singular], entry.get("options", {}), where)
        if kind == "metrics":
            self.check_features(entry["features"], plugins.declared_at(where, kind, entry[singular]).features, where)
        return {takes: entry[takes], "options": options, "plugin": entry[singular]}

    @property
    def scorers_fitted(self):
        """Return the study's scorers: those that score its skies, and those that are compared."""
        return list(dict.fromkeys([*self.chosen("scorers"), *self.compared_scorers]))

    def asks_for_train(self, name):
        """Tell whether a metric asks for the images that generators learnt from."""
        return plugins.declaration("metrics", self.judge("metrics", name)["plugin"]).needs_training_images

    @property
    def explained(self):
        """Return the first of the study's metrics that can say by which features it tells samples apart, or None."""
        plugin = {name: self.judge("metrics", name)["plugin"] for name in self.chosen("metrics")}
        return next((name for name in plugin if plugins.declaration("metrics", plugin[name]).explains), None)

    def has_power(self, name):
        """Tell whether a metric can be tried on damaged fields: there is a ladder, and all that is in it is measured.

        Sources that are expensive to measure are sampled: too few of a ladder's would be of one set of fields. What
        looks for copies is blind to damages by design.
        """
        feature = self.feature(self.judge("metrics", name)["features"])
        of_sources = feature["extract"] if feature["rows"] == "sources" else []
        sampled = any(options["max_sources"] < MANY_SOURCES for _, options in of_sources)
        return self.real == "fields" and self.scored == "ladder" and not sampled and not self.asks_for_train(name)

    @property
    def with_power(self):
        """Return the study's metrics that are tried on damaged fields."""
        return [name for name in self.chosen("metrics") if self.has_power(name)]

    def check_features(self, name, takes, where):
        """Refuse a set of features that a metric is not defined on."""
        extract = dict(self.feature(name)["extract"])
        fits = {
            item: all(extract.get(item, {}).get(key) == value for key, value in of.items())
            for item, of in takes.items()
        }
        if takes and (set(extract) != set(takes) or not all(fits.values())):
            raise ValueError(f"{where}.features: {name!r} has {sorted(extract)}; this metric takes {takes} alone")

    @property
    def experiments(self):
        """Return [sample, number of fields in a row that share their positions] of the skies whose scores are compared.

        The real test fields come first.
        """
        names = self.about.get("experiments", [])
        for name in names:
            self.entry("skies", name, f"studies.{self.name}.experiments")
        if names and not self.chosen("scorers"):
            raise ValueError(f"config: studies.{self.name}.experiments: they compare scores: name scorers, too")
        return [["real_test", 1], *([name, self.fields_per_layout(name)] for name in names)] if names else []

    def fields_per_layout(self, sky):
        """Return how many consecutive fields of a sky share their positions."""
        made = self.sky(sky)
        option = plugins.declaration("skies", made["recipe"]).shared_layout
        return made["options"][option] if option else 1

    @property
    def own_images(self):
        """Return the user's files to be scored."""
        given = self.about.get("score", {})
        return expand(given["images"], f"config: studies.{self.name}.score.images") if "images" in given else []

    @property
    def skip_broken(self):
        """Tell whether scoring goes on past a file that cannot be used."""
        return self.about.get("score", {}).get("skip_broken", False)

    def measuring(self, feature, sample):
        """Return all that measuring a set of features on a sample depends on."""
        return sort_keys({**self.feature(feature), "skip_broken": sample == "own" and self.skip_broken})

    def network(self, stage, sample):
        """Return all that asking a trained network for scores depends on, besides its weights."""
        shared = {key: self.config[key] for key in ("device", "torch_threads")}
        return sort_keys({"skip_broken": sample == "own" and self.skip_broken, "stage": stage, **shared})

    def scorer(self, name):
        """Return all that fitting a scorer depends on."""
        judge = self.judge("scorers", name)
        n_bootstrap = self.config["judging"]["n_bootstrap"]
        return {"n_bootstrap": n_bootstrap, "options": judge["options"], "scorer": judge["plugin"]}

    def metric(self, name, *draws):
        """Return all that measuring a metric depends on; `draws` are keys of the numbers of draws it makes."""
        judge = self.judge("metrics", name)
        settings = {"metric": judge["plugin"], "name": name, "options": judge["options"]}
        return sort_keys({**settings, **{key: self.config["judging"][key] for key in draws}})


def rows_of(kinds, where):
    """Return what a row of a set of features is, given what one of each of its features is: tiles, images or sources.

    Raises
    ------
    ValueError
        Where features of sources are mixed with others: their rows do not go together.
    """
    if "sources" in kinds and set(kinds) != {"sources"}:
        raise ValueError(f"{where}: features of single sources are a set of their own, they have other rows")
    return next(kind for kind in ("sources", "images", "tiles") if kind in kinds)
