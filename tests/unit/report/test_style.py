"""Images as displayed: one stretch for all, colours as the bands are."""

import numpy as np
from matplotlib.figure import Figure

from workflow_scripts.report.figure_data import as_pictures
from workflow_scripts.report.style import show_image, stretch_of


def test_every_band_has_a_stretch_of_its_own_as_if_it_were_alone():
    images = np.random.default_rng(0).normal([0, 10, 20], [1, 2, 3], (2, 16, 16, 3))
    for band, ends in enumerate(zip(*stretch_of(images), strict=True)):
        assert ends == stretch_of(images[..., band])


def test_three_bands_are_colours_and_others_are_averaged():
    three, two = np.arange(48.0).reshape(1, 4, 4, 3), np.arange(32.0).reshape(1, 4, 4, 2)
    np.testing.assert_array_equal(as_pictures(three), three)
    np.testing.assert_array_equal(as_pictures(two), two.mean(axis=-1))
    np.testing.assert_array_equal(as_pictures(two[..., 0]), two[..., 0])


def test_the_last_band_is_red():
    image = np.zeros((4, 4, 3))
    image[..., 2] = 1  # bands run from blue to red
    axes = Figure().subplots()
    show_image(axes, image, (np.zeros(3), np.ones(3), np.ones(3)))
    assert axes.images[0].get_array()[0, 0].tolist() == [1, 0, 0]
