"""Settings of a study that trained stages and skies depend on."""

from workflow_scripts.settings import plugins
from workflow_scripts.settings.values import sort_keys

MADE = ("n_fields", "n_shards", "grey_levels")  # of `generation`: what the fields depend on


class Generating:
    """Stages and skies of a study; mixed into `settings.Study`."""

    @property
    def grids(self):
        """Return all that the grids of positions depend on; cells are as large as patches, classes the same."""
        patches = self.config["patches"]
        return {"cell": patches["size"], "size_classes": patches["size_classes"]}

    @property
    def process(self):
        """Return all that fitting a point process depends on."""
        return {name: self.config["patches"][name] for name in ("max_npix", "size_classes")}

    def stage(self, name):
        """Return all that a stage's training depends on."""
        stage = self.config["stages"][name]
        options = plugins.check_options("models", stage["model"], stage.get("options", {}), f"config: stages.{name}")
        shared = {key: self.config[key] for key in ("device", "precision", "torch_threads")}
        self.check_predictor(name, stage, options)
        if "softening" in stage and not stage["stretch"].startswith("asinh"):
            raise ValueError(f"config: stages.{name}.softening: leave it out, stretch {stage['stretch']} takes none")
        asked = {
            "condition": [],
            "anneal": False,
            "keep": "last",
            "counted_in": "steps",
            "predictor": "",
            "softening": None,
            **{key: value for key, value in stage.items() if key != "gpu"},
        }
        return sort_keys({**asked, "gpus": stage.get("gpu", 1), "options": options, "stage": name, **shared})

    def check_predictor(self, name, stage, options):
        """Refuse a predictor that does not fit its stage: it has to be there, and to learn from the same images.

        Raises
        ------
        ValueError
            Naming the key and what is wrong.
        """
        given, where = stage.get("predictor"), f"config: stages.{name}"
        allowed = plugins.declared_at(where, "models", stage["model"]).uses_predictor
        weight = options["physics_weight"] if allowed else 0
        if not given:
            if weight:
                raise ValueError(
                    f"{where}.predictor: name the stage that checks what it draws, or set physics_weight: 0"
                )
            return
        predictor = self.entry("stages", given, f"stages.{name}.predictor")
        if not allowed:
            raise ValueError(f"{where}.predictor: model {stage['model']} takes none")
        for key in ("data", "stretch", "softening"):
            own, other = (one.get(key) for one in (stage, predictor))
            if own != other:
                raise ValueError(f"{where}.{key}: {own}, but its predictor {given} takes {other}: they have to agree")
        lost = sorted(set(predictor.get("condition", [])) - set(stage.get("condition", [])))
        if lost:
            raise ValueError(
                f"{where}.condition: predictor {given} tells {', '.join(lost)}, which this stage is not asked"
            )

    def models_of_stage(self, name):
        """Return the model of a stage and that of its predictor."""
        stages = self.config["stages"]
        names = [name, *([stages[name]["predictor"]] if stages[name].get("predictor") else [])]
        return [f"models/{stages[one]['model']}" for one in names]

    def check_gpus(self, limit):
        """Refuse stages of this study that ask for more GPUs than there may be.

        Raises
        ------
        ValueError
            Naming the stage, what it asks for and the limit.
        """
        needed = {"cpu": 0, "auto": 2, "cuda": 1}[self.config["device"]]  # `auto` does without a GPU, not with fewer
        for name in self.stages_trained():
            asked = self.stage(name)["gpus"]
            if needed and asked >= needed and asked > limit:
                raise ValueError(
                    f"config, study {self.name}: stages.{name}.gpu: {asked} GPUs, but the limit of this run "
                    f"is {limit}: say --resources gpu={asked}, or ask for fewer"
                )

    def roles(self, sky):
        """Return [role, kind, name] for every part that a sky is made of, sorted by role.

        The name of a stage is its key in the config, that of a list of sources its path; a sky may do without a list.
        """
        entry, where = self.config["skies"][sky], f"config: skies.{sky}"
        recipe, parts = plugins.declared_at(where, "skies", entry["recipe"]), entry.get("parts", {})
        stages, lists = recipe.roles("stage"), recipe.roles("list")
        if not stages <= set(parts) <= stages | lists:
            may = f" and may have {sorted(lists)}" if lists else ""
            raise ValueError(f"{where}.parts: {sorted(parts)}; recipe {entry['recipe']} needs {sorted(stages)}{may}")
        for role in stages:
            self.entry("stages", parts[role], f"skies.{sky}.parts.{role}")
            self.check_part(sky, role, parts[role])
        given = recipe.parts.keys() - (lists - set(parts))
        return [[role, recipe.parts[role].kind, parts.get(role, "")] for role in sorted(given)]

    def check_part(self, sky, role, name):
        """Refuse a stage that learnt other data than a recipe takes in a role, or is asked for other columns."""
        recipe, stage, where = self.config["skies"][sky]["recipe"], self.config["stages"][name], f"config: skies.{sky}"
        part = plugins.declared_at(where, "skies", recipe).parts[role]
        if not part.trained_on:
            return
        asked, may = stage.get("condition", []), part.conditioning
        if stage["data"] not in part.trained_on:
            said = f"learns from {stage['data']}; recipe {recipe} wants a stage of {' or '.join(part.trained_on)}"
        elif bool(asked) != bool(may) or set(asked) - set(may):
            told = f"is asked for {', '.join(asked)}" if asked else "has no condition"
            said = f"{told}; recipe {recipe} asks for {', '.join(may) or 'nothing'}"
        else:
            return
        raise ValueError(f"{where}.parts.{role}: stage {name} {said}")

    def sky(self, name, shard=0):
        """Return all that generating a shard of a sky depends on, besides its parts."""
        entry = self.config["skies"][name]
        options = plugins.check_options("skies", entry["recipe"], entry.get("options", {}), f"config: skies.{name}")
        shared = {key: self.config[key] for key in ("device", "torch_threads")}
        kinds = [[role, kind] for role, kind, _ in self.roles(name)]
        made = {"shard": int(shard), **{key: self.config["generation"][key] for key in MADE}}
        known = {"patches_hold_sky": self.config["patches"]["background"] == "keep", **made, **shared}
        return sort_keys({"sky": name, "recipe": entry["recipe"], "options": options, "roles": kinds, **known})

    def plugins_of_sky(self, sky):
        """Return the recipe and the models that a sky is made by."""
        models = {f"models/{self.config['stages'][stage]['model']}" for stage in self.stages_of(sky)}
        return [f"skies/{self.config['skies'][sky]['recipe']}", *sorted(models)]

    def stages_of(self, sky):
        """Return the stages that a sky is made of."""
        return [name for _, kind, name in self.roles(sky) if kind == "stage"]

    def stages_checked(self):
        """Return the stages whose drawings a predictor checks."""
        return [name for name in self.stages_used() if self.config["stages"][name].get("predictor")]

    def stages_trained(self):
        """Return the stages used, their predictors, the classifier, and the networks that tell scores."""
        predictors = [self.config["stages"][name]["predictor"] for name in self.stages_checked()]
        scorers = [self.judge("scorers", name) for name in self.scorers_fitted]
        judges = [self.classifier] if self.classifier else []
        judges += [judge["stage"] for judge in scorers if "stage" in judge]
        return list(dict.fromkeys([*predictors, *self.stages_used(), *judges]))

    def making(self, judged):
        """Return what each generated sample takes: `stages` trained, `rule` that makes it, its benchmarks, `n` images.

        Parameters
        ----------
        judged : str
            The request whose galaxies are judged.
        """
        n, found = self.config["generation"]["n_fields"], {}
        for sky in sorted(self.chosen("skies")):
            stages = sorted(set(self.stages_of(sky)))
            found[sky] = {"files": rf"{sky}_\d+", "n": n, "rule": "generate_skies", "stages": stages}
        for name in sorted(self.generators):
            stages = sorted({name, self.config["stages"][name].get("predictor") or name})
            n = self.config["requests"][judged]["n"]
            found[name] = {"files": f"{judged}_{name}", "n": n, "rule": "generate_stamps", "stages": stages}
        return dict(sorted(found.items()))

    def stages_used(self):
        """Return the stages that this study's skies and galaxies are made by, in the order of their first use."""
        skies = [stage for sky in self.chosen("skies") for stage in self.stages_of(sky)]
        return list(dict.fromkeys([*skies, *self.generators]))
