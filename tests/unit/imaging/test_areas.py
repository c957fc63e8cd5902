import numpy as np
import pytest
from scipy import ndimage

from workflow_scripts.imaging.areas import connect


def cut(mask, rows):
    """Return the strips of a mask."""
    return [mask[start : start + rows] for start in range(0, len(mask), rows)]


@pytest.mark.parametrize("rows", [1, 2, 7, 40, 100])
@pytest.mark.parametrize("density", [0.05, 0.55, 0.6, 0.95])
def test_strips_give_the_areas_of_the_whole_image(rows, density):
    mask = np.random.default_rng(0).random((40, 31)) < density
    labels, n = ndimage.label(mask)
    sizes = np.bincount(labels.ravel())[1:]
    border = np.unique(np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]]))
    areas = connect(cut(mask, rows))
    assert sorted(areas.n_pixels) == sorted(sizes)
    assert sorted(areas.n_pixels[areas.on_border]) == sorted(sizes[border[border > 0] - 1])
    keep = areas.on_border & (areas.n_pixels >= 4)
    chosen = np.concatenate([areas.chosen(strip, k, keep) for k, strip in enumerate(cut(mask, rows))])
    wanted = np.isin(labels, border[border > 0]) & np.isin(labels, np.flatnonzero(sizes >= 4) + 1)
    np.testing.assert_array_equal(chosen, wanted)


def test_a_spiral_over_many_strips_is_one_area():
    """Its turns meet only at the centre."""
    mask = np.zeros((31, 31), bool)
    y = x = 15
    for turn, (dy, dx) in enumerate([(0, 1), (1, 0), (0, -1), (-1, 0)] * 7):
        for _ in range(2 * (turn // 2 + 1)):
            if 0 <= y < 31 and 0 <= x < 31:
                mask[y, x] = True
            y, x = y + dy, x + dx
    assert connect(cut(mask, 3)).n_pixels.tolist() == [mask.sum()]


@pytest.mark.parametrize("value", [False, True])
def test_empty_and_full_images(value):
    areas = connect(cut(np.full((10, 12), value), 4))
    assert areas.n_pixels.tolist() == ([120] if value else [])
    assert areas.on_border.tolist() == ([True] if value else [])
