import numpy as np
import pytest

from workflow_scripts.surveys.uncertainty import MaskRule, variance_of

PLANES = {"MP_BAD": 0, "MP_SAT": 1, "MP_NO_DATA": 8}


@pytest.mark.parametrize(
    ("kind", "value", "scale", "variance"),
    [
        ("rms", 3.0, 1.0, 9.0),
        ("variance", 9.0, 1.0, 9.0),
        ("inverse_variance", 1 / 9, 1.0, 9.0),
        ("weight", 2.0, 18.0, 9.0),
        ("exposure", 200.0, 1800.0, 9.0),
    ],
)
def test_the_variance_of_a_map(kind, value, scale, variance):
    pixels = np.array([[value, 0.0, -1.0, np.nan, np.inf]], np.float32)
    np.testing.assert_allclose(variance_of(kind, pixels, scale)[0, 0], variance, rtol=1e-6)
    assert np.isinf(variance_of(kind, pixels, scale)[0, 1:]).all()  # no data


def test_faint_units_do_not_underflow():
    np.testing.assert_allclose(variance_of("rms", np.float32([[1e-30]])), 1e-60, rtol=1e-6)


@pytest.mark.parametrize(
    ("rule", "masked"),
    [
        (MaskRule(), [0, 1, 1, 1, 1]),
        (MaskRule(bits=(0,)), [0, 1, 0, 1, 0]),
        (MaskRule(bits=(1,)), [0, 0, 1, 1, 0]),
        (MaskRule(bits=(0, 8)), [0, 1, 0, 1, 1]),
        (MaskRule(bits=("SAT", "NO_DATA")), [0, 0, 1, 1, 1]),
        (MaskRule(values=(0,)), [1, 0, 0, 0, 0]),  # 1 is good, as in flag maps
        (MaskRule(values=(2, 256)), [0, 0, 1, 0, 1]),
    ],
)
@pytest.mark.parametrize("kind", [np.int32, np.uint16, np.float32])
def test_masks_by_bit_and_value(rule, masked, kind):
    pixels = np.array([[0, 1, 2, 3, 256]], kind)
    np.testing.assert_array_equal(rule.masked(pixels, PLANES, "a.fits"), np.array([masked], bool))


def test_the_highest_bit_of_signed_integers():
    pixels = np.array([[0, -(2**31), 2**30]], np.int32)
    np.testing.assert_array_equal(MaskRule(bits=(31,)).masked(pixels, {}, ""), [[False, True, False]])


def test_nan_in_a_mask_is_masked():
    for rule in (MaskRule(), MaskRule(bits=(0,)), MaskRule(values=(1,))):
        np.testing.assert_array_equal(rule.masked(np.array([[0.0, np.nan]]), {}, ""), [[False, True]])


def test_bits_that_do_not_exist():
    with pytest.raises(ValueError, match=r"^m.fits: no bit 'CR' in the header .* it names: BAD, NO_DATA, SAT"):
        MaskRule(bits=("CR",)).masked(np.zeros((1, 1), int), PLANES, "m.fits")
    with pytest.raises(ValueError, match=r"^m.fits: .* not integers"):
        MaskRule(bits=(1,)).masked(np.array([[0.5]]), {}, "m.fits")
