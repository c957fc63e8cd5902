"""A simulated survey of known truth: NaN borders, bad columns, weights, shifted bands, correlated noise."""

import os
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS
from scipy import ndimage
from survey_files import rotated_footprint, tangent

from workflow_scripts.datasets import survey
from workflow_scripts.formats.catalogues import read_catalogue
from workflow_scripts.formats.stacks import open_stack
from workflow_scripts.measuring.aperture_noise import NoiseCorrelation
from workflow_scripts.measuring.band_combination import BandPixels, detect_in_bands
from workflow_scripts.measuring.band_photometry import measure_band
from workflow_scripts.rules.data.cut_windows import cut_windows
from workflow_scripts.rules.data.detect_sources import detect_sources
from workflow_scripts.rules.data.import_dataset import import_dataset
from workflow_scripts.rules.data.map_background import map_background
from workflow_scripts.runtime.entry import built
from workflow_scripts.settings.data import MapBackground

DETECTION = {"threshold_sigma": 3.0, "min_area": 5, "deblend_thresholds": 32, "deblend_contrast": 0.005}
PARTS = ("train", "valid", "test")
PSF, SPACING, SKY = 1.8, 24, 20.0  # standard deviation of sources and their distance, pixel; level
COLOUR = 1.7  # flux in r over that in g


