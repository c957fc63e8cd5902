import numpy as np

from workflow_scripts.features.intensity_histogram import Options, extract


def test_counts_sum_to_the_pixels_and_values_beyond_count_at_the_ends():
    images = np.random.default_rng(0).normal(100, 200, (3, 20, 21))
    values, columns = extract(images, Options(bins=16))
    columns = [one.name for one in columns]
    assert values.shape == (3, 16)
    assert columns[:2] == ["grey_0", "grey_1"]
    assert (values.sum(axis=1) == 420).all()
    assert values[0, 0] == (images[0] < 16).sum()
    assert values[0, -1] == (images[0] >= 240).sum()


def test_a_known_histogram():
    image = np.array([[0, 63.9, 64], [127, 255, 300]])
    np.testing.assert_array_equal(extract(image[None], Options(bins=4))[0], [[2, 2, 0, 2]])


def test_bytes_take_the_fast_path_to_the_same_counts():
    images = np.random.default_rng(0).integers(0, 256, (2, 50, 50), np.uint8)
    fast, _ = extract(images, Options())
    general, _ = extract(images.astype(np.float32), Options())
    np.testing.assert_array_equal(fast, general)
    np.testing.assert_array_equal(fast[0], [(images[0] == grey).sum() for grey in range(256)])
