"""Injection into a simulated survey whose truth is known: pulls, completeness, and what is written."""

import numpy as np
import pytest
from astropy.io import fits
from scipy.stats import chi2

from workflow_scripts.formats.atomic import read_json
from workflow_scripts.formats.catalogues import read_catalogue, write_catalogue
from workflow_scripts.formats.tables import read_csv
from workflow_scripts.injection.matching import Catalogue, match_injected
from workflow_scripts.injection.rendering import Renderer, inside
from workflow_scripts.injection.sources import draw_magnitudes, points
from workflow_scripts.rules.injection.detect_exposure import detect_exposure
from workflow_scripts.rules.injection.detect_injected import detect_injected
from workflow_scripts.rules.injection.inject_sources import inject_sources
from workflow_scripts.rules.injection.measure_completeness import measure_completeness
from workflow_scripts.runtime.entry import built
from workflow_scripts.settings import plugins
from workflow_scripts.settings.injection import Command
from workflow_scripts.surveys.psf import GaussianPsf

SIZE, NOISE, FWHM, ZERO, SKY = 768, 2.0, 3.0, 30.0, 100.0
PER_IMAGE = {"n_images": 1, "n_per_image": 400, "mag_low": 22.0, "mag_high": 26.0, "slope": 0.0, "shard": 0}
LAW = {"sources": "points", "source_list": "", "radius_low": 1.0, "radius_high": 4.0, "axis_ratio_low": 0.3}
LAW |= {"positions": "random", "spacing": 32.0, "avoid_sources": False, "psf_fwhm": FWHM, "poisson": False}
LAW |= {"gain": None, "saturation": None, "injection": "mine", **PER_IMAGE}
DETECTION = {"method": "sep", "threshold": 5.0, "threshold_sigma": 3.0, "min_area": 5, "deblend_thresholds": 32}
DETECTION |= {"deblend_contrast": 0.005, "combination": "weighted", "background_box": 64}
COMPLETENESS = {"n_images": 1, "match_radius": 2.0, "n_bins": 8, "n_bootstrap": 20}


def write_survey(folder, n=0, seed=0, **cards):
    """Write an exposure with point sources of known magnitudes, and its noise; return the sources."""
    rng = np.random.default_rng(seed)
    image = rng.normal(SKY, NOISE, (SIZE, SIZE)).astype(np.float32)
    places, mag = rng.uniform(0, SIZE - 1, (n, 2)), draw_magnitudes(22.0, 26.0, 0.0, n, rng)
    shape = {name: values[0] if n else 0 for name, values in points(max(n, 1)).items()}
    renderer, flux = Renderer(GaussianPsf(FWHM)), 10 ** (-0.4 * (mag - ZERO))
    for (x, y), own in zip(places, flux, strict=True):
        stamp, corner = renderer.draw({"x": x, "y": y, "flux": own, **shape})
        window, part = inside(stamp, corner, image.shape)
        image[window] += part
    hdu = fits.PrimaryHDU(image)
    hdu.header.update({"FILTER": "r", "BUNIT": "adu", "MAGZERO": ZERO, **cards})
    hdu.writeto(folder / "sky_sci.fits")
    fits.PrimaryHDU(np.full(image.shape, NOISE, np.float32)).writeto(folder / "sky_rms.fits")
    return places, mag, flux


def exposure_of(folder):
    """Return the settings of the exposure."""
    band = {"science": [str(folder / "sky_sci.fits")], "rms": [str(folder / "sky_rms.fits")], "zeropoint_ab": ZERO}
    options = plugins.check_options("datasets", "survey", {"bands": {"r": band}}, "here")
    return {"source": "survey", "options": options, "exposure": 0, "band": "r"}


def detect(folder):
    """Detect the sources of the exposure."""
    files = {"catalogue": folder / "before.ecsv", "segments": folder / "segments.npy", "about": folder / "before.json"}
    options = {**exposure_of(folder), "detection": DETECTION, "command": Command().model_dump()}
    detect_exposure(manifest="", images=[], **files, folder="", options=built(detect_exposure, options))
    return files


def inject(folder, shard=0, **law):
    """Inject sources into one image; return its files."""
    place = folder / str(shard)
    place.mkdir(exist_ok=True)
    names = {"injected": "image.fits", "truth": "truth.ecsv", "difference": "difference.fits", "cutout": "cutout.npy"}
    made = {key: place / name for key, name in names.items()}
    options = built(inject_sources, {**LAW, **exposure_of(folder), "shard": shard, **law})
    files = {"manifest": "", "images": [], "listed": [], "segments": folder / "segments.npy", "folder": ""}
    inject_sources(**files, **made, options=options, seed=1)
    return made


