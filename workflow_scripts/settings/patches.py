"""Settings of what generators learn from; the options and inputs of the rules of rules/patches.smk."""

from dataclasses import dataclass
from typing import Literal

from workflow_scripts.settings.declared import Declared, option


class Patches(Declared):
    """Single sources on black, for generators of sources."""

    size: int = option(32, "Side of a patch.", unit="pixel", ge=8)
    grow: int = option(2, "Dilation of the source's mask.", unit="pixel", ge=0)
    background: Literal["keep", "subtract"] = option(
        "keep", "Of the source's own pixels; subtract: patches are light alone, and the sky is 0."
    )
    black_sigma: float = option(
        8, "Depth of black below the sky in its standard deviations; of noisy sky 5 and more.", ge=1
    )
    max_npix: int = option(400, "Largest source; larger ones do not fit a patch.", unit="pixel", ge=1)
    size_classes: list[int] = option(
        [50, 80, 110], "Pixels of a source at which the next class of size begins; shared with the grids of positions."
    )
    min_patches: int = option(16, "Fewest patches to train on.", ge=2)


class SmallFields(Declared):
    """Whole fields, reduced to means over blocks of pixels, for end-to-end generators."""

    size: int = option(
        64, "Side of a reduced field; a field is padded to a whole number of blocks.", unit="pixel", ge=8
    )


class Coordinates(Declared):
    """Positions of sources, for generators of positions."""

    n_slots: int = option(25, "Sources that a field can hold; the brightest are kept.", ge=1)
    order: Literal["x", "brightness"] = option(
        "x", "Order of the slots: from left to right, or brightest first (as published)."
    )
    n_windows: int = option(
        2000, "Random windows inside each part, rotated at random; 0: the fields as they are.", ge=0
    )


class Background(Declared):
    """Brightness density of the pixels between the sources."""

    grow: int = option(2, "Distance from any source.", unit="pixel", ge=0)
    bins: int = option(256, "Bins of the density.", ge=2)
    clip_sigma: float = option(
        4, "Brightest background above the median in standard deviations; brighter pixels are faint sources. "
        "0: no limit.", ge=0,
    )  # fmt: skip
    n_fields: int = option(0, "Fields to use; 0: all of the training part.", ge=0)


class Noise(Declared):
    """Noise between the sources: its distribution and its correlation, for skies that add it."""

    grow: int = option(4, "Distance from any source.", unit="pixel", ge=0)
    reach: int = option(16, "Largest lag of the correlation.", unit="pixel", ge=1)
    clip_sigma: float = option(
        4, "Brightest noise above its level in standard deviations; brighter pixels are sources. 0: no limit.", ge=0
    )


class Library(Declared):
    """Stamps of the data's sources, for skies of them; what is not listed here is as in `detection`."""

    threshold_sigma: float = option(2.5, "Threshold over the standard deviation of the background.", gt=0)
    deblend_contrast: float = option(0.001, "Fraction of the flux that makes a branch a source.", ge=0, le=1)
    faintest_sigma: float = option(
        1.3, "Light of a source at which half of a pixel belongs to the sky, in standard deviations of the noise.", gt=0
    )
    reach: int = option(3, "Largest lag of the correlation of the sky.", unit="pixel", ge=1)
    separation: float = option(
        0.7, "Least distance of two sources over the sum of their radii; nearer ones hide each other.", ge=0
    )
    n_bins: int = option(4, "Bins of size in which the number of detected sources is calibrated.", ge=1)
    rounds: int = option(3, "Rounds of the calibration; 0: sources are as frequent as in the data.", ge=0)
    n_fields: int = option(64, "Fields composed in each round.", ge=1)


class Crops(Declared):
    """What generators of blends learn: the middle of stamps and blends."""

    blend: str = option("pairs", "A key of blends.")
    size: int = option(32, "Side of a crop.", unit="pixel", ge=8)
    stamps: bool = option(True, "Take the stamps of the blended galaxies too.")


@dataclass(frozen=True)
class GridPositions:
    """The cells of the grids of positions, which are as large as patches, with the same classes of size."""

    cell: int
    size_classes: list


@dataclass(frozen=True)
class FitPointProcess:
    """The sources that a point process is fitted to."""

    max_npix: int
    size_classes: list


@dataclass(frozen=True)
class BuildLibrary:
    """How the training part is taken apart into sources and sky, and how the rates of the sources are calibrated."""

    detection: dict
    faintest_sigma: float
    n_bins: int
    n_fields: int
    reach: int
    rounds: int
    separation: float


@dataclass(frozen=True)
class CropBlends:
    """Crops of blends, and whether they are to `learn` from or to `judge` by."""

    size: int
    stamps: bool
    use: str


def extract_patches(study):
    """Return how patches are extracted."""
    return study.config.patches


def grid_positions(study):
    """Return all that the grids of positions depend on."""
    return GridPositions(study.config.patches.size, study.config.patches.size_classes)


def shrink_fields(study):
    """Return how fields are reduced."""
    return study.config.small_fields


def list_coordinates(study):
    """Return which coordinates are listed."""
    return study.config.coordinates


def fit_background(study):
    """Return how the density of the background is estimated."""
    return study.config.background


def fit_noise(study):
    """Return how the noise between the sources is estimated."""
    return study.config.noise


def fit_point_process(study):
    """Return which sources the point process is fitted to."""
    return FitPointProcess(study.config.patches.max_npix, study.config.patches.size_classes)


def build_library(study):
    """Return how the library is built: its own detection differs from that of the judges."""
    given = study.config.library.model_dump()
    detection = {name: given.pop(name, value) for name, value in study.config.detection.model_dump().items()}
    return BuildLibrary(detection=detection, **given)


def crop_blends(study, use):
    """Return all that cropping blends depends on."""
    return CropBlends(study.config.crops.size, study.config.crops.stamps, use)


def blends_to_crop(study, split, product):
    """Return a product of the blends that crops are taken from."""
    return f"results/{study.name}/blends/{study.config.crops.blend}/{split}_{product}"
