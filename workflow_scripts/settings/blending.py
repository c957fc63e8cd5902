"""Settings of a study that blending depends on: stamps, pairs, noise."""

from workflow_scripts.settings import plugins
from workflow_scripts.settings.values import sort_keys

OPTIONAL = {
    "clean_only": False,
    "exclude_types": [],
    "gain": None,
    "legacy_shift_columns": False,
    "mag_high": 100,
    "mag_low": -100,
    "masks": ["bogg_masks"],
    "max_blendedness": 1,
    "max_mag_difference": 2,
    "max_separation": 4,
    "min_snr": 0,
    "n_shards": 1,
    "noise": "uniform",
    "noise_sigma": None,
    "seed": None,
    "subpixel": False,
    "test_ratio": 0.2,
    "valid_ratio": 0.1,
    "zeropoint_ab": None,
}
GALAXIES = {"density_per_arcmin2": None, "high": 8, "law": "fixed", "low": 2}
CUTS = ("clean_only", "exclude_types", "mag_high", "mag_low", "min_snr", "test_ratio", "valid_ratio")
PAIRING = ("max_blendedness", "max_mag_difference", "max_separation", "subpixel")


class Blending:
    """Stamps, pairs and noise of a study; mixed into `settings.Study`."""

    @property
    def of_stamps(self):
        """Tell whether the data set is made of stamps, not of images."""
        where = f"config: studies.{self.name}.dataset"
        return plugins.declared_at(where, "datasets", self.dataset["source"]).holds == "stamps"

    def crops(self, use):
        """Return all that cropping blends depends on."""
        return {"size": self.config["crops"]["size"], "stamps": self.config["crops"]["stamps"], "use": use}

    def stamp_part(self, split):
        """Return which stamps the blends of a part are made of: `all` where the data set is stamps, not images.

        Stamps cut from images are divided by the sky that they lie on; `produce_blends` divides the others.
        """
        return "all" if self.of_stamps else split

    @property
    def stamps(self):
        """Return all that importing the stamps of a data set depends on."""
        return sort_keys({**self.dataset, **self.config["stamps"]})

    def blend(self, name):
        """Return the settings of a set of blends with nothing left out."""
        return complete(self.config["blends"][name], f"config: blends.{name}")

    def pairs(self, blend, split, shard):
        """Return all that the members of one shard of blends depend on."""
        divide = self.stamp_part(split) == "all"
        return sort_keys(pairing(self.blend(blend), blend, split, shard, divide))

    def noise(self, blend, split):
        """Return all that the pixels of blends depend on, besides their members."""
        return sort_keys(rendering(self.blend(blend), blend, split))

    def variance(self, blend):
        """Return all that the variance maps of blends depend on, besides their members."""
        return {key: self.blend(blend)[key] for key in ("gain", "noise", "noise_sigma", "subpixel")}

    def seed_of(self, blend):
        """Return the seed of a set of blends: its own, or the study's."""
        seed = self.blend(blend)["seed"]
        return self.config["seed"] if seed is None else seed


def complete(entry, where):
    """Return the settings of a set of blends with nothing left out.

    Raises
    ------
    ValueError
        Where settings contradict each other.
    """
    law, entry = {**GALAXIES, **entry.get("n_galaxies", {})}, {**OPTIONAL, **entry}
    if law["law"] == "uniform" and law["low"] > law["high"]:
        raise ValueError(f"{where}.n_galaxies: low {law['low']} is above high {law['high']}")
    if law["law"] == "poisson" and not law["density_per_arcmin2"]:
        raise ValueError(f"{where}.n_galaxies: law poisson needs density_per_arcmin2, galaxies per arcmin2 above 0")
    if entry["test_ratio"] + entry["valid_ratio"] >= 1:
        raise ValueError(f"{where}: test_ratio and valid_ratio leave no galaxy for training")
    if entry["mag_low"] >= entry["mag_high"]:
        raise ValueError(f"{where}: mag_low {entry['mag_low']} is not below mag_high {entry['mag_high']}")
    return {**entry, "n_galaxies": law}


def pairing(entry, blend, split, shard, divide):
    """Return all that the members and shifts of one shard depend on."""
    n_blends = entry["n_blends"].get(split, entry["n_blends"]["test"])
    about = {"blend": blend, "divide": divide, "n_blends": n_blends, "shard": int(shard)}
    kept = {key: entry[key] for key in (*CUTS, *PAIRING, "n_galaxies", "n_shards")}
    return {**about, **kept, "split": split}


def rendering(entry, blend, split):
    """Return all that the pixels and the catalogue depend on, besides the members."""
    kept = ("gain", "legacy_shift_columns", "noise", "noise_sigma", "subpixel")
    return {"blend": blend, "split": split, **{key: entry[key] for key in kept}}
