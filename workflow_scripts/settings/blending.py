"""Settings of blends; the options and inputs of the rules of rules/blending.smk."""

from dataclasses import dataclass
from typing import Literal

from pydantic import model_validator

from workflow_scripts.settings.bases.deblenders import ExtractionOptions, MatchingOptions
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
    low: int = option(2, "Smallest number.", ge=1)
    high: int = option(8, "Largest number, which is the number of galaxy columns of the products.", ge=1, le=250)
    density_per_arcmin2: float | None = option(None, "Surface density, for the law poisson.", unit="1 / arcmin2", gt=0)

    @model_validator(mode="after")
    def agree(self):
        """Raise an error for a law without its parameters."""
        if self.law == "uniform" and self.low > self.high:
            raise ValueError(f"low: {self.low} is above high {self.high}")
        if self.law == "poisson" and not self.density_per_arcmin2:
            raise ValueError("density_per_arcmin2: the law poisson needs it, galaxies per arcmin2")
        return self


class BlendSet(Declared):
    """A set of blends."""

    n_blends: NumberOfBlends = option(..., "Blends of each part.")
    n_shards: int = option(1, "Number of jobs; it does not affect the result.", ge=1)
    seed: int | None = option(None, "Seed of this set; null: that of the study.", ge=0)
    mag_low: float = option(-100, "Bright limit; instrumental magnitudes without a zero point.", unit="mag")
    mag_high: float = option(100, "Faint limit.", unit="mag")
    exclude_types: list[str] = option([], "Values of galtype to exclude.")
    clean_only: bool = option(False, "Exclude galaxies whose clean_flag is 0.")
    min_snr: float = option(0, "Smallest signal-to-noise ratio of a galaxy.", ge=0)
    test_ratio: float = option(
        0.2, "Fraction of the galaxies of a data set of stamps for testing; stamps of images are divided by sky.",
        gt=0, lt=1,
    )  # fmt: skip
    valid_ratio: float = option(
        0.1, "Fraction of the galaxies of a data set of stamps for validation, of those for training.", ge=0, lt=1
    )
    n_galaxies: NumberOfGalaxies = option(NumberOfGalaxies(), "Galaxies per blend.")
    max_mag_difference: float = option(2, "Largest magnitude difference from galaxy 1.", unit="mag", gt=0)
    max_separation: float = option(4, "Largest separation from galaxy 1, in units of the smaller radius.", gt=0)
    max_blendedness: float = option(
        1, "Largest fraction of a galaxy's light that others hide; 1: no limit, 0.5: two identical galaxies coincide.",
        gt=0, le=1,
    )  # fmt: skip
    subpixel: bool = option(False, "Shift by fractions of pixels, through the Fourier transform.")
    zeropoint_ab: float | None = option(None, "AB magnitude of flux 1; null: that of the data set.", unit="mag")
    noise: Literal["uniform", "natural", "none"] = option(
        "uniform",
        "uniform: the same variance in all pixels; natural: noise added outside all masks; none: nothing added.",
    )
    noise_sigma: float | None = option(
        None, "Standard deviation to reach, in the unit of the stamps; null: that of the shallowest stamp.", gt=0
    )
    gain: float | None = option(
        None, "Electrons per unit, for the Poisson noise of noiseless models; null: none.", gt=0
    )
    masks: list[Literal[MASKS]] = option(["bogg_masks"], "Kinds of masks to write.")
    legacy_shift_columns: bool = option(False, "Write the shift along rows to shift_x, as the original software does.")

    @model_validator(mode="after")
    def agree(self):
        """Raise an error for contradictory settings."""
        if self.test_ratio + self.valid_ratio >= 1:
            raise ValueError("test_ratio: with valid_ratio it leaves no galaxy for training")
        if self.mag_low >= self.mag_high:
            raise ValueError(f"mag_low: {self.mag_low:g} is not below mag_high {self.mag_high:g}")
        return self


class Baseline(MatchingOptions, ExtractionOptions):
    """SEP as a baseline deblender, which measures the difficulty of each set of blends."""


@dataclass(frozen=True)
class PairGalaxies:
    """Settings of the members and shifts of one shard: cuts on galaxies, and pairing."""

    blend: str
    split: str
    shard: int
    n_shards: int
    n_blends: int
    divide: bool  # galaxies into parts; stamps of images are divided already
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
    n_galaxies: NumberOfGalaxies
    subpixel: bool


@dataclass(frozen=True)
class RenderVariances:
    """Settings of the variance maps: the noise of `blending.rendering.render`, and whether stamps are shifted."""

    gain: float | None
    noise: str
    noise_sigma: float | None
    subpixel: bool


@dataclass(frozen=True)
class RenderBlends(RenderVariances):
    """Settings of the pixels and the catalogue."""

    blend: str
    split: str
    legacy_shift_columns: bool


@dataclass(frozen=True)
class RenderMasks:
    """Settings of the masks."""

    method: str
    subpixel: bool


@dataclass(frozen=True)
class ConvertFluxes:
    """The zero point of the fluxes; None: that of the data set, or 0 (instrumental magnitudes) if it has none."""

    zeropoint_ab: float | None


def pair_galaxies(study, blend, split, shard) -> PairGalaxies:
    """Return the settings of the members of one shard of blends."""
    entry = study.entry("blends", blend)
    n_blends = getattr(entry.n_blends, split) or entry.n_blends.test
    divide, shard = study.kind.divides_galaxies, int(shard)
    more = {"blend": blend, "split": split, "shard": shard, "n_blends": n_blends, "divide": divide}
    return PairGalaxies(**kept(PairGalaxies, entry) | more)


def render_blends(study, blend, split) -> RenderBlends:
    """Return the settings of the pixels of blends."""
    return RenderBlends(**kept(RenderBlends, study.entry("blends", blend)), blend=blend, split=split)


def describe_blends(study, blend, split) -> RenderBlends:
    """Return the settings of the truth of blends."""
    return render_blends(study, blend, split)


def render_variances(study, blend) -> RenderVariances:
    """Return the settings of the variance maps of blends."""
    return RenderVariances(**kept(RenderVariances, study.entry("blends", blend)))


def render_masks(study, blend, method) -> RenderMasks:
    """Return the settings of one kind of mask."""
    return RenderMasks(method, study.entry("blends", blend).subpixel)


def convert_fluxes(study, blend) -> ConvertFluxes:
    """Return the zero point of a set of blends."""
    return ConvertFluxes(study.entry("blends", blend).zeropoint_ab)


def deblend_blends(study) -> Baseline:
    """Return the settings of the baseline deblender."""
    return study.config.baseline


def kept(model, entry):
    """Return the settings of an entry for the fields of a dataclass."""
    return {key: value for key, value in vars(entry).items() if key in model.__dataclass_fields__}


def seed_of_blends(study, blend):
    """Return the seed of a set of blends: its own, or that of the study."""
    seed = study.entry("blends", blend).seed
    return study.config.seed if seed is None else seed


def stamps(study, split, ending):
    """Return the stamps of the blends of a part, or their catalogue."""
    return f"{study.kind.stamps.format(study=study.name, split=split)}.{ending}"


def blend_shards(study, blend, split):
    """Return the shards of one part of a set of blends."""
    folder = f"results/{study.name}/blends/{blend}/shards"
    return [f"{folder}/{split}_{shard}.h5" for shard in range(study.entry("blends", blend).n_shards)]


def blend_products(study):
    """Return all products of the sets of blends of a study, which the report requires."""
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
