"""A RealGalaxyCatalog as stamps: placed, brought to a common PSF, or drawn from its fits."""

import numpy as np
import pytest
from astropy.io import fits
from astropy.table import Table

from tests.unit.datasets.galaxies import LEVEL, SCALE, SIGMA, write_catalogue
from workflow_scripts.datasets.real_galaxies import Options, describe, fetch, read
from workflow_scripts.measuring.stamp_checks import measure_own

FLUX = 20.0


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return write_catalogue(tmp_path_factory.mktemp("galaxies"))


def stamps_of(files, **options):
    return list(read("", Options(files=files, **{"size": 96, **options})))


def flux_of(stamp, row):
    return measure_own(stamp["image"], stamp["segmentation"], row["segval"], stamp["noise"])["flux"]


def test_stamps_are_the_pixels_above_the_background(files):
    found = stamps_of(files)
    assert [row["id"] for _, row in found] == [100, 101, 102, 103]
    for stamp, row in found:
        assert stamp["image"].shape == stamp["segmentation"].shape == (96, 96)
        assert (stamp["image"].dtype, stamp["segmentation"].dtype) == (np.float32, np.int32)
        assert stamp["noise"] == pytest.approx(SIGMA)
        assert stamp["noise"].dtype == stamp["psf"].dtype == np.float32
        far = stamp["image"][:8]
        assert far.mean() == pytest.approx(0, abs=4 * SIGMA / np.sqrt(far.size) + LEVEL / 5)
        assert stamp["psf"].sum() == pytest.approx(1, abs=0.01)
        assert row["z"] == 0.7
        assert row["mag"] == pytest.approx(25.94 - 2.5 * np.log10(FLUX))
    about = describe("", Options(files=files))
    assert (about["pixel_scale_arcsec"], about["band"], about["model"], about["psf_matched"]) == (SCALE, "F814W", 0, 0)
    assert len(fetch("", Options(files=files))) == 4


@pytest.mark.parametrize("options", [{}, {"psf": "common", "psf_fwhm_arcsec": 0.2}, {"kind": "parametric"}])
def test_flux_is_the_catalogues(files, options):
    for stamp, row in stamps_of(files, **options):
        assert flux_of(stamp, row) == pytest.approx(FLUX, rel=0.06)


def width_of(psf):
    """Return the FWHM of a Gaussian PSF in arcsec, from its second moments."""
    y, x = np.indices(psf.shape) - psf.shape[0] // 2
    return 2.3548 * SCALE * np.sqrt((psf * (x**2 + y**2)).sum() / psf.sum() / 2)


@pytest.mark.parametrize("kind", ["real", "parametric"])
def test_a_common_psf_is_common(tmp_path, kind):
    """Galaxies seen under other PSFs look the same under a common one."""
    images = []
    for number, width in enumerate((0.08, 0.12)):
        (folder := tmp_path / str(number)).mkdir()
        given = write_catalogue(folder, n=1, psf_fwhm=width, flux=200.0)
        ((stamp, _),) = stamps_of(given, kind=kind, psf="common", psf_fwhm_arcsec=0.2)
        assert width_of(stamp["psf"]) == pytest.approx(0.2, rel=0.01)
        images.append(stamp["image"])
    difference = np.abs(images[0] - images[1]).max() / images[0].max()
    assert difference < (0.02 if kind == "real" else 1e-4)


def test_noise_is_propagated_to_the_common_psf(tmp_path):
    """The stated noise is that of the pixels to 3 %: six stamps have some 6000 independent pixels."""
    ratios = []
    for stamp, _ in stamps_of(write_catalogue(tmp_path, n=6, side=224), size=224, psf="common", psf_fwhm_arcsec=0.15):
        far = np.hypot(*(np.indices(stamp["image"].shape) - 112)) > 70
        far[:8] = far[-8:] = far[:, :8] = far[:, -8:] = False  # what lies outside of the stamp is missing there
        assert stamp["noise"] < SIGMA / 2
        ratios.append(stamp["image"][far].var() / stamp["noise"] ** 2)
    assert np.sqrt(np.mean(ratios)) == pytest.approx(1, abs=0.03)


