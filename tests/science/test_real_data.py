"""Real images, where the variable SKYLOOM_REAL_DATA says where they lie."""

import os
from pathlib import Path

import numpy as np
import pytest

from workflow_scripts.datasets.image_files import Options, fetch, read
from workflow_scripts.features import intensity_histogram, power_spectrum
from workflow_scripts.measuring.detection import detect
from workflow_scripts.settings.surveys import survey
from workflow_scripts.surveys.calibration import GivenCalibration
from workflow_scripts.surveys.exposures import open_exposure
from workflow_scripts.surveys.grouping import describe_images, group_images
from workflow_scripts.surveys.zero_points import ZeroPoint

FOLDER = os.environ.get("SKYLOOM_REAL_DATA")
pytestmark = pytest.mark.skipif(not FOLDER, reason="SKYLOOM_REAL_DATA is not set: no real images to test on")


def real(pattern):
    """Return a file of the real data, or skip with a reason."""
    found = sorted(Path(FOLDER).glob(pattern))
    if not found:
        pytest.skip(f"no {pattern} in SKYLOOM_REAL_DATA")
    return found[0]


def test_the_published_features_of_a_published_image():
    ((image, about),) = read("", Options(files=[str(real("cosmology/1009590.png"))]))
    assert image.shape == (1000, 1000)
    counts, _ = intensity_histogram.extract(image[None].astype(np.uint8), intensity_histogram.Options())
    power, _ = power_spectrum.extract(image[None].astype(np.uint8), power_spectrum.Options())
    features = np.concatenate([counts, power], axis=1)
    assert features.shape == (1, 752)
    assert np.isfinite(features).all()
    assert counts.sum() == 1_000_000
    assert counts[0, :3].max() > 0.97e6  # the background is one of the three lowest grey levels
    assert (power > 0).all()
    assert about["unit"] == "DN"


def test_sources_of_a_real_deep_field():
    path = real("xdf/*[fF]814[wW]*sci*.fits*")
    options = Options(files=[str(path)], pixel_scale_arcsec=0.06, unit="electron / s")
    (record,) = fetch("", options)
    assert record["bytes"] == path.stat().st_size
    ((image, about),) = read("", options)
    assert image.shape == (500, 500)
    assert image.dtype == np.float32
    assert about["pixel_scale_arcsec"] == 0.06
    sources, segmentation = detect(
        image,
        threshold_sigma=5,
        min_area=5,
        deblend_thresholds=32,
        deblend_contrast=0.005,
        background_box=64,
    )
    assert 30 < len(sources["x"]) < 1000
    assert segmentation.max() == len(sources["x"])
    for name, column in sources.items():
        assert np.isfinite(column).all(), name
    assert (sources["flux"] > 0).all()
    assert ((sources["ellipticity"] >= 0) & (sources["ellipticity"] < 1)).all()
    assert 0.8 < np.median(sources["flux_radius"]) < 6


def test_four_real_bands_with_their_rms_maps():
    """The deep field without a word about its files but their names and headers; zero points from the presets."""
    files = sorted(real("xdf/*.fits").parent.glob("*.fits"))
    bands = group_images([image for path in files for image in describe_images(str(path))])
    assert sorted(bands) == ["f160w", "f435w", "f606w", "f814w"]
    for band, (files,) in bands.items():
        _, known = survey("hst_acs").band(band) or survey("hst_wfc3_ir").band(band)
        fallback = ZeroPoint(known.zeropoint_ab, "preset", per_second=True)
        with open_exposure(files, GivenCalibration("electron / s", fallback=fallback)) as exposure:
            pixels = exposure.read()
            rms = exposure.uncertainty.read()
        assert (files.kind, exposure.shape) == ("rms", (500, 500))
        assert exposure.calibration.zeropoint_ab == known.zeropoint_ab
        assert not pixels.masked.any()
        np.testing.assert_allclose(pixels.variance, rms.astype(float) ** 2)
        # drizzling correlates the noise: its standard deviation per pixel is lower than the map states
        noise = 1.4826 * np.median(np.abs(pixels.image - np.median(pixels.image)))
        assert 0.2 < noise / np.median(rms) < 1
