"""The settings of a set of blends: what may be left out is filled in, what a schema cannot see is checked."""

OPTIONAL = {
    "clean_only": False,
    "exclude_types": [],
    "gain": None,
    "legacy_shift_columns": False,
    "max_blendedness": 1,
    "min_snr": 0,
    "noise_sigma": None,
    "seed": None,
    "subpixel": False,
    "test_ratio": 0.2,
    "valid_ratio": 0.1,
}
GALAXIES = {"density_per_arcmin2": None, "high": 8, "law": "fixed", "low": 2}
CUTS = ("clean_only", "exclude_types", "mag_high", "mag_low", "min_snr", "test_ratio", "valid_ratio")
PAIRING = ("max_blendedness", "max_mag_difference", "max_separation", "subpixel")


def complete(entry, where):
    """Return the settings of a set of blends with nothing left out.

    Raises
    ------
    ValueError
        Where settings contradict each other.
    """
    law = {**GALAXIES, **entry.get("n_galaxies", {})}
    if law["law"] == "uniform" and law["low"] > law["high"]:
        raise ValueError(f"{where}.n_galaxies: low {law['low']} is above high {law['high']}")
    if law["law"] == "poisson" and not law["density_per_arcmin2"]:
        raise ValueError(f"{where}.n_galaxies: law poisson needs density_per_arcmin2, galaxies per arcmin2 above 0")
    if sum(entry.get(key, OPTIONAL[key]) for key in ("test_ratio", "valid_ratio")) >= 1:
        raise ValueError(f"{where}: test_ratio and valid_ratio leave no galaxy for training")
    if entry["mag_low"] >= entry["mag_high"]:
        raise ValueError(f"{where}: mag_low {entry['mag_low']} is not below mag_high {entry['mag_high']}")
    return {**OPTIONAL, **entry, "n_galaxies": law}


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
