"""Settings of blends; the options and inputs of the rules of rules/blending.smk."""

from dataclasses import dataclass
from typing import Literal

from pydantic import model_validator

from workflow_scripts.settings.declared import Declared, option

MASKS = ("gg_masks", "ogg_masks", "bogg_masks", "single_images")


class NumberOfBlends(Declared):
    """Blends of each part."""

    train: int = option(..., "Blends of training galaxies.", ge=1)
    test: int = option(..., "Blends of test galaxies.", ge=1)
    valid: int | None = option(None, "Blends of validation galaxies; null: as many as of test galaxies.", ge=1)


class NumberOfGalaxies(Declared):
    """Galaxies per blend."""

    law: Literal["fixed", "uniform", "poisson"] = option(
        "fixed", "fixed: low; uniform: low to high; poisson: by surface density, at least 1, anywhere in the stamp."
    )
    low: int = option(2, "Least number.", ge=1)
    high: int = option(8, "Largest number; products have columns for as many.", ge=1, le=250)
    density_per_arcmin2: float | None = option(None, "Surface density, for the law poisson.", unit="1 / arcmin2", gt=0)

    @model_validator(mode="after")
    def agree(self):
        """Refuse a law without what it needs."""
        if self.law == "uniform" and self.low > self.high:
            raise ValueError(f"low: {self.low} is above high {self.high}")
        if self.law == "poisson" and not self.density_per_arcmin2:
            raise ValueError("density_per_arcmin2: the law poisson needs it, galaxies per arcmin2")
        return self


class BlendSet(Declared):
    """A set of blends."""

    n_blends: NumberOfBlends = option(..., "Blends of each part.")
    n_shards: int = option(1, "Jobs that share the work; their number changes no byte.", ge=1)
    seed: int | None = option(None, "Seed of this set; null: the study's.", ge=0)
    mag_low: float = option(-100, "Galaxies are fainter; instrumental without a zero point.", unit="mag")
    mag_high: float = option(100, "Galaxies are brighter.", unit="mag")
    exclude_types: list[str] = option([], "Values of galtype to leave out.")
    clean_only: bool = option(False, "Leave out galaxies whose clean_flag is 0.")
    min_snr: float = option(0, "Least signal-to-noise ratio of a galaxy.", ge=0)
    test_ratio: float = option(
        0.2, "Fraction of the galaxies of a data set of stamps for testing; stamps of images are divided by sky.",
        gt=0, lt=1,
    )  # fmt: skip
    valid_ratio: float = option(
        0.1, "Fraction of the galaxies of a data set of stamps for validation, of those for training.", ge=0, lt=1
    )
    n_galaxies: NumberOfGalaxies = option(NumberOfGalaxies(), "Galaxies per blend.")
    max_mag_difference: float = option(2, "Largest difference from galaxy 1.", unit="mag", gt=0)
    max_separation: float = option(4, "Largest separation from galaxy 1, over the smaller radius.", gt=0)
    max_blendedness: float = option(
        1, "Largest fraction of a galaxy's light that others hide; 1: no limit, 0.5: two identical galaxies coincide.",
        gt=0, le=1,
    )  # fmt: skip
    subpixel: bool = option(False, "Shift by fractions of pixels, through the Fourier transform.")
    zeropoint_ab: float | None = option(None, "AB magnitude of flux 1; null: that of the data set.", unit="mag")
    noise: Literal["uniform", "natural", "none"] = option(
        "uniform", "uniform: every pixel is topped up to the noisiest; natural: as it falls; none: nothing is added."
    )
    noise_sigma: float | None = option(
        None, "Standard deviation to reach, in the unit of the stamps; null: that of the shallowest stamp.", gt=0
    )
    gain: float | None = option(
        None, "Electrons per unit, for the Poisson noise of noiseless models; null: none.", gt=0
    )
    masks: list[Literal[MASKS]] = option(["bogg_masks"], "Kinds of masks to write.")
    legacy_shift_columns: bool = option(False, "Let shift_x hold the shift along rows, as the original did.")

    @model_validator(mode="after")
    def agree(self):
        """Refuse settings that contradict each other."""
        if self.test_ratio + self.valid_ratio >= 1:
            raise ValueError("test_ratio: with valid_ratio it leaves no galaxy for training")
        if self.mag_low >= self.mag_high:
            raise ValueError(f"mag_low: {self.mag_low:g} is not below mag_high {self.mag_high:g}")
        return self