def recover(folder, before, n_images=1, **law):
    """Inject and detect sources in several images; return the rows of all sources and the limits."""
    found = []
    for shard in range(n_images):
        made = inject(folder, shard, n_images=n_images, **law)
        catalogues = {"catalogue": folder / str(shard) / "found.ecsv", "forced": folder / str(shard) / "forced.csv"}
        options = {**exposure_of(folder), "detection": DETECTION, "command": Command().model_dump(), "psf_fwhm": FWHM}
        files = {"images": [], "injected": made["injected"], "truth": made["truth"], "folder": ""}
        detect_injected(**files, **catalogues, options=built(detect_injected, options))
        found.append((made["truth"], catalogues["catalogue"], catalogues["forced"]))
    truths, after, forced = (list(paths) for paths in zip(*found, strict=True))
    made = {name: folder / f"{name}.csv" for name in ("recovered", "bins")} | {"limits": folder / "limits.json"}
    options = built(measure_completeness, {**COMPLETENESS, "n_images": n_images})
    files = {"before": before["catalogue"], "about": before["about"], "truths": truths, "catalogues": after}
    measure_completeness(**files, forced=forced, **made, options=options, seed=1)
    return read_csv(made["recovered"]), read_json(made["limits"])


def test_pulls_of_isolated_point_sources_have_unit_width(tmp_path):
    """In white noise at signal-to-noise ratios from 20 to 100."""
    write_survey(tmp_path)
    noise = NOISE / np.sqrt((GaussianPsf(FWHM).kernel() ** 2).sum())
    bright, faint = (ZERO - 2.5 * np.log10(snr * noise) for snr in (100, 20))
    law = {"positions": "grid", "mag_low": bright, "mag_high": faint, "n_per_image": 500}
    rows, _ = recover(tmp_path, detect(tmp_path), 5, **law)
    pulls = np.array([float(row["pull"]) for row in rows])
    assert len(pulls) == 2500
    assert pulls.std() == pytest.approx(1, abs=0.05)
    assert pulls.mean() == pytest.approx(0, abs=0.06), "three standard errors"
    assert np.mean([row["recovered"] == "1" for row in rows]) > 0.99


def test_completeness_by_injection_is_that_of_the_survey(tmp_path):
    """The sources of a survey, and those injected into it by the same laws, are detected equally often."""
    true, injected = [], []
    for seed in range(3):
        folder = tmp_path / str(seed)
        folder.mkdir()
        places, mag, flux = write_survey(folder, 400, seed)
        before = detect(folder)
        table = read_catalogue(before["catalogue"])
        after = Catalogue(np.column_stack([table["x"], table["y"]]), np.asarray(table["flux"]))
        nothing = Catalogue(np.zeros((0, 2)), np.zeros(0))
        true.append(np.stack([mag, match_injected(places, flux, after, nothing, 2.0) >= 0]))
        rows, limits = recover(folder, before, 4, n_per_image=100)
        injected.append(np.array([[float(row["mag"]), row["recovered"] == "1"] for row in rows]).T)
        assert limits["mag_90"][0] < limits["mag_50"][0]
    (mag, found), (mag_injected, recovered) = (np.concatenate(one, axis=1) for one in (true, injected))
    edges = np.linspace(22, 26, 9)
    n, m = np.histogram(mag, edges)[0], np.histogram(mag_injected, edges)[0]
    one, other = (np.histogram(a, edges, weights=b)[0] for a, b in ((mag, found), (mag_injected, recovered)))
    share = (one + other) / (n + m)
    mixed = (share > 0) & (share < 1)
    variance = (share * (1 - share) * (1 / n + 1 / m))[mixed]
    assert mixed.sum() >= 6
    assert chi2.sf((((one / n - other / m)[mixed]) ** 2 / variance).sum(), mixed.sum()) > 0.05
    assert share[0] > 0.9
    assert share[-1] < 0.5


def test_files_differ_in_pixels_alone_and_any_number_of_images_begins_alike(tmp_path):
    write_survey(tmp_path, 20)
    detect(tmp_path)
    original = (tmp_path / "sky_sci.fits").read_bytes()
    made = inject(tmp_path, n_images=1)
    alone = made["injected"].read_bytes()
    start = fits.open(tmp_path / "sky_sci.fits")[0].fileinfo()["datLoc"]
    assert (alone[:start], len(alone)) == (original[:start], len(original))
    difference = fits.getdata(made["difference"])
    expected = fits.getdata(tmp_path / "sky_sci.fits") + difference
    assert np.array_equal(fits.getdata(made["injected"]), expected)
    flux = np.asarray(read_catalogue(made["truth"])["flux"]).sum()
    assert difference.sum(dtype=float) == pytest.approx(flux, rel=0.02), "some lie at the edges"
    before, after, added = np.load(made["cutout"])
    assert np.abs(after - before - added).max() < 1e-4
    assert inject(tmp_path, n_images=7)["injected"].read_bytes() == alone


