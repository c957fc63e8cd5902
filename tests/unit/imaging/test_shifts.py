import numpy as np
import pytest

from workflow_scripts.imaging.shifts import shift_stamps

Y, X = np.mgrid[:24, :24] - 12.0
BLOB = np.where(np.hypot(X, Y) < 9, 100 * np.exp(-(X**2 + Y**2) / 12), 0).astype(np.float32)


def shift_stamp(stamp, x, y):
    """Move one stamp, beside another one that moves otherwise."""
    return shift_stamps(np.stack([stamp, stamp]), np.array([x, -y]), np.array([y, x]))[0]


@pytest.mark.parametrize(("x", "y"), [(0.5, 0.0), (-0.3, 0.4), (0.5, -0.5)])
def test_centre_moves_and_flux_stays(x, y):
    moved = shift_stamp(BLOB, x, y)
    assert moved.sum() == pytest.approx(BLOB.sum(), rel=1e-6)
    assert (moved * X).sum() / moved.sum() == pytest.approx(x, abs=0.005)
    assert (moved * Y).sum() / moved.sum() == pytest.approx(y, abs=0.005)
    exact = 100 * np.exp(-((X - x) ** 2 + (Y - y) ** 2) / 12)
    assert np.abs(moved - exact).max() < 0.5
    assert moved.min() >= 0


def test_no_shift_is_the_stamp_and_there_and_back_too():
    np.testing.assert_allclose(shift_stamp(BLOB, 0.0, 0.0), BLOB, atol=1e-5)
    back = shift_stamp(shift_stamp(BLOB, 0.5, 0.5), -0.5, -0.5)
    assert np.abs(back - BLOB).max() < 0.5
    assert not shift_stamp(np.zeros((8, 8), np.float32), 0.5, 0.5).any()
    assert shift_stamps(np.zeros((0, 8, 8), np.float32), np.zeros(0), np.zeros(0)).shape == (0, 8, 8)