def test_models_are_noiseless(files):
    options = {"kind": "parametric", "size": 128}
    for stamp, _ in stamps_of(files, **options):
        assert stamp["image"][:3].std() < SIGMA / 20
        assert stamp["noise"] == pytest.approx(SIGMA), "of the exposure that it stands for"
    assert describe("", Options(files=files, **options))["model"] == 1


@pytest.mark.parametrize("size", [65, 128])
def test_stamps_of_another_size_are_cut_or_padded(files, size):
    stamp, row = stamps_of(files, size=size)[0]
    assert stamp["image"].shape == (size, size)
    if size > 96:
        assert not stamp["image"][:16].any()
        assert not stamp["segmentation"][:16].any()
    assert flux_of(stamp, row) == pytest.approx(FLUX, rel=0.06)


def test_no_object_at_the_centre(tmp_path, caplog):
    files = write_catalogue(tmp_path, n=2, centred=False)
    with pytest.raises(ValueError, match=r"galaxies.fits: galaxy 100: no object above 5.* skip"):
        stamps_of(files, threshold_sigma=5.0)
    assert stamps_of(files, threshold_sigma=5.0, unusable="skip") == []
    assert "galaxy 101" in caplog.text


@pytest.mark.parametrize("psf", ["own", "common"])
def test_pixels_that_are_no_numbers(tmp_path, psf):
    files = write_catalogue(tmp_path, n=2)
    with fits.open(files[2], mode="update") as images:
        images[2].data[3, 4] = np.nan
    with pytest.raises(ValueError, match=r"galaxy 101: NaN or infinite pixels"):
        stamps_of(files, psf=psf)
    assert len(stamps_of(files, psf=psf, unusable="skip")) == 1


def test_a_common_psf_that_is_too_narrow(files):
    with pytest.raises(ValueError, match=r"galaxy 100: its PSF has 0.10\d arcsec: psf_fwhm_arcsec 0.1 must be"):
        stamps_of(files, psf="common", psf_fwhm_arcsec=0.1)


def test_parametric_galaxies_need_fits(tmp_path):
    files = write_catalogue(tmp_path, n=1, fitted=False)
    with pytest.raises(ValueError, match=r"galaxies_fits.fits has no columns sersicfit, bulgefit.*set kind: real"):
        stamps_of(files, kind="parametric")
    with pytest.raises(ValueError, match=r"galaxies_fits.fits is not among files"):
        stamps_of([name for name in files if "_fits" not in name], kind="parametric")


def test_files_that_are_missing_are_named(files, tmp_path):
    with pytest.raises(ValueError, match=r"galaxies.fits refers to psfs.fits, which is not among files"):
        fetch("", Options(files=[name for name in files if "psfs" not in name]))
    with pytest.raises(ValueError, match=r"one catalogue .* found none"):
        fetch("", Options(files=files[1:]))
    (tmp_path / "text.fits").write_text("no FITS")
    with pytest.raises(ValueError, match=r"text.fits: not a readable FITS file"):
        fetch("", Options(files=[str(tmp_path / "text.fits")]))


def test_stamps_of_different_scales(tmp_path):
    files = write_catalogue(tmp_path, n=2)
    table = Table.read(files[0])
    table["PIXEL_SCALE"][1] = 0.05
    table.write(files[0], overwrite=True)
    with pytest.raises(ValueError, match=r"pixel scales 0.03 to 0.05 arcsec"):
        describe("", Options(files=files))


def test_the_same_galaxy_gives_the_same_bytes(tmp_path):
    (given := tmp_path / "given").mkdir()
    options = {"files": write_catalogue(given, n=1), "psf": "common", "size": 96}
    first, again = (next(read("", Options(**options)))[0] for _ in range(2))
    for name in first:
        assert np.asarray(first[name]).tobytes() == np.asarray(again[name]).tobytes(), name
