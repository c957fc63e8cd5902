"""Deblenders on two Gaussians whose separate images are known."""

import h5py
import numpy as np
import pytest
from gaussian_blends import pair

from workflow_scripts.settings import plugins

FLUX = 5000.0
SEP, TEMPLATES = ("sep_single_band", "sep_combined"), ("symmetric_templates",)


def separate(name, blends, **given):
    """Return the sources of blends."""
    module = plugins.load("deblenders", name)
    return list(module.separate(blends, plugins.options_of(module, given)))


def fluxes(sources):
    """Return the flux of each source by band, ordered by x."""
    return sources.image.sum(axis=(1, 2))[np.argsort(sources.x)]


@pytest.mark.parametrize("name", [*SEP, *TEMPLATES])
def test_distant_sources_keep_their_light(name):
    blend, truth = pair(16)
    (sources,) = separate(name, [blend])
    assert len(sources.x) == 2
    assert np.sort(sources.x) == pytest.approx([16, 32], abs=0.2)
    assert fluxes(sources)[:, 0] == pytest.approx([FLUX, FLUX], rel=0.03)
    assert not (sources.mask[0] & sources.mask[1]).any()


@pytest.mark.parametrize("name", [*SEP, *TEMPLATES])
def test_colours_are_those_of_the_sources(name):
    blend, _ = pair(16, colours=((1.0, 2.0), (2.0, 1.0)))
    (sources,) = separate(name, [blend])
    assert fluxes(sources) == pytest.approx(FLUX * np.array([[1, 2], [2, 1]]), rel=0.04)


def test_the_band_of_the_detection_can_be_chosen():
    blend, _ = pair(16, colours=((1.0, 0.0), (1.0, 1.0)))
    found = [len(separate("sep_single_band", [blend], band=band)[0].x) for band in (0, 1)]
    assert found == [2, 1]
    with pytest.raises(ValueError, match="band 2 of 2"):
        separate("sep_single_band", [blend], band=2)


def test_templates_share_the_light_between_overlapping_sources():
    """Segments give each pixel to one source; templates divide it, and are nearer to the truth."""
    blend, truth = pair(6, colours=((1.0,), (0.5,)), noise=0.1)
    errors = {
        name: np.abs(separate(name, [blend])[0].image - truth).sum() for name in ("sep_combined", "symmetric_templates")
    }
    assert errors["symmetric_templates"] < 0.5 * errors["sep_combined"]


@pytest.mark.parametrize("name", SEP)
def test_an_empty_blend_has_no_sources(name):
    blend, _ = pair(16, colours=((0.0,), (0.0,)))
    (sources,) = separate(name, [blend])
    assert sources.image.shape == (0, 48, 48, 1)


def test_templates_without_detections():
    blend, _ = pair(16)
    (sources,) = separate("symmetric_templates", [type(blend)(0, blend.image, blend.variance, None, np.zeros((0, 2)))])
    assert sources.image.shape == (0, 48, 48, 1)
    assert sources.mask.shape == (0, 48, 48)


def write_results(path, **changes):
    """Write the results of a user: blend 1 has two sources, blend 0 one."""
    columns = {"blend": [1, 0, 1], "x": [1.0, 2.0, 3.0], "y": [4.0, 5.0, 6.0], "image": np.zeros((3, 48, 48))}
    columns = {**columns, "mask": np.zeros((3, 48, 48)), **changes}
    columns["image"] = columns["image"] + np.arange(3)[:, None, None]
    with h5py.File(path, "w") as file:
        for name, values in columns.items():
            if values is not None:
                file[name] = values
    return path


def test_results_are_read_blend_by_blend(tmp_path):
    blend, _ = pair(16)
    blends = [type(blend)(number, blend.image, blend.variance, None, None) for number in range(3)]
    found = separate("read_results", blends, file=str(write_results(tmp_path / "mine.h5")))
    assert [one.x.tolist() for one in found] == [[2], [1, 3], []]
    assert found[1].image[:, 0, 0, 0].tolist() == [0, 2]
    assert found[2].image.shape == (0, 48, 48, 1)


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"mask": None}, "no column mask; it has blend, image, x, y"),
        ({"x": [1.0]}, "columns of different lengths"),
        ({"mask": np.zeros((3, 9, 48))}, r"images \(48, 48\) with masks \(9, 48\); the blends are \(48, 48\)"),
    ],
)
def test_unusable_results_are_named(tmp_path, changes, line):
    blend, _ = pair(16)
    with pytest.raises(ValueError, match=line):
        separate("read_results", [blend], file=str(write_results(tmp_path / "mine.h5", **changes)))


def test_a_file_that_is_not_hdf5_is_named(tmp_path):
    (tmp_path / "mine.h5").write_text("text")
    blend, _ = pair(16)
    with pytest.raises(ValueError, match="mine.h5: not a readable HDF5 file"):
        separate("read_results", [blend], file=str(tmp_path / "mine.h5"))
