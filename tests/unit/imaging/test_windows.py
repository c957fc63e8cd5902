import numpy as np
import pytest

from tests.unit.imaging.test_blocks import stack_of
from workflow_scripts.formats.photometry import Photometry
from workflow_scripts.formats.sky_images import Pixels, SkyImage, image_in_memory
from workflow_scripts.imaging.blocks import stored_blocks
from workflow_scripts.imaging.windows import cut_window, fields_of, inside_block, read_windows


@pytest.mark.parametrize("margin", [0, 2, 30])
@pytest.mark.parametrize("number", range(4))
def test_a_window_shows_the_image_around_its_block(number, margin):
    image = np.random.default_rng(0).normal(size=(43, 66)).astype(np.float32)
    stack = stack_of(image.shape)
    block = stored_blocks(stack)[number]
    window = cut_window(image_in_memory(image, {"name": "a"}, ""), block, margin, (20 + 2 * margin, 21 + 2 * margin))
    assert window.pixels.shape == (20 + 2 * margin, 21 + 2 * margin)
    rows, columns = np.nonzero(window.covered)
    np.testing.assert_array_equal(
        window.pixels[window.covered], image[rows + window.origin[1], columns + window.origin[0]]
    )
    assert not window.pixels[~window.covered].any()
    near = [
        np.clip([low - margin, low + 20 + margin], 0, side) for low, side in zip(block.corner, (66, 43), strict=True)
    ]
    assert window.covered.sum() >= np.prod(np.diff(near))
    inside = inside_block(window, block)
    assert inside.sum() == 400
    assert window.covered[inside].all()
    cut = fields_of(window.pixels, window, block)
    for field, row in zip(cut, block.rows, strict=True):
        x, y = stack["x0"][row], stack["y0"][row]
        np.testing.assert_array_equal(field, image[y : y + 10, x : x + 10])


def test_fields_are_windows_where_each_image_is_one():
    stack = {
        "block": np.arange(3),
        "x0": np.zeros(3, int),
        "y0": np.zeros(3, int),
        "image": np.random.default_rng(0).random((3, 4, 5)),
    }
    windows = list(read_windows(stack))
    assert [window.block for window in windows] == [0, 1, 2]
    np.testing.assert_array_equal([window.pixels for window in windows], stack["image"])
    assert all(window.covered.all() for window in windows)


def test_masked_pixels_of_bands_are_not_covered():
    """One pixel of the second band is masked: 0, not covered and of infinite variance, as are pixels outside."""
    image = np.random.default_rng(0).normal(size=(43, 66, 2))
    masked = np.zeros(image.shape, bool)
    masked[20, 30, 1] = True

    def read_window(window):
        return Pixels(image[window], np.full(image[window].shape, 4.0), masked[window])

    sky = SkyImage("a", (43, 66), Photometry(("g", "r")), read_window, may_be_masked=True)
    block = stored_blocks(stack_of((43, 66)))[0]
    window = cut_window(sky, block, 30, (80, 81))
    inside = np.zeros(window.covered.shape, bool)
    x, y = -window.origin
    inside[y : y + 43, x : x + 66] = True
    expected = inside.copy()
    expected[20 + y, 30 + x, 1] = False
    np.testing.assert_array_equal(window.covered, expected)
    assert not window.pixels[~expected].any()
    assert np.isinf(window.variance[~expected & ~inside]).all()
    np.testing.assert_array_equal(window.variance[expected], 4.0)
