"""Detection and photometry in the windows of a survey, with its background mesh, variances and masks."""

import logging
from dataclasses import dataclass, field

import numpy as np

from workflow_scripts.measuring.aperture_noise import NoiseCorrelation
from workflow_scripts.measuring.band_combination import BandPixels, assumed_spectrum, detect_in_bands
from workflow_scripts.measuring.band_photometry import HAS_MASKED, measure_band

# Columns that are not catalogued: they are needed when the correlation of the noise is known.
AREA, PERIMETER = "aperture_area", "aperture_perimeter"


@dataclass
class SurveyDetector:
    """Detects sources window by window, and collects the correlation of the noise on the way.

    Attributes
    ----------
    bands : tuple of str
    zeropoints_ab : tuple of (float or None)
    meshes : dict of int to BackgroundMesh
        By the number of the image.
    combination : str
        See `detect_in_bands`.
    detection : dict
        Keyword arguments of `detect_in_bands`.
    """

    bands: tuple
    zeropoints_ab: tuple
    meshes: dict
    combination: str
    detection: dict
    correlations: list = field(default_factory=list)

    def __post_init__(self):
        self.correlations = [NoiseCorrelation() for _ in self.bands]

    def detect(self, window, parent, region):
        """Detect the sources of a window.

        Parameters
        ----------
        window : imaging.windows.Window
        parent : int
            Number of its image.
        region : (y, x) bool
            Pixels whose noise is used.

        Returns
        -------
        sources : dict of str to array (n,)
            The columns of `measuring.detection.detect` and, per band, of `BandFluxes`; their errors are those of
            independent pixels until `correct` is called.
        segmentation : (y, x) int32
        """
        bands = self.band_pixels(window, self.meshes[parent])
        sources, segmentation, ellipses = detect_in_bands(bands, self.combination, **self.detection)
        for number, name in enumerate(self.bands):
            pixels = bands.clean[..., number], bands.sigma[..., number]
            fluxes = measure_band(*pixels, segmentation, ellipses)
            sources["flags"] = np.where(fluxes.covered < 1, sources["flags"] | HAS_MASKED, sources["flags"])
            suffix = f"_{name}" if len(self.bands) > 1 else ""
            sources |= fluxes.columns(self.zeropoints_ab[number] or 0.0, suffix)
            self.correlations[number].add(*pixels, segmentation, region)
        return {**sources, AREA: ellipses.area, PERIMETER: ellipses.perimeter}, segmentation

    def band_pixels(self, window, mesh):
        """Return the pixels of a window without background, and their noise."""
        covered, pixels = (as_bands(values) for values in (window.covered, window.pixels))
        level, noise = mesh.at(window.origin, covered.shape[:2])
        sigma = noise if window.variance is None else np.sqrt(as_bands(window.variance).astype(np.float64))
        spectrum = assumed_spectrum(self.zeropoints_ab, mesh.typical_noise)
        clean = np.where(covered, pixels - level, 0.0)
        return BandPixels(clean, np.where(covered & (sigma > 0), sigma, np.inf), level, spectrum)

    def correct(self, columns):
        """Return the columns with errors by the noise of source-free pixels, and its correlation, in all windows."""
        columns = dict(columns)
        apertures = columns.pop(AREA), columns.pop(PERIMETER)
        for name, correlation in zip(self.bands, self.correlations, strict=True):
            suffix = f"_{name}" if len(self.bands) > 1 else ""
            factors = correlation.error_factors(*apertures)
            for column in ("flux_err", "mag_err"):
                columns[f"{column}{suffix}"] = columns[f"{column}{suffix}"] * factors
            words = name or "the only band", correlation.noise_ratio, np.median(factors) if len(factors) else 1.0
            logging.info(
                "band %s: noise of source-free pixels is %.3f, that of fluxes %.3f times the given one", *words
            )
        return columns


def as_bands(values):
    """Return an array (y, x[, band]) with a band axis."""
    return values.reshape(*values.shape[:2], -1)
