import logging

import numpy as np
import pytest
from astropy.io import fits
from survey_files import sky, written

from workflow_scripts.surveys.exposures import Layer, open_exposure
from workflow_scripts.surveys.grouping import describe_images, group_images

PIXELS = sky((40, 50))


def grouped(paths):
    """Return the bands of files."""
    return group_images([image for path in paths for image in describe_images(str(path))])


def test_files_of_one_pattern_are_grouped_by_band_and_role(tmp_path, caplog):
    """The pattern *.fits also matches maps: none of them becomes a field."""
    paths = [
        written(tmp_path / f"s_{band}_{role}.fits", PIXELS * factor, FILTER=band)
        for band in ("F435W", "F814W")
        for role, factor in (("sci", 1), ("rms", 2), ("wht", 3), ("mask", 0), ("seg", 0))
    ]
    with caplog.at_level(logging.INFO):
        bands = grouped(paths)
    assert list(bands) == ["f435w", "f814w"]
    (exposure,) = bands["f814w"]
    path = str(tmp_path / "s_F814W_")
    assert (exposure.science, exposure.uncertainty, exposure.kind, exposure.mask) == (
        *(Layer(f"{path}sci.fits"), Layer(f"{path}rms.fits"), "rms", Layer(f"{path}mask.fits")),
    )
    assert f"band f814w: {path}sci.fits with rms map {path}rms.fits, mask map {path}mask.fits" in caplog.messages


def test_several_images_of_one_band(tmp_path):
    paths = [written(tmp_path / f"{name}_r.fits", PIXELS) for name in ("north", "south")]
    bands = grouped(paths)
    assert [one.science.path for one in bands["r"]] == paths
    assert [(one.uncertainty, one.mask) for one in bands["r"]] == [(None, None)] * 2


def test_extensions_of_one_file(tmp_path):
    """As LSST: image, mask and variance."""
    hdus = [fits.ImageHDU(PIXELS, name="IMAGE"), fits.ImageHDU(np.zeros((40, 50), np.int32), name="MASK")]
    file = fits.HDUList([fits.PrimaryHDU(), *hdus, fits.ImageHDU(np.full((40, 50), 9.0), name="VARIANCE")])
    file[0].header["FILTER"] = "i"
    file.writeto(tmp_path / "calexp.fits")
    (exposure,) = grouped([tmp_path / "calexp.fits"])["i"]
    assert [one.extension for one in (exposure.science, exposure.mask, exposure.uncertainty)] == [1, 2, 3]
    with open_exposure(exposure) as opened:
        pixels = opened.read()
    np.testing.assert_array_equal(pixels.image, PIXELS)
    assert (pixels.variance == 9).all()


def test_versions_of_extensions_belong_together(tmp_path):
    """As two chips of HST: SCI,1 ERR,1 DQ,1 SCI,2 ERR,2 DQ,2."""
    hdus = [
        fits.ImageHDU(PIXELS * version, name=name, ver=version) for version in (1, 2) for name in ("SCI", "ERR", "DQ")
    ]
    file = fits.HDUList([fits.PrimaryHDU(), *hdus])
    file[0].header["FILTER"] = "F606W"
    file.writeto(tmp_path / "j_flt.fits")
    exposures = grouped([tmp_path / "j_flt.fits"])["f606w"]
    layers = [(one.science.extension, one.uncertainty.extension, one.mask.extension) for one in exposures]
    assert layers == [(1, 2, 3), (4, 5, 6)]


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["a_r_wht.fits"], r"no science image among the files \(.*a_r_wht.fits\)"),
        (["a_r_sci.fits", "b_r_wht.fits"], "b_r_wht.fits: a weight map that belongs to no image of the same name"),
        (["a_r_sci.fits", "a_r_drz.fits", "a_r_wht.fits"], "a_r_wht.fits: .* belongs to several images"),
        (["a_r_sci.fits", "a_r_wht.fits", "a_r_weight.fits"], "a_r_weight.fits: .* has another weight map"),
        (["mosaic.fits"], "mosaic.fits: no band"),
    ],
)
def test_files_that_cannot_be_grouped(tmp_path, names, words):
    with pytest.raises(ValueError, match=words):
        grouped([written(tmp_path / name, PIXELS) for name in names])


def test_a_file_without_an_image(tmp_path):
    table = fits.BinTableHDU.from_columns([fits.Column("A", "E", array=[1.0])], name="CAT")
    fits.HDUList([fits.PrimaryHDU(), table]).writeto(tmp_path / "cat.fits")
    with pytest.raises(ValueError, match=r"cat.fits: it contains no image; its extensions: .*CAT \(table\)"):
        grouped([tmp_path / "cat.fits"])