class Baseline(Declared):
    """SEP as a deblender: how hard each set of blends is."""

    threshold_sigma: float = option(3, "Threshold over the noise of each pixel, from the variance map.", gt=0)
    min_area: int = option(5, "Fewest connected pixels of a source.", unit="pixel", ge=1)
    deblend_thresholds: int = option(32, "Levels of deblending.", ge=1)
    deblend_contrast: float = option(0.005, "Fraction of the flux that makes a branch a source.", ge=0, le=1)
    match_radius: float = option(
        3, "Largest distance of a detection from the galaxy it is matched to: about half a radius.",
        unit="pixel", gt=0,
    )  # fmt: skip
    blendedness_edges: list[float] = option(
        [0, 0.01, 0.05, 0.1, 0.2, 0.5, 1], "Edges of the bins in blendedness, ascending.", min_length=2
    )
    n_bootstrap: int = option(200, "Bootstrap draws of blends.", ge=1)


@dataclass(frozen=True)
class PairGalaxies:
    """What the members and shifts of one shard depend on: the galaxies kept, and how they are paired."""

    blend: str
    split: str
    shard: int
    n_shards: int
    n_blends: int
    divide: bool  # the galaxies into parts: stamps of images are divided already
    clean_only: bool
    exclude_types: list
    mag_high: float
    mag_low: float
    min_snr: float
    test_ratio: float
    valid_ratio: float
    max_blendedness: float
    max_mag_difference: float
    max_separation: float
    n_galaxies: dict
    subpixel: bool


@dataclass(frozen=True)
class RenderVariances:
    """What the variance maps depend on, besides the members."""

    gain: float | None
    noise: str
    noise_sigma: float | None
    subpixel: bool


@dataclass(frozen=True)
class RenderBlends(RenderVariances):
    """What the pixels and the catalogue depend on, besides the members."""

    blend: str
    split: str
    legacy_shift_columns: bool


@dataclass(frozen=True)
class RenderMasks:
    """What masks depend on, besides the members."""

    method: str
    subpixel: bool


@dataclass(frozen=True)
class ConvertFluxes:
    """The zero point of the fluxes."""

    zeropoint_ab: float | None


def pair_galaxies(study, blend, split, shard):
    """Return all that the members of one shard of blends depend on."""
    entry = study.entry("blends", blend).model_dump()
    n_blends = entry["n_blends"][split] or entry["n_blends"]["test"]
    divide, shard = study.kind.divides_galaxies, int(shard)
    more = {"blend": blend, "split": split, "shard": shard, "n_blends": n_blends, "divide": divide}
    return PairGalaxies(**kept(PairGalaxies, entry) | more)


def render_blends(study, blend, split):
    """Return all that the pixels of blends depend on, besides their members."""
    entry = study.entry("blends", blend).model_dump()
    return RenderBlends(**kept(RenderBlends, entry), blend=blend, split=split)


def describe_blends(study, blend, split):
    """Return all that the truth of blends depends on, besides their members."""
    return render_blends(study, blend, split)


def render_variances(study, blend):
    """Return all that the variance maps of blends depend on, besides their members."""
    return RenderVariances(**kept(RenderVariances, study.entry("blends", blend).model_dump()))


def render_masks(study, blend, method):
    """Return all that one kind of mask depends on, besides the members."""
    return RenderMasks(method, study.entry("blends", blend).subpixel)


def convert_fluxes(study, blend):
    """Return the zero point of a set of blends."""
    return ConvertFluxes(study.entry("blends", blend).zeropoint_ab)


def deblend_blends(study):
    """Return how blends are deblended."""
    return study.config.baseline


def kept(model, entry):
    """Return the settings that a dataclass has a field for."""
    return {key: value for key, value in entry.items() if key in model.__dataclass_fields__}


def seed_of_blends(study, blend):
    """Return the seed of a set of blends: its own, or the study's."""
    seed = study.entry("blends", blend).seed
    return study.config.seed if seed is None else seed


def stamps(study, split, ending):
    """Return the stamps that the blends of a part are made of, or their catalogue."""
    return f"{study.kind.stamps.format(study=study.name, split=split)}.{ending}"


def blend_shards(study, blend, split):
    """Return the shards of one part of a set of blends."""
    folder = f"results/{study.name}/blends/{blend}/shards"
    return [f"{folder}/{split}_{shard}.h5" for shard in range(study.entry("blends", blend).n_shards)]


def blend_products(study):
    """Return everything that the study's sets of blends consist of, so that asking for the page makes it."""
    return [
        f"results/{study.name}/blends/{blend}/{split}_{product}"
        for blend in study.make.blends
        for split in ("train", "test")
        for product in (
            "blends.h5",
            *(("baseline.csv", "baseline.json") if split == "test" else ()),
            *(f"{name}.npy" for name in ("blends", "variance", "flux", *study.entry("blends", blend).masks)),
        )
    ]


def of_blends(study, name):
    """Return a product of every set of blends."""
    return [f"results/{study.name}/blends/{blend}/{name}" for blend in study.make.blends]
