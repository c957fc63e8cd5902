"""Options that several data sets share."""

from typing import Literal

from pydantic import model_validator

from workflow_scripts.settings.declared import Declared, kind_of_option, option

Record = kind_of_option(str, "Address of the metadata of the record to download.")
Page = kind_of_option(str, "Web page of the record.")
Unit = kind_of_option(str, "Unit of the pixels.")
ZeroPoint = kind_of_option(float, "AB magnitude of one unit of flux.", unit="mag")
Crop = kind_of_option(
    int, "Side of the central square that is cut out of a picture; 0: its shorter side.", unit="pixel", ge=0
)
MaxUnreadable = kind_of_option(
    float, "Largest fraction of pictures that may be missing or unreadable; these are listed and left out.", ge=0, lt=1
)
Bands = kind_of_option(
    Literal["keep", "rgb", "gray"],
    "Bands of the images: those of the pictures, the same in all; red, green and blue, equal for gray pictures; or the "
    "mean of the bands.",
)


class FileOptions(Declared):
    """Local files: patterns are expanded, and Snakemake tracks changes of the files."""

    files: list[str] = option(..., "Paths or patterns of the files to read.", min_length=1)


class StampOptions(Declared):
    """Handling of stamps that cannot be blended."""

    unusable: Literal["refuse", "skip"] = option(
        "refuse",
        "Stamps without a central object, with NaN or without a radius: refuse: an error; skip: leave them out.",
    )


class CalibrationOptions(Declared):
    """Pixel scale and photometric zero point of the user's own files."""

    pixel_scale_arcsec: float = option(0.0, "Pixel scale; 0: that of the header, or unknown.", unit="arcsec", ge=0)
    photometric: bool = option(False, "Fluxes are calibrated; without it, zeropoint_ab is ignored.")
    zeropoint_ab: ZeroPoint = 0.0


class PictureOptions(FileOptions):
    """Preparation of pictures as images of one size."""

    crop: Crop = 0
    size: int = option(64, "Side of the images, after cropping and averaging.", unit="pixel", ge=16)
    low: float = option(0.0, "Pixel value of black.")
    high: float = option(1.0, "Pixel value of white.")
    bands: Bands = "keep"
    max_unreadable: MaxUnreadable = 0.0

    @model_validator(mode="after")
    def check_levels(self):
        """Raise an error for a white that is not above black."""
        if self.low >= self.high:
            raise ValueError(f"low: {self.low} is not below high, {self.high}")
        return self


class SimulationOptions(Declared):
    """Options of all simulated data sets."""

    seed: int = option(0, "Seed; an item does not depend on n.", ge=0)
    psf_fwhm: float = option(2.5, "Full width at half maximum of the PSF.", unit="pixel", gt=0)


class SimulatedGalaxyOptions(SimulationOptions):
    """Number of simulated galaxies, size of their stamps, and ranges of their attributes."""

    n: int = option(12000, "Number of galaxies.", ge=4)
    size: int = option(32, "Side of a stamp.", unit="pixel", ge=16)
    radius_low: float = option(2.0, "Smallest half-light radius, along the major axis.", unit="pixel", ge=0.5)
    radius_high: float = option(12.0, "Largest half-light radius.", unit="pixel")
    snr_low: float = option(10.0, "Smallest signal-to-noise ratio of a matched filter in the middle band.", gt=0)
    snr_high: float = option(200.0, "Largest signal-to-noise ratio.")

    @model_validator(mode="after")
    def check_ranges(self):
        """Raise an error for empty ranges, and for a PSF that does not fit into a stamp."""
        if self.psf_fwhm >= self.size / 2:
            raise ValueError(f"psf_fwhm: {self.psf_fwhm} is not below half the size, {self.size / 2}")
        for low, high in (("radius_low", "radius_high"), ("snr_low", "snr_high")):
            if getattr(self, low) >= getattr(self, high):
                raise ValueError(f"{low}: {getattr(self, low)} is not below {high}, {getattr(self, high)}")
        return self
