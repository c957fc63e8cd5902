"""Settings of injected sources; the options and inputs of the rules of rules/injection.smk."""

from dataclasses import dataclass
from typing import Literal

from pydantic import model_validator

from workflow_scripts.settings import data, plugins
from workflow_scripts.settings.data import Detection, FetchDataset
from workflow_scripts.settings.declared import Declared, option
from workflow_scripts.settings.files import existing


class Command(Declared):
    """A command that detects sources, in place of the detection of the study; it runs without a shell."""

    run: str = option("", "Program and arguments; {image}, {weight} and {catalogue} are names of files; empty: none.")
    ending: Literal["fits", "csv", "ecsv"] = option("fits", "Format of the catalogue that it writes.")
    columns: dict[str, str] = option({}, "Its columns of x, y and flux, if they have other names.")
    first_pixel: Literal[0, 1] = option(0, "Coordinate of the centre of the first pixel.")
    timeout_s: float = option(3600, "Longest time of one run.", unit="s", gt=0)


class Injection(Declared):
    """Sources that are injected into one image of the data set, and their detection."""

    exposure: int = option(0, "Number of the image in the data set, from 0.", ge=0)
    band: str = option("", "Band of a survey; empty: its only one.")
    sources: Literal["points", "discs", "listed"] = option(
        "points", "points; discs: exponential ones; listed: those of source_list."
    )
    source_list: str = option(
        "", "Your own list (ECSV, CSV, FITS): x, y or ra, dec; flux or mag; flux_radius before the PSF."
    )
    n_images: int = option(1, "Number of injected images, a job each; more images begin with the same ones.", ge=1)
    n_per_image: int = option(100, "Number of sources per image, without a list.", ge=1)
    mag_low: float = option(20, "Bright limit; instrumental magnitudes without a zero point.", unit="mag")
    mag_high: float = option(26, "Faint limit.", unit="mag")
    slope: float = option(0, "Slope of the decimal logarithm of the number per magnitude.", unit="1 / mag")
    radius_low: float = option(1, "Smallest half-light radius of discs, along the major axis.", unit="pixel", gt=0)
    radius_high: float = option(5, "Largest half-light radius.", unit="pixel", gt=0)
    axis_ratio_low: float = option(0.3, "Smallest axis ratio of discs.", gt=0, le=1)
    positions: Literal["random", "grid"] = option("random", "random: uniform; grid: a grid with a random origin.")
    spacing: float = option(32, "Spacing of the grid.", unit="pixel", ge=2)
    avoid_sources: bool = option(False, "Avoid the pixels of detected sources.")
    psf_fwhm: float | None = option(
        None, "Full width at half maximum of a Gaussian PSF; null: the PSF of the survey.", unit="pixel", gt=0
    )
    poisson: bool = option(False, "Add the Poisson noise of the sources.")
    gain: float | None = option(
        None, "Electrons per unit of the pixels of the file, for Poisson noise; null: the keyword GAIN.", gt=0
    )
    saturation: float | None = option(None, "Pixel value that sources must not reach; null: none.")
    match_radius: float = option(
        2, "Largest distance of a detection from its source: about the PSF.", unit="pixel", gt=0
    )
    n_bins: int = option(12, "Number of bins of each quantity.", ge=1)
    n_bootstrap: int = option(200, "Bootstrap samples of sources.", ge=1)
    command: Command = option(Command(), "A command that detects sources.")

    @model_validator(mode="after")
    def agree(self):
        """Raise an error for empty ranges, and for a list that is missing or not used."""
        for low, high in (("mag_low", "mag_high"), ("radius_low", "radius_high")):
            if getattr(self, low) >= getattr(self, high):
                raise ValueError(f"{low}: {getattr(self, low):g} is not below {high} {getattr(self, high):g}")
        if (self.sources == "listed") != bool(self.source_list):
            raise ValueError("source_list: a path and sources: listed belong together")
        return self


@dataclass(frozen=True)
class ReadExposure(FetchDataset):
    """A data set, and one of its images in one band."""

    exposure: int
    band: str


@dataclass(frozen=True)
class DetectExposure(ReadExposure):
    """An exposure, and the detection of its sources: by the settings of the study, or by a command."""

    detection: Detection
    command: Command


@dataclass(frozen=True)
class InjectSources(ReadExposure):
    """An exposure, and the sources that are injected into it; `shard` of `n_images` images."""

    injection: str
    shard: int
    n_images: int
    n_per_image: int
    sources: str
    source_list: str
    mag_low: float
    mag_high: float
    slope: float
    radius_low: float
    radius_high: float
    axis_ratio_low: float
    positions: str
    spacing: float
    avoid_sources: bool
    psf_fwhm: float | None
    poisson: bool
    gain: float | None
    saturation: float | None


@dataclass(frozen=True)
class DetectInjected(DetectExposure):
    """An exposure, the detection of its sources, and the PSF by which injected point sources are measured."""

    psf_fwhm: float | None


@dataclass(frozen=True)
class MeasureCompleteness:
    """Number of images, matching radius, bins, and bootstrap samples."""

    n_images: int
    match_radius: float
    n_bins: int
    n_bootstrap: int


def read_exposure(study, injection):
    """Return the exposure of an injection as a dict."""
    entry = study.entry("injections", injection)
    return {**vars(data.fetch_dataset(study)), "exposure": entry.exposure, "band": entry.band}


def detect_exposure(study, injection) -> DetectExposure:
    """Return the settings of the detection before the injection."""
    entry = study.entry("injections", injection)
    return DetectExposure(**read_exposure(study, injection), detection=study.config.detection, command=entry.command)


def inject_sources(study, injection, shard) -> InjectSources:
    """Return the settings of one injected image."""
    entry = study.entry("injections", injection)
    own = {name: value for name, value in vars(entry).items() if name in InjectSources.__dataclass_fields__}
    own |= {"source_list": next(iter(listed(study, injection)), "")}
    return InjectSources(**own | read_exposure(study, injection), injection=injection, shard=int(shard))


def detect_injected(study, injection) -> DetectInjected:
    """Return the settings of the detection after the injection."""
    psf_fwhm = study.entry("injections", injection).psf_fwhm
    return DetectInjected(**vars(detect_exposure(study, injection)), psf_fwhm=psf_fwhm)


def measure_completeness(study, injection) -> MeasureCompleteness:
    """Return the settings of the completeness."""
    entry = study.entry("injections", injection)
    return MeasureCompleteness(entry.n_images, entry.match_radius, entry.n_bins, entry.n_bootstrap)


def listed(study, injection):
    """Return the user's list of the sources of an injection; nothing without one."""
    path = study.entry("injections", injection).source_list
    return [existing(path, study.where("injections", injection, "source_list"))] if path else []


def of_images(study, injection, name):
    """Return a product of every injected image of an injection."""
    n = study.entry("injections", injection).n_images
    return [f"results/{study.name}/injected/{injection}/images/{shard}/{name}" for shard in range(n)]


def of_injections(study, name):
    """Return a product of every injection of a study."""
    return [f"results/{study.name}/injected/{injection}/{name}" for injection in study.make.injections]


def check_injections(study):
    """Raise an error for injections into data that are no images, or with a list that does not exist."""
    for injection in study.make.injections:
        listed(study, injection)
        if plugins.declaration("datasets", study.config.dataset.source).holds != "images":
            source = study.config.dataset.source
            raise ValueError(f"{study.where('make.injections')}: data set {source} has no images of the sky")
