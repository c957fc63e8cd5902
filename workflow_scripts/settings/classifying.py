"""Settings of a study that judging galaxies by trained networks depends on."""

from workflow_scripts.settings import plugins
from workflow_scripts.settings.values import sort_keys

AUGMENTATION = {"n_real": 100, "n_seeds": 5}
LEARNING = ("augment", "batch", "ema_decay", "model", "options", "precision", "softening", "steps", "stretch")


class Classifying:
    """The networks that say what generated galaxies are; mixed into `settings.Study`."""

    @property
    def classifier(self):
        """Return the stage that tells classes, or an empty string.

        Raises
        ------
        ValueError
            Where it is unknown, or tells something else.
        """
        name, where = self.about.get("classifier", ""), f"studies.{self.name}.classifier"
        if name:
            stage = self.entry("stages", name, where)
            classifies = plugins.declared_at(f"config: {where}", "models", stage["model"]).task == "classify"
            if stage["data"] != "galaxies" or stage.get("condition") != ["class"] or not classifies:
                raise ValueError(
                    f"config: {where}: stage {name} needs data: galaxies, condition: [class] and a model that "
                    "classifies, such as class_cnn"
                )
            if stage.get("counted_in", "steps") != "steps":
                raise ValueError(f"config: {where}: count the training of stage {name} in steps")
            blind = [one for one in self.generators if "class" not in self.config["stages"][one]["condition"]]
            if blind:
                raise ValueError(f"config: {where}: {', '.join(blind)} cannot be asked for a class")
        return name

    @property
    def predictor(self):
        """Return the stage that tells the attributes of what the generators draw, or an empty string."""
        names = [self.config["stages"][name].get("predictor", "") for name in self.generators]
        return next(filter(None, names), "")

    @property
    def networks_asked(self):
        """Return the tables that networks' answers become, in the order of the page."""
        made = {"purity": self.classifier, "physics": self.predictor, "augmentation": self.augmentation["rare"]}
        return [name for name, wanted in made.items() if wanted]

    @property
    def asking_networks(self):
        """Return all that asking a network about generated galaxies depends on, besides its weights."""
        shared = {key: self.config[key] for key in ("device", "torch_threads")}
        return sort_keys({"generators": self.generators, **shared})

    @property
    def augmentation(self):
        """Return all that the experiment with augmented training sets depends on; `rare` is empty where there is none.

        Raises
        ------
        ValueError
            Where its generator is none of the study's, or there is no classifier.
        """
        given, where = self.about.get("augmentation"), f"config: studies.{self.name}.augmentation"
        if not given:
            return {"generator": "", "rare": ""}
        if not self.classifier:
            raise ValueError(f"{where}: name the study's classifier, too")
        if given["generator"] not in self.generators:
            raise ValueError(f"{where}.generator: {given['generator']!r} is not among the study's generators")
        stage = self.stage(self.classifier)
        kept = {key: stage[key] for key in (*LEARNING, "device", "torch_threads")}
        return sort_keys({**AUGMENTATION, **given, **kept})

    def model_of(self, kind):
        """Return the plugin of the `classifier` or the `predictor`; nothing where the study has none."""
        name = getattr(self, kind)
        return [f"models/{self.config['stages'][name]['model']}"] if name else []