def test_sources_of_a_list_on_the_sky(tmp_path):
    cards = {"CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRPIX1": 300.0, "CRPIX2": 300.0, "CRVAL1": 53.0}
    cards |= {"CRVAL2": -27.0, "CD1_1": -1e-5, "CD1_2": 0.0, "CD2_1": 0.0, "CD2_2": 1e-5}
    write_survey(tmp_path, **cards)
    detect(tmp_path)
    columns = {"id": np.array(["a", "b"]), "ra": np.array([53.0, 53.0]), "dec": np.array([-27.0, -26.999])}
    write_catalogue(tmp_path / "list.ecsv", {**columns, "mag": np.array([20.0, 21.0])})
    made = inject(tmp_path, sources="listed", source_list=str(tmp_path / "list.ecsv"))
    truth = read_catalogue(made["truth"])
    assert np.asarray(truth["x"]) == pytest.approx([299, 299], abs=1e-3)
    assert np.asarray(truth["y"]) == pytest.approx([299, 399], abs=1e-3)
    assert fits.getdata(made["difference"]).sum(dtype=float) == pytest.approx(10**4 + 10**3.6, rel=1e-3)


@pytest.mark.parametrize(
    ("law", "line"),
    [
        ({"poisson": True}, "poisson needs the gain, and the file has no GAIN: set gain"),
        ({"psf_fwhm": None}, "its PSF is unknown: set psf_fwhm, or psf of the band"),
        ({"mag_low": 15.0, "mag_high": 16.0, "saturation": 20_000.0}, r"sources reach saturation, 20000: rows 0, 1"),
        ({"positions": "grid", "n_per_image": 2000}, "a grid with a spacing of 32 pixels has"),
        ({"band": "g"}, "no band 'g' in the survey; it has r"),
        ({"exposure": 1}, "band r: no image 1; it has 1, numbered from 0"),
    ],
)
def test_wrong_input_is_one_line_and_nothing_is_written(tmp_path, law, line):
    write_survey(tmp_path)
    detect(tmp_path)
    with pytest.raises(ValueError, match=line):
        options = built(inject_sources, {**LAW, **exposure_of(tmp_path), **law})
        place = {name: tmp_path / "out" / name for name in ("injected", "truth", "difference", "cutout")}
        files = {"manifest": "", "images": [], "listed": [], "segments": tmp_path / "segments.npy", "folder": ""}
        inject_sources(**files, **place, options=options, seed=1)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("columns", "line"),
    [
        ({"x": [5.0, 6.0], "y": [5.0, 6.0], "mag": [20.0, 21.0], "id": ["a", "a"]}, "ids that occur twice: a"),
        ({"x": [5.0, 900.0], "y": [5.0, 6.0], "mag": [20.0, 21.0]}, r"positions outside the field .*row 1 \(x=900"),
        ({"x": [5.0, 6.0], "y": [5.0, 10.0], "mag": [20.0, 21.0]}, "sources on masked pixels of .*: rows 1, from 0"),
        ({"x": [5.0], "y": [5.0]}, "no column flux or mag"),
    ],
)
def test_wrong_lists_are_named(tmp_path, columns, line):
    write_survey(tmp_path)
    with fits.open(tmp_path / "sky_sci.fits", mode="update") as file:
        file[0].data[10, 6] = np.nan
    detect(tmp_path)
    write_catalogue(tmp_path / "list.ecsv", {name: np.array(values) for name, values in columns.items()})
    with pytest.raises(ValueError, match=line):
        inject(tmp_path, sources="listed", source_list=str(tmp_path / "list.ecsv"))


def test_poisson_noise_is_that_of_the_gain(tmp_path):
    write_survey(tmp_path, GAIN=0.5)
    detect(tmp_path)
    law = {"mag_low": 17.9, "mag_high": 18.1, "n_per_image": 50, "positions": "grid", "spacing": 60.0}
    light, noisy = (fits.getdata(inject(tmp_path, poisson=one, **law)["difference"]) for one in (False, True))
    bright = light > 100
    square = (noisy - light)[bright] ** 2 / (light[bright] / 0.5)
    assert square.mean() == pytest.approx(1, abs=0.1)
