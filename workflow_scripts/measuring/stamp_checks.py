"""Checks of stamps and their segmentation maps: background level, noise, and faults that prevent blending."""

import numpy as np

from workflow_scripts.measuring.kron_apertures import own_kron_flux

CENTRE_REACH, MIN_BACKGROUND = 2, 50  # pixel
CLIPPED = 0.98485  # standard deviation s of a Gaussian after iterative clipping at 3 s: s^2 = var(z : |z| < 3 s)


def local_level(image, segmentation, rounds=10):
    """Return level and noise of the pixels outside all segments.

    Parameters
    ----------
    image : (y, x) or (y, x, band) float
    segmentation : (y, x) int
        0 outside the sources.
    rounds : int
        Maximum number of rounds of clipping: pixels more than three standard deviations from the median (halos, faint
        sources) are excluded from the noise.

    Returns
    -------
    level : float or (band,)
        Median.
    noise : float or (band,)
        Standard deviation, corrected for the clipping of a Gaussian.
    """
    if image.ndim == 3:
        pairs = [local_level(plane, segmentation, rounds) for plane in np.moveaxis(image, -1, 0)]
        return tuple(np.array(values) for values in zip(*pairs, strict=True))
    pixels = np.asarray(image[segmentation == 0], float)
    level, n = np.median(pixels), len(pixels)
    for _ in range(rounds):
        kept = np.abs(pixels - np.median(pixels)) <= 3 * pixels.std()
        if kept.all():
            break
        pixels = pixels[kept]
    return level, pixels.std() / (CLIPPED if len(pixels) < n else 1.0)


def central_label(segmentation, reach=CENTRE_REACH):
    """Return the label with most pixels around the centre of a stamp; 0 if there is background alone."""
    labels, counts = np.unique(centre_of(segmentation, reach), return_counts=True)
    return int(labels[labels > 0][np.argmax(counts[labels > 0])]) if (labels > 0).any() else 0


def centre_of(segmentation, reach):
    """Return the pixels within `reach` of the centre; a stamp of even size has four central pixels."""
    height, width = segmentation.shape
    rows, columns = (slice((side - 1) // 2 - reach, side // 2 + reach + 1) for side in (height, width))
    return segmentation[rows, columns]


def fault_of(image, segmentation, segval, radius):
    """Return why a stamp cannot be blended, or an empty string.

    Parameters
    ----------
    image : (y, x) or (y, x, band) float
    segmentation : (y, x) int
    segval : int
        Label of the central source.
    radius : float
        Its half-light radius, pixel.
    """
    bad = int(np.count_nonzero(~np.isfinite(image)))
    if bad:
        return "NaN or infinite pixels"
    if segval <= 0 or not (centre_of(segmentation, CENTRE_REACH) == segval).any():
        return "no object at the centre (its segval is not there)"
    if not radius > 0:
        return "no radius above 0"
    if np.count_nonzero(segmentation == 0) < MIN_BACKGROUND:
        return f"fewer than {MIN_BACKGROUND} pixels of background"
    return ""


def measure_own(image, segmentation, segval, noise):
    """Return flux, SNR and centre (x, y) of the central source of a stamp.

    Parameters
    ----------
    image : (y, x) float
        Background-subtracted.
    noise : float
        Standard deviation of the background.

    Returns
    -------
    measured : dict
        `flux` in the Kron ellipse; `snr` (`signal_to_noise`), NaN without noise; `x`, `y`, first pixel 0.
    """
    flux, x, y = own_kron_flux(image, segmentation, segval)
    snr = float(signal_to_noise(image, segmentation == segval, noise)) if noise > 0 else np.nan
    return {"flux": flux, "snr": snr, "x": x, "y": y}


def signal_to_noise(images, own, noise):
    """Return the signal-to-noise ratio of a matched filter, sum f^2 / sqrt(sum f^2 noise^2) over a source's own pixels.

    Parameters
    ----------
    images, own : (..., y, x)
        Background-subtracted pixels, and the mask of the pixels of the source.
    noise : (...) float
        Standard deviation of a pixel.
    """
    return np.sqrt(np.sum(np.where(own, images, 0).astype(float) ** 2, axis=(-2, -1))) / noise
