import subprocess
import sys

import pytest
import yaml
from running import ROOT

from workflow_scripts.settings import surveys
from workflow_scripts.settings.surveys import survey, survey_names

NAMES = ["cfhtls", "des", "euclid_vis", "hsc", "hst_acs", "hst_wfc3_ir", "jwst_nircam", "lsst"]
PUBLISHED = [  # band, pixel scale, zero point, PSF, depth
    ("lsst", "r", 0.2, 31.4, 0.81, 27.5),
    ("hsc", "HSC-I2", 0.168, 27.0, 0.61, 26.2),
    ("des", "Y", 0.263, 30.0, 0.90, 21.7),
    ("cfhtls", "i.MP9702", 0.186, 30.0, 0.64, 24.8),
    ("euclid_vis", "VIS", 0.1, None, 0.16, 24.5),
    ("hst_acs", "F814W", 0.05, 25.943, 0.095, None),
    ("hst_wfc3_ir", "F160W", 0.13, 25.9463, 0.147, None),
    ("jwst_nircam", "F150W", 0.031, None, 0.050, None),
    ("jwst_nircam", "F444W", 0.063, None, 0.145, None),
]


def test_all_presets_are_complete():
    """Every number has a source, and widths, depths and zero points are those of survey images."""
    assert survey_names() == NAMES
    for name in NAMES:
        one = survey(name)
        for key in one.bands:
            _, band = one.band(key)
            assert 0.02 < band.pixel_scale_arcsec < 0.3, (name, key)
            assert band.psf_fwhm_arcsec is None or 0.03 < band.psf_fwhm_arcsec < 1.3, (name, key)
            assert band.depth_ab is None or 21 < band.depth_ab < 28, (name, key)
            assert band.zeropoint_ab is None or 24 < band.zeropoint_ab < 32, (name, key)


@pytest.mark.parametrize(("name", "band", "scale", "zeropoint", "fwhm", "depth"), PUBLISHED)
def test_published_values(name, band, scale, zeropoint, fwhm, depth):
    _, found = survey(name).band(band)
    assert (found.pixel_scale_arcsec, found.zeropoint_ab, found.psf_fwhm_arcsec, found.depth_ab) == (
        *(scale, zeropoint, fwhm, depth),
    )


def test_unknown_names():
    assert survey("lsst").band("F814W") is None
    with pytest.raises(ValueError, match="^preset: no survey 'lst'; did you mean 'lsst'"):
        survey("lst")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda it: it["references"].pop("psf_fwhm_arcsec"), "references: no source of psf_fwhm_arcsec"),
        (lambda it: it.pop("depth_kind"), "depth_kind: missing"),
        (lambda it: it["bands"]["u"].update(psf_fwhm_arcsec=-1), "psf_fwhm_arcsec"),
        (lambda it: it.update(pixelscale=1), "pixelscale: unknown key"),
    ],
)
def test_a_faulty_preset_is_named(tmp_path, monkeypatch, change, words):
    content = yaml.safe_load((surveys.FOLDER / "lsst.yaml").read_text())
    change(content)
    (tmp_path / "mine.yaml").write_text(yaml.safe_dump(content))
    monkeypatch.setattr(surveys, "FOLDER", tmp_path)
    with pytest.raises(ValueError, match=rf"mine.yaml.*{words}"):
        survey("mine")


def test_presets_need_neither_numpy_nor_astropy():
    code = "import sys; from workflow_scripts.settings.surveys import survey; survey('lsst'); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert {"numpy", "astropy", "torch"} & set(loaded.split()) == set()