def little_survey(folder, side, seed=0, smooth=0.0, shift=0.3, masked=True):
    """Write images of bands g and r with inverse variance maps and masks; return them without noise, and the sources.

    Sources lie on a jittered grid and have SNR 10 to 100 in g. Band r is shifted by `shift` pixels; noise is smoothed
    by a Gaussian of `smooth` pixels, and has the stated variance per pixel.
    """
    rng, n = np.random.default_rng(seed), side // SPACING
    centres = (np.stack(np.meshgrid(*[np.arange(n)] * 2), axis=-1).reshape(-1, 2) + 0.5) * SPACING
    centres = centres + rng.uniform(-3, 3, centres.shape)
    sigma = 1 + 0.5 * np.indices((side, side))[1] / side
    snr = 10 ** rng.uniform(1, 2, len(centres))
    flux = snr * 1.25 * np.sqrt(4 * np.pi) * PSF
    truth = {}
    for name, scale, offset in (("g", 1.0, 0.0), ("r", COLOUR, shift)):
        truth[name] = scale * sources(side, centres + [offset, 0], flux)
        noise = rng.normal(size=(side, side))
        noise = noise if not smooth else smoothed(noise, smooth)
        flags = np.zeros((side, side), np.int16)
        image = (truth[name] + SKY + sigma * noise).astype(np.float32)
        if masked:
            image[~rotated_footprint(image.shape, 10.0, 0.95)] = np.nan
            flags[:, rng.integers(0, side, side // 60)] = 4
            image[flags > 0] = 1e4
        cards = fits.Header({"FILTER": name, "BUNIT": "nJy", **tangent(shape=image.shape, shift=(offset, 0.0))})
        maps = [fits.ImageHDU((1 / sigma**2).astype(np.float32), name="IVM"), fits.ImageHDU(flags, name="DQ")]
        science = fits.ImageHDU(image, cards, name="SCI")
        fits.HDUList([fits.PrimaryHDU(), science, *maps]).writeto(folder / f"field_{name}.fits")
    return truth, centres, flux


def sources(side, centres, flux):
    """Return an image of Gaussian sources."""
    image, reach = np.zeros((side, side)), 12
    for (x, y), light in zip(centres, flux, strict=True):
        column, row = int(x), int(y)
        rows = np.arange(max(row - reach, 0), min(row + reach + 1, side))
        columns = np.arange(max(column - reach, 0), min(column + reach + 1, side))
        distance = (rows[:, None] - y) ** 2 + (columns - x) ** 2
        image[np.ix_(rows, columns)] += light / (2 * np.pi * PSF**2) * np.exp(-distance / (2 * PSF**2))
    return image


def smoothed(noise, width):
    """Return noise smoothed by a Gaussian, of standard deviation 1."""
    correlated = ndimage.gaussian_filter(noise, width, mode="wrap")
    return correlated / correlated.std()


def options_of(folder):
    """Return the options of the survey in a folder, as a dict."""
    return survey.Options(files=sorted(str(path) for path in folder.glob("*.fits"))).model_dump()


def catalogue_of(folder, part="train", margin=48, given=None, **changes):
    """Import the survey in a folder and detect its sources; return the catalogue and the path of the fields."""
    source = {"source": "survey", "options": given or options_of(folder)}
    paths, about = (
        {part: folder / f"{part}.h5" for part in PARTS},
        {"manifest": "", "folder": "", "seed": 1, "code": ""},
    )
    split = {"train": 0.5, "valid": 0.1, "test": 0.4}
    divided = {"field_size": 64, "block_size": 128, "guard": 0, "max_masked": 0.3, "split": split}
    import_dataset(**about, **paths, options=built(import_dataset, {**source, **divided}))
    windows, background = folder / "windows.h5", folder / "background.h5"
    cut_windows(**about, fields=paths[part], windows=windows, options=built(cut_windows, {**source, "margin": margin}))
    map_background(**about, background=background, options=MapBackground(**source, box=64))
    written = {name: folder / f"{name}.h5" for name in ("segmentation", "window_segmentation")}
    known = {"fields": paths[part], "windows": windows, "background": [background]}
    chosen = {**DETECTION, "method": "sep", "combination": "weighted", **changes}
    detect_sources(
        **known, **written, catalogue=folder / "sources.ecsv", options=built(detect_sources, chosen), seed=1, code=""
    )
    return read_catalogue(folder / "sources.ecsv"), paths[part]


@pytest.fixture(scope="module")
def survey_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("survey")
    return folder, *little_survey(folder, 420, shift=0.0)


def test_a_catalogue_does_not_depend_on_where_windows_end(survey_folder):
    folder, *_ = survey_folder
    tables = [catalogue_of(folder, margin=margin)[0] for margin in (40, 72)]
    assert len(tables[0]) > 50
    order = [np.lexsort((table["y_parent"], table["x_parent"])) for table in tables]
    one, other = (table[rows] for table, rows in zip(tables, order, strict=True))
    for name in set(one.colnames) - {"id"}:
        np.testing.assert_allclose(one[name], other[name], rtol=1e-4, atol=1e-5, err_msg=name)


def test_sources_lie_where_they_are_on_the_sky(survey_folder):
    """The true positions, by the header of the first band; all that is seen is found."""
    folder, _, centres, _ = survey_folder
    table, fields = catalogue_of(folder)
    wcs = WCS(fits.getheader(folder / "field_g.fits", "SCI"))
    x, y = wcs.all_world2pix(table["ra"], table["dec"], 0)
    np.testing.assert_allclose(np.stack([x, y]), [table["x_parent"], table["y_parent"]], atol=0.01)
    distance = np.hypot(*(np.stack([x, y], axis=1)[:, None] - centres).transpose(2, 0, 1)).min(axis=1)
    assert np.median(distance[table["flags"] == 0]) < 0.3
    with open_stack(fields) as stack:
        assert np.isnan(stack["image"][:][stack["mask"][:]]).all()
        assert not np.isnan(stack["image"][:][~stack["mask"][:]]).any()


def test_sources_beside_masked_pixels_are_flagged(survey_folder):
    folder, *_ = survey_folder
    table, _ = catalogue_of(folder)
    near = (table["covered_g"] < 1) | (table["covered_r"] < 1)
    assert 10 < near.sum() < len(table)
    np.testing.assert_array_equal((table["flags"] & 32) > 0, near)
    assert not (table["flux_g"][~near] > 5000).any(), "a bad column of 10 000 was measured"


def measured(folder, truth):
    """Return flux over true flux in the same aperture, deviations in units of the error, and true SNR, band by band."""
    (image,) = survey.open_images("", survey.Options(**options_of(folder)))
    pixels = image.read()
    sigma = np.where(pixels.masked, np.inf, np.sqrt(pixels.variance))
    clean = np.where(pixels.masked, 0, pixels.image - SKY)
    bands = BandPixels(clean, sigma, np.zeros(clean.shape), np.ones(clean.shape[2]))
    _, labels, ellipses = detect_in_bands(bands, "weighted", **DETECTION)
    found = {}
    for number, name in enumerate(image.photometry.bands):
        one = measure_band(clean[..., number], sigma[..., number], labels, ellipses)
        true = measure_band(truth[name], sigma[..., number], labels, ellipses)
        noise = NoiseCorrelation()
        noise.add(clean[..., number], sigma[..., number], labels, np.ones(image.shape, bool))
        error = one.flux_err * noise.error_factors(ellipses.area, ellipses.perimeter)
        rows = (one.covered == 1) & (true.flux > 10 * error) & (true.flux < 100 * error)
        found[name] = (one.flux / true.flux - 1)[rows], ((one.flux - true.flux) / error)[rows]
    return found


def robust_width(values):
    """Return half of the interval that holds 68.3 % of a Gaussian."""
    return np.diff(np.percentile(values, [15.87, 84.13]))[0] / 2


@pytest.mark.parametrize("smooth", [0.0, 0.8], ids=["independent", "drizzled"])
def test_fluxes_are_unbiased_and_their_errors_right(tmp_path, smooth):
    """Isolated sources without masked pixels, SNR 10 to 100, against the image without noise in the same aperture."""
    truth, *_ = little_survey(tmp_path, 2000, seed=3, smooth=smooth, shift=0.0)
    for bias, deviation in measured(tmp_path, truth).values():
        assert len(bias) >= 2000
        assert np.mean(bias) == pytest.approx(0, abs=0.01)
        assert robust_width(deviation) == pytest.approx(1, abs=0.05)


def test_fluxes_of_a_resampled_band(tmp_path):
    """Shifted by 0.3 px: its flux is kept, its noise smaller per pixel and correlated."""
    truth, *_ = little_survey(tmp_path, 300, seed=4, masked=False)
    truth["r"] = COLOUR * truth["g"]
    bias, deviation = measured(tmp_path, truth)["r"]
    assert len(bias) > 60
    assert np.mean(bias) == pytest.approx(0, abs=0.02)
    assert robust_width(deviation) == pytest.approx(1, abs=0.25)


@pytest.mark.skipif("SKYLOOM_REAL_DATA" not in os.environ, reason="SKYLOOM_REAL_DATA is not set: no real images")
def test_four_bands_of_the_hubble_extreme_deep_field(tmp_path, caplog):
    """Its rms maps state the noise of large apertures: 2 to 4 times that of pixels, and near that of fluxes."""
    caplog.set_level("INFO")
    files = sorted(map(str, Path(os.environ["SKYLOOM_REAL_DATA"]).glob("xdf/*.fits")))
    points = {"f435w": 25.68, "f606w": 26.51, "f814w": 25.94, "f160w": 25.95}
    known = {"unit": "electron / s", "pixel_scale_arcsec": 0.06}
    bands = {name: {**known, "zeropoint_ab": value} for name, value in points.items()}
    given = survey.Options(files=files, bands=bands, centre=[53.16, -27.79]).model_dump()
    table, fields = catalogue_of(tmp_path, given=given, threshold_sigma=1.5)
    with open_stack(fields) as stack:
        assert stack["image"].shape[1:] == (64, 64, 4)
        assert stack.photometry.bands == tuple(sorted(points))
    assert len(table) > 30
    away = np.hypot((table["ra"] - 53.16) * np.cos(np.radians(27.79)), table["dec"] + 27.79) * 3600
    assert away.max() < 0.06 * 250 * np.sqrt(2)
    texts = [text for text in caplog.messages if "noise of source-free pixels" in text]
    ratios = np.array([[float(word) for word in text.replace(",", "").split() if "." in word] for text in texts])
    assert ratios.shape == (4, 2)
    assert (ratios[:, 0] < 0.6).all()
    assert ((ratios[:, 1] > 0.8) & (ratios[:, 1] < 2)).all()
    bright = table["flux_f606w"] > 20 * table["flux_err_f606w"]
    colour = table["mag_f435w"][bright] - table["mag_f814w"][bright]
    assert -0.5 < np.nanmedian(colour) < 3
