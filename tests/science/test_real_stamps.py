"""Real galaxies of COSMOS: what is measured on their stamps is what the catalogue says."""

import os
from pathlib import Path

import numpy as np
import pytest
from scipy.ndimage import binary_erosion

from workflow_scripts.formats.catalogues import read_catalogue
from workflow_scripts.formats.stacks import open_stack
from workflow_scripts.rules.data.import_stamps import import_stamps
from workflow_scripts.runtime.entry import built

FOLDER = os.environ.get("SKYLOOM_REAL_DATA")
pytestmark = pytest.mark.skipif(not FOLDER, reason="SKYLOOM_REAL_DATA is not set: no real galaxies to test on")
PSFS = {"own": {}, "common": {"psf": "common", "psf_fwhm_arcsec": 0.15}}


@pytest.fixture(scope="module", params=PSFS)
def stamps(request, tmp_path_factory):
    """Return the folder of the imported stamps, under their own PSFs and under a common one."""
    files = sorted(map(str, Path(FOLDER).glob("cosmos_stamps/*.fits")))
    if not files:
        pytest.skip("no cosmos_stamps in SKYLOOM_REAL_DATA")
    folder = tmp_path_factory.mktemp(request.param)
    cuts = {"size": 128, "min_snr": 0, "clean_only": False}
    import_stamps(
        manifest="",
        stamps=folder / "all.h5",
        stamp_catalogue=folder / "all.ecsv",
        folder="",
        options=built(
            import_stamps, {"source": "real_galaxies", "options": {"files": files, **PSFS[request.param]}, **cuts}
        ),
        seed=1,
        code="",
    )
    return folder


def test_measured_flux_agrees_with_the_catalogues_magnitude(stamps):
    """At the zero point 25.94: median within 0.1 mag."""
    table = read_catalogue(stamps / "all.ecsv")
    with open_stack(stamps / "all.h5") as stack:
        zeropoint = stack.attributes["zeropoint_ab"]
    difference = zeropoint - 2.5 * np.log10(np.asarray(table["flux"])) - np.asarray(table["mag"])
    assert len(table) == 100
    assert zeropoint == 25.94
    assert abs(np.median(difference)) < 0.1
    assert np.subtract(*np.percentile(difference, [75, 25])) < 0.3


def test_noise_agrees_with_the_pixels_outside_of_the_galaxies(stamps):
    """To 10 % in the median: few pixels are left there, and some hold faint light."""
    ratios, own = [], read_catalogue(stamps / "all.ecsv")["segval"]
    with open_stack(stamps / "all.h5") as stack:
        for image, labels, noise, segval in zip(
            stack["image"], stack["segmentation"], stack["noise"], own, strict=True
        ):
            free = binary_erosion(image != 0, iterations=8) & (labels != segval)
            if free.sum() > 400:
                ratios.append(np.subtract(*np.percentile(image[free], [84, 16])) / 2 / noise)
    assert len(ratios) > 20
    assert np.median(ratios) == pytest.approx(1, abs=0.1)


def test_psfs_and_what_the_catalogue_adds(stamps):
    table = read_catalogue(stamps / "all.ecsv")
    with open_stack(stamps / "all.h5") as stack:
        psf, matched = stack["psf"][:], stack.attributes["psf_matched"]
        labels = stack["segmentation"][:]
    assert matched == (stamps.name.startswith("common"))
    assert (np.ptp(psf, axis=0).max() == 0) == bool(matched)
    np.testing.assert_allclose(psf.sum(axis=(1, 2)), 1, atol=0.06)
    assert ((table["flux_radius"] > 2) & (table["flux_radius"] < 60)).all()
    assert np.isfinite(table["z"]).any()
    assert (labels == np.asarray(table["segval"])[:, None, None]).any(axis=(1, 2)).all()
