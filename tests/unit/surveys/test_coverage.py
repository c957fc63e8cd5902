import numpy as np
import pytest
from survey_files import rotated_footprint, sky, written

from workflow_scripts.formats import image_planes
from workflow_scripts.formats.image_planes import open_plane
from workflow_scripts.surveys import coverage
from workflow_scripts.surveys.coverage import find_coverage

SHAPE = (200, 220)
FOOTPRINT = rotated_footprint(SHAPE)


def coverage_of(tmp_path, pixels, **cards):
    """Return the coverage of an image."""
    with open_plane(written(tmp_path / "a.fits", pixels, **cards)) as plane:
        return find_coverage(plane)


@pytest.fixture(params=[None, 1000])
def _strips(request, monkeypatch):
    """Read an image at once, and in strips of four rows."""
    if request.param:
        monkeypatch.setattr(coverage, "strips", lambda shape: image_planes.strips(shape, request.param))


@pytest.mark.usefixtures("_strips")
@pytest.mark.parametrize("level", [100.0, 0.0])  # a sky above 0, and a background-subtracted one
@pytest.mark.parametrize("value", [0.0, -999.0])
def test_the_corners_of_a_rotated_footprint_are_not_covered(tmp_path, level, value):
    pixels = np.where(FOOTPRINT, sky(SHAPE, level=level), value).astype(np.float32)
    found = coverage_of(tmp_path, pixels)
    np.testing.assert_array_equal(found.uncovered(), ~FOOTPRINT)
    assert (found.value, found.n_uncovered) == (value, np.count_nonzero(~FOOTPRINT))
    window = np.s_[5:90, 17:200]
    np.testing.assert_array_equal(found.uncovered(window), ~FOOTPRINT[window])
    assert "uncovered: none" in found.words
    assert f"{100 * (~FOOTPRINT).mean():.1f} %" in found.words


@pytest.mark.parametrize("width", [1, 3])
def test_integers_and_a_frame(tmp_path, width):
    pixels = np.rint(sky(SHAPE)).astype(np.int16)
    frame = np.ones(SHAPE, bool)
    frame[width:-width, width:-width] = False
    pixels[frame] = 0
    np.testing.assert_array_equal(coverage_of(tmp_path, pixels).uncovered(), frame)


def test_zeros_inside_the_image_are_pixels(tmp_path):
    """Only an area that is connected with the border is no data."""
    pixels = np.where(FOOTPRINT, sky(SHAPE), 0).astype(np.float32)
    pixels[95:105, 100:110] = 0
    assert not coverage_of(tmp_path, pixels).uncovered(np.s_[95:105, 100:110]).any()


def test_two_footprints_are_kept(tmp_path):
    covered = np.zeros(SHAPE, bool)
    covered[10:90, 20:200] = covered[110:190, 20:200] = True
    found = coverage_of(tmp_path, np.where(covered, sky(SHAPE), 0).astype(np.float32))
    np.testing.assert_array_equal(found.uncovered(), ~covered)


def sparse_picture(shape):
    """Return sources on a sky that is exactly 0, as in 8-bit pictures."""
    pixels = np.zeros(shape, np.uint8)
    for y, x in np.random.default_rng(0).integers(5, min(shape) - 5, (40, 2)):
        pixels[y - 3 : y + 4, x - 2 : x + 3] += 20
    return pixels


@pytest.mark.parametrize(
    "pixels",
    [
        sky(SHAPE),
        np.rint(sky(SHAPE)).astype(np.int16),
        np.random.default_rng(0).poisson(0.3, SHAPE).astype(np.uint8),  # most pixels are 0, and connected
        np.random.default_rng(0).poisson(0.6, SHAPE).astype(np.uint8),
        np.random.default_rng(0).poisson(1.0, SHAPE).astype(np.uint8),
        sparse_picture((300, 320)),
    ],
    ids=["float", "integer", "mostly zero", "half zero", "a third zero", "sparse"],
)
def test_sky_without_a_gap_is_covered(tmp_path, pixels):
    found = coverage_of(tmp_path, pixels)
    assert not found.uncovered().any()
    assert (found.value, found.n_uncovered) == (None, 0)


def test_a_border_of_nan_is_found_by_its_pixels_alone(tmp_path):
    pixels = np.where(FOOTPRINT, sky(SHAPE), np.nan).astype(np.float32)
    assert coverage_of(tmp_path, pixels).n_uncovered == 0
