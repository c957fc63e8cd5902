"""Settings of the data: fields, sources, stamps and galaxies; the options of the rules of rules/data.smk."""

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from workflow_scripts.settings import plugins
from workflow_scripts.settings.bases.datasets import FileOptions
from workflow_scripts.settings.bases.surveys import SurveyOptions, expand_survey, files_of_survey
from workflow_scripts.settings.declared import Declared, option
from workflow_scripts.settings.files import expand
from workflow_scripts.settings.values import sort_keys


class Dataset(Declared):
    """Source of the images."""

    source: str = option(..., "A file of workflow_scripts/datasets.")
    options: dict[str, Any] = option({}, "Options of the data set.")


class FieldSplit(Declared):
    """Fractions of the sky for training, validation and test."""

    train: float = option(0.48, "Training.", gt=0)
    valid: float = option(0.10, "Validation: monitoring of the training.", gt=0)
    test: float = option(0.42, "Test: the reference of generated images.", gt=0)


class Fields(Declared):
    """Division of images into fields, and of fields into parts."""

    field_size: int | None = option(
        128, "Side of a field; fields are disjoint squares. null: each image is one field.", unit="pixel", ge=16
    )
    block_size: int = option(
        128,
        "Least side of a block, rounded up to whole fields; blocks are assigned to parts. An image with less room is "
        "one block.",
        unit="pixel",
        ge=16,
    )
    guard: int = option(
        8,
        "Width of the unused band between blocks: at least the correlation length of the noise and the PSF together.",
        unit="pixel",
        ge=0,
    )
    max_masked: float = option(0, "Largest fraction of masked pixels of a field, in any band.", ge=0, lt=1)
    margin: int = option(
        32, "Width of the sky around a block that detection and stamps of its sources see.", unit="pixel", ge=0
    )
    split: FieldSplit = option(FieldSplit(), "Fractions of the sky.")


class Detection(Declared):
    """Detection of sources."""

    method: Literal["sep", "threshold"] = option(
        "sep", "sep: Source Extractor; threshold: 8-connected pixels above a grey level (uses min_area alone)."
    )
    threshold: float = option(5, "Grey levels above the background, for the method threshold.", ge=0)
    threshold_sigma: float = option(10, "Detection threshold in standard deviations of the background.", gt=0)
    min_area: int = option(5, "Smallest number of connected pixels of a source.", unit="pixel", ge=1)
    deblend_thresholds: int = option(32, "Number of deblending thresholds.", ge=1)
    deblend_contrast: float = option(0.005, "Smallest fraction of the flux that makes a branch a source.", ge=0, le=1)
    combination: Literal["weighted", "chi2"] = option(
        "weighted", "Image of several bands on which sources are detected: their weighted mean, or chi-squared."
    )
    background_box: int = option(64, "Mesh size of the background.", unit="pixel", ge=4)

    @property
    def of_one_band(self):
        """Return the settings of images of one band, keyword arguments of `measuring.detection.detect`."""
        return self.model_dump(exclude={"combination"})


class Stamps(Declared):
    """Stamps of sources, for blends."""

    size: int = option(32, "Side of a stamp.", unit="pixel", ge=8)
    min_snr: float = option(0, "Smallest signal-to-noise ratio.", ge=0)
    clean_only: bool = option(
        False, "Leave out sources with extraction flags; of a data set of stamps, those that its clean_flag rejects."
    )


class GalaxySplit(Declared):
    """Fractions of the galaxies for training, validation and test, assigned at random."""

    train: float = option(0.8, "Training.", gt=0)
    valid: float = option(0.1, "Validation: monitoring of the training.", gt=0)
    test: float = option(0.1, "Test: the reference of generated galaxies.", gt=0)


class Galaxies(Declared):
    """Stamps of galaxies with class and attributes."""

    attributes: Literal["known", "measured"] = option(
        "known", "known: provided by the data set; measured: from the pixels (for stretched pictures, apparent ones)."
    )
    balance: bool = option(
        False, "Repeat galaxies of rare classes in the training part until all classes are equally many."
    )
    n_measured: int = option(2000, "Largest number of test galaxies measured as a reference.", ge=10)
    split: GalaxySplit = option(GalaxySplit(), "Fractions of the galaxies.")


