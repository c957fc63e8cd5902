"""Settings of the data: fields, sources, stamps and galaxies; the options of the rules of rules/data.smk."""

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from workflow_scripts.settings import abilities
from workflow_scripts.settings.declared import Declared, option
from workflow_scripts.settings.files import expand


class Dataset(Declared):
    """Where the images come from."""

    source: str = option(..., "A file of workflow_scripts/datasets.")
    options: dict[str, Any] = option({}, "Options of the data set.")


class FieldSplit(Declared):
    """Fractions of the sky for training, validation and test."""

    train: float = option(0.48, "What networks learn from.", gt=0)
    valid: float = option(0.10, "What training is monitored on.", gt=0)
    test: float = option(0.42, "What generated images are compared with.", gt=0)


class Fields(Declared):
    """How images are cut into fields, and fields into parts of the sky."""

    field_size: int | None = option(
        128, "Side of a field; fields are disjoint squares. null: each image is one field.", unit="pixel", ge=16
    )
    split: FieldSplit = option(FieldSplit(), "Fractions of the sky.")


class Detection(Declared):
    """Detection of sources."""

    method: Literal["sep", "threshold"] = option(
        "sep", "sep: Source Extractor; threshold: 8-connected pixels above a grey level (uses min_area alone)."
    )
    threshold: float = option(5, "Grey levels above the background, for the method threshold.", ge=0)
    threshold_sigma: float = option(10, "Threshold over the standard deviation of the background.", gt=0)
    min_area: int = option(5, "Fewest connected pixels of a source.", unit="pixel", ge=1)
    deblend_thresholds: int = option(32, "Levels of deblending.", ge=1)
    deblend_contrast: float = option(0.005, "Fraction of the flux that makes a branch a source.", ge=0, le=1)
    background_box: int = option(64, "Mesh of the background.", unit="pixel", ge=4)


class Stamps(Declared):
    """Stamps of sources, which are blended."""

    size: int = option(32, "Side of a stamp.", unit="pixel", ge=8)
    min_snr: float = option(0, "Least signal-to-noise ratio.", ge=0)
    clean_only: bool = option(
        False, "Leave out sources with extraction flags; of a data set of stamps, those that its clean_flag rejects."
    )


class GalaxySplit(Declared):
    """Fractions of the galaxies for training, validation and test, drawn at random."""

    train: float = option(0.8, "What networks learn from.", gt=0)
    valid: float = option(0.1, "What training is monitored on.", gt=0)
    test: float = option(0.1, "What generated galaxies are compared with.", gt=0)


class Galaxies(Declared):
    """Stamps of galaxies with class and attributes, of a data set that is made of such."""

    attributes: Literal["known", "measured"] = option(
        "known", "known: as the data set has them; measured: from the pixels (of stretched pictures, apparent ones)."
    )
    balance: bool = option(
        False, "Repeat galaxies of rare classes in the training part until all classes are equally many."
    )
    n_measured: int = option(2000, "Galaxies of the test part whose attributes are measured for reference.", ge=10)
    split: GalaxySplit = option(GalaxySplit(), "Fractions of the galaxies.")


@dataclass(frozen=True)
class FetchDataset:
    """A data set and its complete options."""

    options: dict
    source: str


@dataclass(frozen=True)
class ImportDataset(FetchDataset):
    """A data set, and how its images are cut into fields and parts."""

    field_size: int | None
    split: dict


@dataclass(frozen=True)
class ImportStamps(FetchDataset):
    """A data set of stamps, and which of them are kept."""

    clean_only: bool
    min_snr: float
    size: int


@dataclass(frozen=True)
class ImportGalaxies(FetchDataset):
    """A data set of galaxies, and how they are divided."""

    attributes: str
    balance: bool
    split: dict


@cache
def fetch_dataset(study):
    """Return the data set's plugin and its complete options; patterns of files are expanded here."""
    given = study.config.dataset
    options = study.check_options("datasets", given.source, given.options, "dataset")
    if abilities.reads_files(given.source, options):
        options["files"] = expand(options["files"], study.where("dataset", "options", "files"))
    return FetchDataset(options, given.source)


def import_dataset(study):
    """Return all that the fields depend on."""
    return ImportDataset(**vars(fetch_dataset(study)), **study.config.fields.model_dump())


def list_truth(study):
    """Return the data set that knows its sources."""
    return fetch_dataset(study)


def detect_sources(study):
    """Return how sources are detected."""
    return study.config.detection


def cut_stamps(study):
    """Return which stamps are cut."""
    return study.config.stamps


def import_stamps(study):
    """Return all that the stamps of a data set depend on."""
    return ImportStamps(**vars(fetch_dataset(study)), **study.config.stamps.model_dump())


def import_galaxies(study):
    """Return all that the galaxies of a data set depend on."""
    return ImportGalaxies(**vars(fetch_dataset(study)), **study.config.galaxies.model_dump(exclude={"n_measured"}))


def local_files(study):
    """Return the user's own files that the data set reads: Snakemake watches them."""
    return fetch_dataset(study).options.get("files", [])


def download_folder(study):
    """Return where downloads of the data set lie, shared by all studies."""
    return f"data/{study.config.dataset.source}"


def dataset_plugin(study):
    """Return the plugin of the data set."""
    return [f"datasets/{study.config.dataset.source}"]


def truth_of_fields(study):
    """Return the true sources of the fields, where the data set knows them."""
    known = abilities.knows_truth(study.config.dataset.source)
    return [f"results/{study.name}/fields/{split}_truth.ecsv" for split in ("train", "valid", "test")] if known else []
