import numpy as np
import pytest

from workflow_scripts.blending.stamps import StampSet, overlap, shift_fraction


def make(images, own, noise=None, **about):
    n = len(images)
    labels = own.astype(np.int32) * 7
    return StampSet([(images, labels)], np.full(n, 7), np.ones(n) if noise is None else noise, range(n), **about)


def gaussian(size, fwhm, x=0.0, y=0.0):
    """Return a source as wide as a PSF, centred on the middle of a stamp and moved by (x, y)."""
    rows, columns = np.mgrid[: size[0], : size[1]]
    square = (columns - size[1] // 2 - x) ** 2 + (rows - size[0] // 2 - y) ** 2
    return np.exp(-4 * np.log(2) * square / fwhm**2).astype(np.float32)


@pytest.fixture
def own():
    masks = np.zeros((2, 24, 24), bool)
    masks[0, 4:14, 4:14] = True
    masks[1, 10:20, 8:18] = True
    return masks


@pytest.mark.parametrize("size", [(64, 64), (63, 65)])
def test_half_a_pixel_and_back_returns_a_source(size):
    source = gaussian(size, 3.0)
    back = shift_fraction(shift_fraction(source, 0.5, 0.5), -0.5, -0.5)
    assert np.abs(back - source).max() < 1e-4 * source.max()


@pytest.mark.parametrize("shift", [(0.5, 0.5), (-0.31, 0.17), (0.0, 0.49)])
@pytest.mark.parametrize("size", [(64, 64), (63, 65)])
def test_a_sub_pixel_shift_moves_a_source_where_it_should_be(size, shift):
    moved = shift_fraction(gaussian(size, 3.0), *shift)
    assert moved.dtype == np.float32
    assert np.abs(moved - gaussian(size, 3.0, *shift)).max() < 1e-3
    assert moved.sum(dtype=float) == pytest.approx(gaussian(size, 3.0).sum(dtype=float), rel=1e-6)


def test_bands_are_shifted_alike():
    image = np.stack([gaussian((32, 32), 3.0), 2 * gaussian((32, 32), 4.0)], axis=-1)
    moved = shift_fraction(image, 0.3, -0.2)
    for band in range(2):
        np.testing.assert_allclose(moved[..., band], shift_fraction(image[..., band], 0.3, -0.2), atol=1e-6)


def test_a_sub_pixel_shift_keeps_the_variance_of_noise():
    noise = np.random.default_rng(0).standard_normal((64, 64)).astype(np.float32)
    moved = shift_fraction(noise, 0.5, 0.5)
    assert (moved**2).sum() == pytest.approx((noise**2).sum(), rel=1e-5)


@pytest.mark.parametrize("shift", [(0, 0), (3, -2), (-5, 7), (30, 0), (-31, 0), (0, 20), (5, -200)])
def test_a_window_and_its_part_of_a_box_fit_each_other(shift):
    frame = np.zeros((20, 30))
    box = np.random.default_rng(0).random((6, 5))
    window, inner = overlap(8 + shift[1], 10 + shift[0], box.shape, frame.shape)
    frame[window] += box[inner]
    padded = np.zeros((500, 500))
    padded[208 + shift[1] : 214 + shift[1], 210 + shift[0] : 215 + shift[0]] = box
    np.testing.assert_array_equal(frame, padded[200:220, 200:230])


@pytest.mark.parametrize("subpixel", [False, True])
def test_outside_its_mask_a_real_stamp_adds_nothing(own, subpixel):
    stamps = make(np.ones(own.shape, np.float32), own, subpixel=subpixel)
    window, light, mask = stamps.place(1, (2, 1))
    frame = np.zeros((24, 24))
    frame[window] = light
    np.testing.assert_array_equal(frame > 0, np.roll(own[1], (1, 2), (0, 1)))
    np.testing.assert_array_equal(light > 0, mask)


def test_a_model_adds_all_its_light(own):
    image = np.random.default_rng(0).random(own.shape).astype(np.float32)
    window, light, mask = make(image, own, model=True).place(1, (0, 0))
    np.testing.assert_array_equal(light, image[1])
    assert mask is None


def test_whole_shifts_are_the_same_with_sub_pixel_shifts_allowed(own):
    image = np.random.default_rng(0).random(own.shape).astype(np.float32)
    one, other = (make(image, own, subpixel=subpixel).place(0, (3, -6)) for subpixel in (False, True))
    assert one[0] == other[0]
    np.testing.assert_array_equal(one[1], other[1])


def test_a_stamp_without_its_object_is_named(own):
    own[1] = False
    with pytest.raises(ValueError, match="galaxy 1: no pixel of its segmentation map has its label"):
        make(np.ones(own.shape, np.float32), own)


def test_pixels_that_are_no_numbers_are_named(own):
    image = np.ones(own.shape, np.float32)
    image[0, 3, 4] = np.nan
    with pytest.raises(ValueError, match="galaxy 0: 1 pixels of its stamp are NaN or infinite"):
        make(image, own)


def test_labels_beyond_a_byte_are_kept(own):
    labels = np.where(own[:1], 1164, 1164 - 1024)  # the same in their lowest byte
    stamps = StampSet([(np.ones((1, 24, 24), np.float32), labels)], [1164], [1.0], ["a"])
    assert stamps.masks[0].sum() == own[0].sum()


def test_a_model_that_reaches_the_edge_does_not_come_back_on_the_other_side():
    y, x = np.mgrid[:128, :128] - 64.0

    def light(right, up):
        return (100 * np.exp(-((x - right) ** 2 + (y - up) ** 2) / (2 * 20.0**2))).astype(np.float32)

    mask = (light(0, 0) > 1).astype(int)
    galaxies = StampSet([(light(0, 0)[None], mask[None])], np.ones(1, int), [1.0], [0], model=True, subpixel=True)
    window, moved, _ = galaxies.place(0, (20.5, -3.25))
    np.testing.assert_allclose(moved, light(20.5, -3.25)[window], atol=1e-4 * 100)