@dataclass(frozen=True)
class FetchDataset:
    """A data set and its complete options."""

    options: dict
    source: str


@dataclass(frozen=True)
class ImportDataset(FetchDataset):
    """A data set, and the division of its images into fields, blocks and parts."""

    field_size: int | None
    block_size: int
    guard: int
    max_masked: float
    split: dict


@dataclass(frozen=True)
class MapBackground(FetchDataset):
    """A data set, and the side of the cells, in pixels, in which its background is measured."""

    box: int


@dataclass(frozen=True)
class CutWindows(FetchDataset):
    """A data set, and the sky around its blocks."""

    margin: int


@dataclass(frozen=True)
class ImportStamps(FetchDataset):
    """A data set of stamps, and the cuts on them."""

    clean_only: bool
    min_snr: float
    size: int


@dataclass(frozen=True)
class ImportGalaxies(FetchDataset):
    """A data set of galaxies, and their division into parts."""

    attributes: str
    balance: bool
    split: dict


@cache
def fetch_dataset(study) -> FetchDataset:
    """Return the plugin of the data set and its complete options, with patterns of files expanded."""
    given = study.config.dataset
    options = study.check_options("datasets", given.source, given.options, "dataset")
    if has_options(study, FileOptions):
        options["files"] = expand(options["files"], study.where("dataset", "options", "files"))
    elif has_options(study, SurveyOptions):
        options = sort_keys(expand_survey(options, study.where("dataset", "options")))
    return FetchDataset(options, given.source)


def import_dataset(study) -> ImportDataset:
    """Return the settings of the fields."""
    return ImportDataset(**vars(fetch_dataset(study)), **study.config.fields.model_dump(exclude={"margin"}))


def cut_windows(study) -> CutWindows:
    """Return the settings of the windows."""
    return CutWindows(**vars(fetch_dataset(study)), margin=study.config.fields.margin)


def windows(study, split):
    """Return the windows of the blocks of a part: the fields, where each image is one field."""
    folder = "fields" if study.config.fields.field_size is None else "windows"
    return f"results/{study.name}/{folder}/{split}.h5"


def map_background(study) -> MapBackground:
    """Return the settings of the background of images that are read by windows."""
    return MapBackground(**vars(fetch_dataset(study)), box=study.config.detection.background_box)


def background(study):
    """Return the background of images that are read by windows; nothing for others, which have one per window."""
    declared = plugins.declaration("datasets", study.config.dataset.source)
    return [f"results/{study.name}/windows/background.h5"] if declared.by_windows else []


def list_truth(study) -> FetchDataset:
    """Return a data set that provides its true sources."""
    return fetch_dataset(study)


def detect_sources(study) -> Detection:
    """Return the settings of the detection."""
    return study.config.detection


def cut_stamps(study) -> Stamps:
    """Return the settings of stamps cut from fields."""
    return study.config.stamps


def import_stamps(study) -> ImportStamps:
    """Return the settings of the stamps of a data set."""
    return ImportStamps(**vars(fetch_dataset(study)), **study.config.stamps.model_dump())


def import_galaxies(study) -> ImportGalaxies:
    """Return the settings of the galaxies of a data set."""
    return ImportGalaxies(**vars(fetch_dataset(study)), **study.config.galaxies.model_dump(exclude={"n_measured"}))


def local_files(study):
    """Return the user's own files that the data set reads, so that Snakemake tracks their changes."""
    options = fetch_dataset(study).options
    if has_options(study, SurveyOptions):
        return files_of_survey(options)
    return options["files"] if has_options(study, FileOptions) else []


def has_options(study, base):
    """Return whether the options of the data set inherit from a class."""
    return issubclass(plugins.options_class("datasets", study.config.dataset.source), base)


def download_folder(study):
    """Return the folder of the downloads of the data set, shared by all studies."""
    return f"data/{study.config.dataset.source}"


def dataset_plugin(study):
    """Return the plugin of the data set."""
    return [f"datasets/{study.config.dataset.source}"]


def truth_of_fields(study):
    """Return the catalogues of the true sources of the fields, if the data set provides them."""
    known = plugins.declaration("datasets", study.config.dataset.source).knows_sources
    return [f"results/{study.name}/fields/{split}_truth.ecsv" for split in ("train", "valid", "test")] if known else []
