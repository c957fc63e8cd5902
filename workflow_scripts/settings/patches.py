"""Settings of the training data of generators; the options and inputs of the rules of rules/patches.smk."""

from dataclasses import dataclass
from typing import Literal

from workflow_scripts.settings.data import Detection
from workflow_scripts.settings.declared import Declared, option


class Patches(Declared):
    """Single sources on black, for generators of sources."""

    size: int = option(32, "Side of a patch.", unit="pixel", ge=8)
    grow: int = option(2, "Dilation of the source's mask.", unit="pixel", ge=0)
    background: Literal["keep", "subtract"] = option(
        "keep", "Background inside the source mask; subtract: patches contain the source alone, and the sky is 0."
    )
    black_sigma: float = option(
        8, "Depth of black below the sky in its standard deviations; of noisy sky 5 and more.", ge=1
    )
    max_npix: int = option(
        400, "Size above which sources are excluded; they do not fit into a patch.", unit="pixel", ge=1
    )
    size_classes: list[int] = option(
        [50, 80, 110], "Pixels of a source at which the next class of size begins; shared with the grids of positions."
    )
    min_patches: int = option(16, "Smallest number of patches for training.", ge=2)


class SmallFields(Declared):
    """Fields reduced by means over blocks of pixels, for end-to-end generators."""

    size: int = option(
        64, "Side of a reduced field; a field is padded to a whole number of blocks.", unit="pixel", ge=8
    )


class Coordinates(Declared):
    """Positions of sources, for generators of positions."""

    n_slots: int = option(25, "Largest number of sources of a field; the brightest are kept.", ge=1)
    order: Literal["x", "brightness"] = option(
        "x", "Order of the slots: from left to right, or brightest first (as published)."
    )
    n_windows: int = option(
        2000, "Random windows inside each part, rotated at random; 0: the fields as they are.", ge=0
    )


class Background(Declared):
    """Brightness distribution of the pixels between the sources."""

    grow: int = option(2, "Distance from any source.", unit="pixel", ge=0)
    bins: int = option(256, "Number of bins of the distribution.", ge=2)
    clip_sigma: float = option(
        4, "Brightest background above the median in standard deviations; brighter pixels are faint sources. "
        "0: no limit.", ge=0,
    )  # fmt: skip
    n_fields: int = option(0, "Number of training fields to use; 0: all.", ge=0)


class Noise(Declared):
    """Noise between the sources: its distribution and correlation, for skies with noise."""

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
        0.5, "Least distance of two sources over the sum of their radii; nearer ones hide each other.", ge=0
    )
    n_bins: int = option(4, "Bins of size in which the number of detected sources is calibrated.", ge=1)
    rounds: int = option(3, "Rounds of the calibration; 0: sources are as frequent as in the data.", ge=0)
    n_windows: int = option(48, "Windows composed in each round.", ge=1)


class Sketches(Declared):
    """Squares of the training part with a sketch of their sources; their detection is that of `library`."""

    size: int = option(64, "Side of a square, at most that of a block.", unit="pixel", ge=16)
    step: int = option(8, "Distance of neighbouring squares, which overlap if it is smaller.", unit="pixel", ge=1)


class Crops(Declared):
    """Central parts of stamps and blends, the training data of generators of blends."""

    blend: str = option("pairs", "A key of blends.")
    size: int = option(32, "Side of a crop.", unit="pixel", ge=8)
    stamps: bool = option(True, "Include the stamps of the blended galaxies.")


@dataclass(frozen=True)
class GridPositions:
    """The cells of the grids of positions, of the size of patches, and the size classes."""

    cell: int
    size_classes: list


@dataclass(frozen=True)
class FitPointProcess:
    """The sources to which a point process is fitted."""

    max_npix: int
    size_classes: list


@dataclass(frozen=True)
class BuildLibrary:
    """Settings of the separation of the training part into sources and sky, and of the calibration of the rates."""

    detection: dict
    bright: dict
    faintest_sigma: float
    n_bins: int
    n_windows: int
    reach: int
    rounds: int
    separation: float


@dataclass(frozen=True)
class DrawSketches:
    """Settings of the separation of sources and sky, and of the squares."""

    detection: dict
    bright: dict
    faintest_sigma: float
    size: int
    step: int


@dataclass(frozen=True)
class CropBlends:
    """Size of the crops of blends, and their use, `training` or `judging`."""

    size: int
    stamps: bool
    use: str


def extract_patches(study) -> Patches:
    """Return the settings of the patches."""
    return study.config.patches


def grid_positions(study) -> GridPositions:
    """Return the settings of the grids of positions."""
    return GridPositions(study.config.patches.size, study.config.patches.size_classes)


def shrink_fields(study) -> SmallFields:
    """Return the settings of reduced fields."""
    return study.config.small_fields


def list_coordinates(study) -> Coordinates:
    """Return the settings of the lists of coordinates."""
    return study.config.coordinates


def fit_background(study) -> Background:
    """Return the settings of the brightness distribution of the background."""
    return study.config.background


def fit_noise(study) -> Noise:
    """Return the settings of the noise between the sources."""
    return study.config.noise


def fit_point_process(study) -> FitPointProcess:
    """Return the settings of the point process."""
    return FitPointProcess(study.config.patches.max_npix, study.config.patches.size_classes)


def build_library(study) -> BuildLibrary:
    """Return how the library is built: its detection differs from that of the metrics."""
    given = study.config.library.model_dump(exclude=set(Detection.model_fields))
    return BuildLibrary(**library_detections(study), **given)


def library_detections(study):
    """Return the detection of the library, which differs from that of the study, and that of the study, `bright`."""
    own, bright = study.config.library.model_dump(), study.config.detection.of_one_band
    return {"detection": {name: own.get(name, value) for name, value in bright.items()}, "bright": bright}


def draw_sketches(study) -> DrawSketches:
    """Return how sketches are drawn."""
    faintest, sides = study.config.library.faintest_sigma, study.config.sketches.model_dump()
    return DrawSketches(**library_detections(study), faintest_sigma=faintest, **sides)


def crop_blends(study, use) -> CropBlends:
    """Return the settings of the crops of blends."""
    return CropBlends(study.config.crops.size, study.config.crops.stamps, use)


def blends_to_crop(study, split, product):
    """Return a product of the blends that are cropped."""
    return f"results/{study.name}/blends/{study.config.crops.blend}/{split}_{product}"
