import numpy as np
import pytest

from workflow_scripts.features.thumbnail import Options, extract


def test_block_means_by_hand():
    image = np.arange(24.0).reshape(1, 4, 6)
    values, columns = extract(image, Options(side=2))
    columns = [one.name for one in columns]
    assert values.tolist() == [[4, 7, 16, 19]]
    assert columns == ["pixel_0_0", "pixel_0_1", "pixel_1_0", "pixel_1_1"]


def test_odd_sizes_lose_no_pixel_and_small_ones_are_refused():
    values, _ = extract(np.ones((3, 7, 5)), Options(side=3))
    assert (values == 1).all()
    with pytest.raises(ValueError, match="5x7 px are smaller than 6x6"):
        extract(np.ones((3, 7, 5)), Options(side=6))
