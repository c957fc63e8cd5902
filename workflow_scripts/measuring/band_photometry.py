"""Photometry of detected sources in each band: flux in one aperture, its uncertainty, and the share that is seen."""

from dataclasses import dataclass

import numpy as np
import sep

from workflow_scripts.imaging.levels import float32_unit
from workflow_scripts.measuring.photometry import flux_to_magnitude, magnitude_error

HAS_MASKED = 32  # flag of SEP: the aperture contains masked pixels


@dataclass(frozen=True)
class BandFluxes:
    """Fluxes of sources in one band.

    Attributes
    ----------
    flux : (n,) float
        Sum of the pixels of the aperture that are not masked; NaN if there are none.
    flux_err : (n,) float
        Of independent pixels, by SEP, which adds the variance of a pixel at the edge with the fraction of it inside.
    covered : (n,) float
        Share of the source's light in pixels of the aperture that are not masked; 1 without masked pixels.
    """

    flux: np.ndarray
    flux_err: np.ndarray
    covered: np.ndarray

    def columns(self, zero_point, suffix=""):
        """Return the columns of a catalogue; magnitudes of fluxes that are not positive are NaN."""
        with np.errstate(divide="ignore", invalid="ignore"):
            magnitude = np.where(self.flux > 0, flux_to_magnitude(self.flux, zero_point), np.nan)
            error = np.where(self.flux > 0, magnitude_error(self.flux / self.flux_err), np.nan)
        values = {"flux": self.flux, "flux_err": self.flux_err, "mag": magnitude, "mag_err": error}
        return {f"{name}{suffix}": column for name, column in {**values, "covered": self.covered}.items()}


def measure_band(clean, sigma, segmentation, ellipses):
    """Return the fluxes of sources in one band; pixels of other sources in an aperture are excluded.

    Parameters
    ----------
    clean, sigma : (y, x) float64
        Pixels and their noise; 0 and infinite where there are no data.
    segmentation : (y, x) int32
        Labels of the sources, 1 and up.
    ellipses : measuring.band_combination.Ellipses
    """
    covered, unit = np.isfinite(sigma), float32_unit(clean)
    pixels = np.ascontiguousarray(clean / unit, np.float32)
    variance = np.ascontiguousarray(np.where(covered, (sigma / unit) ** 2, 0), np.float32)
    n = len(ellipses.x)
    neighbours = {"segmap": segmentation, "seg_id": np.arange(n, dtype=np.int32) + 1}
    place = (ellipses.x, ellipses.y, ellipses.a, ellipses.b, ellipses.theta, ellipses.scale)
    flux, error, _ = sep.sum_ellipse(pixels, *place, var=variance, subpix=5, **neighbours)
    unseen, _, _ = sep.sum_ellipse((~covered).astype(np.float32), *place, subpix=5)
    share = np.ones(n)
    for row in np.flatnonzero(unseen > 0):
        share[row] = covered_share(covered, *(values[row] for values in place))
    return BandFluxes(np.where(share > 0, flux * unit, np.nan), np.where(share > 0, error * unit, np.nan), share)


def covered_share(covered, x, y, a, b, theta, scale):
    """Return the share of the light of a source in pixels with data.

    ASSUME: the light is a Gaussian with the moments of the source, in its aperture.
    """
    reach = int(np.ceil(a * scale)) + 1
    rows, columns = (
        np.arange(max(int(centre) - reach, 0), min(int(centre) + reach + 2, side))
        for centre, side in zip((y, x), covered.shape, strict=True)
    )
    dy, dx = np.meshgrid(rows - y, columns - x, indexing="ij")
    along, across = dx * np.cos(theta) + dy * np.sin(theta), dy * np.cos(theta) - dx * np.sin(theta)
    distance = (along / a) ** 2 + (across / b) ** 2
    light = np.where(distance <= scale**2, np.exp(-distance / 2), 0)
    total, masked = light.sum(), light[~covered[np.ix_(rows, columns)]].sum()
    return float(1 - masked / total) if total > 0 else 0.0  # 1, not about 1, if no light is masked
