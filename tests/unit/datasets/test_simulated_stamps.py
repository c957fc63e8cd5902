"""Models of simulated galaxies as stamps: the light of `simulated_galaxies` without its noise."""

import numpy as np
import pytest

from workflow_scripts.datasets import simulated_galaxies
from workflow_scripts.datasets.simulated_stamps import Options, describe, draw_psf, half_radius, own_pixels, read

GIVEN = {"n": 4, "size": 48, "radius_high": 5.0}


def test_a_model_is_the_galaxy_without_its_noise():
    noisy = simulated_galaxies.read("", simulated_galaxies.Options(**GIVEN))
    for (stamp, row), (image, known) in zip(read("", Options(**GIVEN)), noisy, strict=True):
        residual = image - stamp["image"]
        assert residual.std() == pytest.approx(1, rel=0.05)
        assert row["mag"] == pytest.approx(-2.5 * np.log10(known["flux"]), abs=0.2), "the stamp has most of the light"
        assert stamp["noise"].tolist() == [1, 1, 1]


def test_one_band_is_the_middle_one():
    (one, row), *_ = read("", Options(**GIVEN, n_bands=1))
    (three, _), *_ = read("", Options(**GIVEN))
    assert np.array_equal(one["image"], three["image"][..., 1])
    assert one["noise"].shape == ()
    assert 10 ** (-0.4 * row["mag"]) == pytest.approx(one["image"].sum(), rel=1e-5)
    assert [describe("", Options(n_bands=n))["band"] for n in (1, 3)] == ["middle", ["blue", "middle", "red"]]


def test_the_radius_of_a_disc_encloses_half_of_its_light():
    y, x = np.mgrid[:101, :101] - 50
    disc = (np.hypot(x, y) <= 40).astype(float)
    assert half_radius(disc) == pytest.approx(40 / np.sqrt(2), rel=0.01)


def test_faint_galaxies_have_pixels_of_their_own():
    light = np.array([[0.1, 0.5], [0.2, 0.3]])
    assert own_pixels(light, 1.0).tolist() == [[0, 1], [0, 1]]
    assert own_pixels(10 * light, 1.5).tolist() == [[0, 1], [1, 1]]


def test_the_psf_is_centred_and_whole():
    psf = draw_psf(2.5)
    assert psf.sum() == pytest.approx(1, abs=1e-3)
    assert np.unravel_index(psf.argmax(), psf.shape) == (psf.shape[0] // 2,) * 2
