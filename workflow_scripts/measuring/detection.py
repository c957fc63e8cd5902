"""Sources of an image: background, detection, deblending and photometry through SEP."""

import numpy as np
import sep

from workflow_scripts.imaging.levels import constant_background, float32_unit, noiseless_level
from workflow_scripts.measuring.islands import detect_above

# The SExtractor convention: Kron aperture 2.5 times the Kron radius, at least 3.5 px.
KRON_FACTOR, KRON_MINIMUM = 2.5, 3.5
IN_UNIT = ("flux", "peak", "background", "noise")  # columns that have the unit of the pixels, or that times pixel
UPRIGHT = np.nextafter(np.float32(np.pi / 2), np.float32(0))  # in float32 pi/2 lies above pi/2, which SEP refuses


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
    """Find the sources of an image.

    Parameters
    ----------
    image : (y, x) float
    covered : (y, x) bool or None
        Where the image has data.
    threshold_sigma : float
        Detection threshold over the background's standard deviation.
    min_area : int
        Fewest connected pixels above the threshold.
    deblend_thresholds, deblend_contrast
        SEP's deblending.
    background_box : int
        Mesh of the background, pixel.
    method : {"sep", "threshold"}
        `threshold` takes 8-connected pixels above a grey level, as the published sparse-sky systems do; of the other
        numbers `min_area` alone counts then.
    threshold : float
        That level over the background.

    Returns
    -------
    sources : dict of str to array (n,)
        x, y (first pixel 0), flux (Kron), peak, flux_radius, ellipticity, theta, npix, flags, snr, background, noise.
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

    SEP counts an image without noise in whole grey levels, whatever their unit: such images are a kind of their own.
    """
    seen = image if mask is None else image[~mask]
    level = constant_background(seen) if seen.size else None
    if level is not None:  # ASSUME: what stands out of a constant background is light of sources
        return np.full(image.shape, level, np.float32), noiseless_level(seen, level) or 1.0
    background = sep.Background(image, mask=mask, bw=box, bh=box)
    return background.back(), float(background.globalrms)


def in_unit(values, unit):
    """Return pixels counted in a unit: SEP squares them in float32."""
    return values if unit == 1 else values / np.asarray(unit, values.dtype)


def out_of_unit(sources, unit):
    """Return the columns of sources measured on pixels that were counted in a unit."""
    return {name: values * unit if name in IN_UNIT else values for name, values in sources.items()}


def find(clean, noise, mask, level, *, threshold_sigma, min_area, deblend_thresholds, deblend_contrast):
    """Find the sources of an image whose background is known.

    Parameters
    ----------
    clean : (y, x) float32
        Above the background.
    noise : float or (y, x) float32
        Standard deviation of the background, above 0.
    mask : (y, x) bool or None
        Where the image has no data.
    level : (y, x) float
        The background that was taken off.

    Returns
    -------
    sources : dict of str to array (n,)
    segmentation : (y, x) int32
    """
    lift_limits(clean.shape)
    unit = float32_unit(clean)
    clean, noise, level = (in_unit(np.asarray(values), unit) for values in (clean, noise, level))
    noise = noise.astype(np.float32) if noise.ndim else float(noise)
    objects, segmentation = sep.extract(
        clean,
        threshold_sigma,
        err=noise,
        mask=mask,
        minarea=min_area,
        deblend_nthresh=deblend_thresholds,
        deblend_cont=deblend_contrast,
        segmentation_map=True,
    )
    objects["theta"] = np.clip(objects["theta"], -UPRIGHT, UPRIGHT)
    neighbours = {"mask": mask, "segmap": segmentation, "seg_id": np.arange(len(objects), dtype=np.int32) + 1}
    return out_of_unit(measure(clean, neighbours, level, noise, objects), unit), segmentation.astype(np.int32)


def lift_limits(shape):
    """Lift SEP's fixed limits to what an image (y, x) can need: a crowded one may be a single group of pixels."""
    sep.set_extract_pixstack(max(300_000, (shape[0] + 1) * (shape[1] + 1)))
    sep.set_sub_object_limit(max(1024, shape[0] * shape[1] // 4))


def measure(clean, neighbours, level, noise, objects):
    """Return the catalogue columns of detected objects.

    `neighbours` are the arguments by which SEP leaves out the pixels of other objects: an aperture is much larger than
    a faint object, and a bright neighbour in it would give the object a multiple of its flux and radius.
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
        "theta": objects["theta"],
        "npix": objects["npix"],
        "flags": objects["flag"].astype(int),
        "snr": objects["flux"] / (local * np.sqrt(objects["npix"])),
        "background": level[place].astype(float),
        "noise": local,
    }


def kron_flux(clean, neighbours, objects):
    """Return the flux in each object's Kron ellipse, never below the flux above the threshold."""
    x, y, a, b, theta = (objects[name] for name in ("x", "y", "a", "b", "theta"))
    kron, _ = sep.kron_radius(clean, x, y, a, b, theta, 6.0, **neighbours)
    kron = np.where(np.isfinite(kron) & (kron > 0), kron, KRON_MINIMUM)
    scale = np.maximum(KRON_FACTOR * kron, KRON_MINIMUM / np.sqrt(np.maximum(a * b, 1e-6)))
    flux, _, _ = sep.sum_ellipse(clean, x, y, a, b, theta, scale, subpix=5, **neighbours)
    return np.maximum(flux, objects["flux"])


def own_kron_flux(image, segmentation, segval):
    """Return the flux of one source of a stamp in its Kron ellipse, the pixels of other sources left out.

    The ellipse follows from the moments of the light in the source's own pixels.

    Parameters
    ----------
    image : (y, x) float
        Above the background.
    segmentation : (y, x) int
    segval : int
        Label of the source.

    Returns
    -------
    flux : float
    x, y : float
        Centre, first pixel 0.
    """
    y, x = np.nonzero(segmentation == segval)
    light = np.asarray(image[y, x], float)
    weight = np.maximum(light, 0) if (light > 0).any() else np.ones_like(light)
    centre = np.average([x, y], axis=1, weights=weight)
    # ASSUME: no source is thinner than the second moment of one pixel.
    moments = np.atleast_2d(np.cov([x, y], aweights=weight, ddof=0)) + np.eye(2) / 12
    (minor, major), axes = np.linalg.eigh(moments)
    theta = np.arctan(axes[1, 1] / axes[0, 1]) if axes[0, 1] else np.pi / 2
    values = {"x": centre[0], "y": centre[1], "a": major**0.5, "b": minor**0.5, "theta": theta, "flux": light.sum()}
    labels = np.where(segmentation == segval, 1, 2 * (segmentation != 0)).astype(np.int32)  # SEP's labels have 32 bits
    neighbours = {"segmap": labels, "seg_id": np.ones(1, np.int32)}
    unit = float32_unit(image)
    pixels, values["flux"] = in_unit(np.ascontiguousarray(image, np.float32), unit), values["flux"] / unit
    flux = unit * kron_flux(pixels, neighbours, {name: np.array([value]) for name, value in values.items()})
    return float(flux[0]), *centre
