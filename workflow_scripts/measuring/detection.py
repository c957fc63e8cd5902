"""Sources of an image: background, detection, deblending and photometry through SEP."""

import numpy as np
import sep
from scipy import ndimage

from workflow_scripts.imaging.levels import constant_background, float32_unit, in_unit, noiseless_level
from workflow_scripts.measuring.islands import detect_above
from workflow_scripts.measuring.kron_apertures import kron_flux

IN_UNIT = ("flux", "peak", "background", "noise")  # columns in the unit of the pixels
UPRIGHT = np.nextafter(
    np.float32(np.pi / 2), np.float32(0)
)  # pi/2 rounded to float32 is larger than pi/2, which SEP refuses


def detect(
    image,
    covered=None,
    *,
    threshold_sigma,
    min_area,
    deblend_thresholds,
    deblend_contrast,
    background_box,
    method="sep",
    threshold=5.0,
):
    """Detect the sources of an image.

    Parameters
    ----------
    image : (y, x) float
    covered : (y, x) bool or None
        Mask of the pixels with data.
    threshold_sigma : float
        Detection threshold, in standard deviations of the background.
    min_area : int
        Minimum number of connected pixels above the threshold.
    deblend_thresholds, deblend_contrast
        Parameters of the deblending by SEP.
    background_box : int
        Mesh of the background, pixel.
    method : {"sep", "threshold"}
        `threshold`: groups of 8-connected pixels above a grey level, as in the published sparse-sky systems; of the
        other parameters it uses `min_area` alone.
    threshold : float
        That grey level above the background.

    Returns
    -------
    sources : dict of str to array (n,)
        x, y (first pixel 0), flux (Kron), peak, flux_radius, ellipticity, theta (degrees), npix, flags, snr,
        background, noise.
    segmentation : (y, x) int32
        0 for none, else 1 + the row of the source.
    """
    if method == "threshold":
        return detect_above(image, covered, threshold=threshold, min_area=min_area)
    unit = float32_unit(image)
    image = in_unit(np.ascontiguousarray(image, np.float32), unit)
    mask = None if covered is None else ~covered
    level, noise = find_background(image, mask, background_box)
    sources, segmentation = find(
        image - level,
        noise,
        mask,
        level,
        threshold_sigma=threshold_sigma,
        min_area=min_area,
        deblend_thresholds=deblend_thresholds,
        deblend_contrast=deblend_contrast,
    )
    return out_of_unit(sources, unit), segmentation


def find_background(image, mask, box):
    """Return the background (y, x) float32 of an image, and the standard deviation of its noise, above 0.

    Images without noise are treated separately, as SEP assumes integer grey levels for them, whatever their unit.
    """
    seen = image if mask is None else image[~mask]
    level = constant_background(seen) if seen.size else None
    if level is not None:  # ASSUME: all pixels above a constant background are light of sources
        return np.full(image.shape, level, np.float32), noiseless_level(seen, level) or 1.0
    background = sep.Background(image, mask=mask, bw=box, bh=box)
    return background.back(), float(background.globalrms)


def out_of_unit(sources, unit):
    """Multiply the columns of sources measured on pixels that were divided by a unit."""
    return {name: values * unit if name in IN_UNIT else values for name, values in sources.items()}


def find(clean, noise, mask, level, *, threshold_sigma, min_area, deblend_thresholds, deblend_contrast):
    """Detect the sources of a background-subtracted image.

    Parameters
    ----------
    clean : (y, x) float32
        Background-subtracted.
    noise : float or (y, x) float32
        Standard deviation of the background, above 0.
    mask : (y, x) bool or None
        Mask of the pixels without data.
    level : (y, x) float
        The subtracted background.

    Returns
    -------
    sources : dict of str to array (n,)
    segmentation : (y, x) int32
    """
    unit = float32_unit(clean)
    clean, noise, level = (in_unit(np.asarray(values), unit) for values in (clean, noise, level))
    noise = noise.astype(np.float32) if noise.ndim else float(noise)
    objects, segmentation = extract(
        clean,
        noise,
        mask,
        threshold_sigma=threshold_sigma,
        min_area=min_area,
        deblend_thresholds=deblend_thresholds,
        deblend_contrast=deblend_contrast,
    )
    neighbours = neighbours_of(mask, segmentation, len(objects))
    return out_of_unit(measure(clean, neighbours, level, noise, objects), unit), segmentation


def extract(clean, noise, mask, significance=None, *, threshold_sigma, min_area, deblend_thresholds, deblend_contrast):
    """Return the objects that SEP detects, and their segmentation map.

    Parameters
    ----------
    clean, noise, mask
        See `find`.
    significance : (y, x) float32 or None
        Image in units of its noise on which objects are detected in place of `clean`.
    """
    lift_limits(clean.shape)
    objects, segmentation = sep.extract(
        clean if significance is None else significance,
        threshold_sigma,
        err=noise if significance is None else 1.0,
        mask=mask,
        minarea=min_area,
        deblend_nthresh=deblend_thresholds,
        deblend_cont=deblend_contrast,
        segmentation_map=True,
    )
    objects["theta"] = np.clip(objects["theta"], -UPRIGHT, UPRIGHT)
    segmentation = segmentation.astype(np.int32)
    if significance is not None:
        labels = np.arange(len(objects)) + 1
        objects["flux"] = np.bincount(segmentation.ravel(), clean.ravel(), len(objects) + 1)[1:]
        objects["peak"] = ndimage.maximum(clean, segmentation, labels) if len(labels) else 0
    return objects, segmentation


def neighbours_of(mask, segmentation, n):
    """Return the arguments by which SEP excludes masked pixels and those of other objects."""
    return {"mask": mask, "segmap": segmentation, "seg_id": np.arange(n, dtype=np.int32) + 1}


def lift_limits(shape):
    """Raise the limits of SEP for an image (y, x): a crowded one may be a single group of pixels."""
    sep.set_extract_pixstack(max(300_000, (shape[0] + 1) * (shape[1] + 1)))
    sep.set_sub_object_limit(max(1024, shape[0] * shape[1] // 4))


def measure(clean, neighbours, level, noise, objects):
    """Return the catalogue columns of detected objects.

    `neighbours` are the arguments by which SEP excludes the pixels of other objects. The aperture of a faint object is
    much larger than the object: a bright neighbour inside would increase its flux and radius several times.
    """
    x, y = objects["x"], objects["y"]
    flux = kron_flux(clean, neighbours, objects)
    place = np.round(y).astype(int), np.round(x).astype(int)
    local = np.broadcast_to(noise, clean.shape)[place].astype(float)
    radius, _ = sep.flux_radius(clean, x, y, 6.0 * objects["a"], 0.5, normflux=flux, subpix=5, **neighbours)
    return {
        "x": x,
        "y": y,
        "flux": flux,
        "peak": objects["peak"].astype(float),
        "flux_radius": radius,
        "ellipticity": 1.0 - objects["b"] / objects["a"],
        "theta": np.rad2deg(objects["theta"]),
        "npix": objects["npix"],
        "flags": objects["flag"].astype(int),
        "snr": objects["flux"] / (local * np.sqrt(objects["npix"])),
        "background": level[place].astype(float),
        "noise": local,
    }
