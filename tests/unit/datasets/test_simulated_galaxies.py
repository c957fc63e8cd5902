"""Simulated galaxies: they depend on the item alone and have the stated attributes."""

import numpy as np
import pytest

from workflow_scripts.datasets.simulated_galaxies import CLASSES, Options, draw, read
from workflow_scripts.measuring.attributes import measure_attributes


def test_an_item_does_not_depend_on_how_many_there_are():
    few, many = list(read("", Options(n=4))), list(read("", Options(n=8)))
    for (a, row_a), (b, row_b) in zip(few, many, strict=False):
        assert np.array_equal(a, b)
        assert row_a == row_b
    assert not np.array_equal(few[0][0], draw(0, Options(n=4, seed=1))[0])


def test_classes_come_in_turn_and_sizes_are_as_requested():
    images, rows = zip(*read("", Options(n=8, size=64)), strict=True)
    assert [row["class"] for row in rows] == [*CLASSES, *CLASSES]
    assert {image.shape for image in images} == {(64, 64, 3)}


def test_attributes_are_those_of_the_light():
    options = Options(n=48, snr_low=100, snr_high=300, size=64)
    images, rows = zip(*[pair for pair in read("", options) if pair[1]["class"] != "merger"], strict=True)
    found = measure_attributes(np.array(images), options.psf_fwhm)
    for name in ("half_light_radius", "flux"):
        truth = np.array([row[name] for row in rows])
        assert abs(np.median(found[name] / truth) - 1) < 0.06, name
        assert np.corrcoef(found[name], truth)[0, 1] > 0.95, name
    assert np.abs(found["axis_ratio"] - [row["axis_ratio"] for row in rows]).mean() < 0.05


def test_noise_of_a_band_is_one():
    image, _ = draw(3, Options(snr_low=0.01, snr_high=0.02))
    assert image.std() == pytest.approx(1, rel=0.05)
