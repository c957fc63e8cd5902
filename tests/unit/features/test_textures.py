import numpy as np
import pytest

from workflow_scripts.features import hog, local_binary_pattern, spectrum_row


def stripes(angle, side=64):
    y, x = np.mgrid[:side, :side]
    return 100 + 50 * np.sin(2 * np.pi * (x * np.cos(angle) + y * np.sin(angle)) / 8)


def test_gradients_of_stripes_lie_in_one_direction():
    images = np.stack([stripes(0), stripes(np.pi / 2)])
    values, columns = hog.extract(images, hog.Options())
    columns = [one.name for one in columns]
    assert values.shape == (2, 2 * 2 * 9)
    assert len(columns) == 36
    strongest = values.reshape(2, 4, 9).argmax(axis=2)
    assert len(set(strongest[0])) == len(set(strongest[1])) == 1
    assert strongest[0, 0] != strongest[1, 0]
    with pytest.raises(ValueError, match="are smaller than a block"):
        hog.extract(images[:, :20, :20], hog.Options())


def test_patterns_are_shares_that_a_turn_leaves():
    rng = np.random.default_rng(0)
    images = np.stack([rng.normal(size=(64, 64)), np.full((64, 64), 7.0)])
    values, columns = local_binary_pattern.extract(images, local_binary_pattern.Options())
    columns = [one.name for one in columns]
    assert values.shape == (2, 26)
    assert len(columns) == 26
    np.testing.assert_allclose(values.sum(axis=1), 1)
    assert values[1].max() == pytest.approx((48 / 64) ** 2), "a constant image has one pattern inside its border"
    turned, _ = local_binary_pattern.extract(images[:, ::-1], local_binary_pattern.Options())
    np.testing.assert_allclose(turned[0], values[0], atol=0.02)


@pytest.mark.parametrize("row", [0, 3, 32])
def test_a_row_of_the_spectrum_is_that_of_the_whole_transform(row):
    images = np.random.default_rng(0).normal(3, 1, (2, 64, 48))
    values, columns = spectrum_row.extract(images, spectrum_row.Options(row=row))
    columns = [one.name for one in columns]
    whole = np.abs(np.fft.fft2(images)) ** 2 / (64 * 48)
    np.testing.assert_allclose(10**values, whole[:, row, :25], rtol=1e-6)
    assert len(columns) == 25


def test_a_row_beyond_the_nyquist_is_refused():
    with pytest.raises(ValueError, match="beyond the Nyquist"):
        spectrum_row.extract(np.zeros((1, 16, 16)), spectrum_row.Options(row=9))
