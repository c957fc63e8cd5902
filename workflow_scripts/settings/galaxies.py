"""Settings of a study that generated galaxies depend on: generators and requests."""

from workflow_scripts.settings import plugins
from workflow_scripts.settings.values import sort_keys

SOURCES = ("train", "test", "strips")  # of requests; anything else is the path of a table
OPTIONAL = {"balance": False, "n": 0, "strict": False}


class Galaxies:
    """Galaxies, and what is asked for; mixed into `settings.Study`."""

    @property
    def of_galaxies(self):
        """Tell whether the data set is made of galaxies with classes and attributes."""
        where = f"config: studies.{self.name}.dataset"
        return plugins.declared_at(where, "datasets", self.dataset["source"]).holds == "galaxies"

    @property
    def linear(self):
        """Tell whether the pixels of the data set's galaxies are proportional to light."""
        return plugins.declaration("datasets", self.dataset["source"]).linear

    @property
    def galaxies(self):
        """Return all that importing galaxies depends on."""
        kept = {key: self.config["galaxies"][key] for key in ("attributes", "balance", "split")}
        return sort_keys({**self.dataset, **kept})

    @property
    def galaxies_of_known_truth(self):
        """Tell whether the data set knows what its galaxies are, and its pixels can be measured."""
        return self.linear and self.config["galaxies"]["attributes"] == "known"

    @property
    def generators(self):
        """Return the stages that are asked for galaxies.

        Raises
        ------
        ValueError
            Where one is unknown, learns from something else, or takes no condition.
        """
        names = list(self.about.get("generators", []))
        for name in names:
            where = f"studies.{self.name}.generators"
            stage = self.entry("stages", name, where)
            if stage["data"] != "galaxies" or not stage.get("condition"):
                raise ValueError(f"config: {where}: stage {name} needs data: galaxies and a condition")
        return names

    @property
    def samples(self):
        """Return the samples that are compared with real images: skies, and generators where metrics are named."""
        return [*self.chosen("skies"), *(self.generators if self.chosen("metrics") else [])]

    @property
    def sliders(self):
        """Return all that measuring the sliders depends on."""
        known = {"truth_is_known": self.galaxies_of_known_truth, "n_measured": self.config["galaxies"]["n_measured"]}
        return sort_keys({**known, "generators": self.generators})

    def request(self, name, stage):
        """Return all that generating what a set of requests asks for depends on, besides the table and the stage."""
        entry = {**OPTIONAL, **self.config["requests"][name]}
        source = entry["source"] if entry["source"] in SOURCES else "table"
        shared = {key: self.config[key] for key in ("device", "torch_threads")}
        return sort_keys({**entry, "source": source, "request": name, "stage": stage, **shared})

    def table_of_request(self, name):
        """Return the path of the table of a set of requests, or an empty string."""
        source = self.config["requests"][name]["source"]
        return "" if source in SOURCES else source

    def check_requests(self):
        """Refuse requests whose settings contradict each other.

        Raises
        ------
        ValueError
            Naming the key and what is wrong.
        """
        for name, entry in self.config["requests"].items():
            if entry["source"] in SOURCES and entry.get("n", 0) < 2:
                raise ValueError(f"config: requests.{name}: source {entry['source']} needs n, at least 2")
            if entry["source"] not in SOURCES and "n" in entry:
                raise ValueError(
                    f"config: requests.{name}.n: a table has its own rows; its column `number` repeats one"
                )
            if entry.get("balance") and entry["source"] != "train":
                raise ValueError(f"config: requests.{name}.balance: only what is drawn from `train` can be balanced")
