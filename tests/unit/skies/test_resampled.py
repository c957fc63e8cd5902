"""The library of a part of the sky, and skies of it: rule and recipe without Snakemake."""

import numpy as np
import pytest

from workflow_scripts.formats.stacks import create_stack, open_stack
from workflow_scripts.measuring.unresolved_light import fit_unresolved
from workflow_scripts.rules.generation.generate_skies import READERS
from workflow_scripts.rules.patches.build_library import build_library
from workflow_scripts.runtime.entry import built
from workflow_scripts.scenes.scene import Scene
from workflow_scripts.settings import plugins
from workflow_scripts.skies import resampled, turned_fields

OPTIONS = {
    "detection": {
        "method": "sep",
        "threshold": 5.0,
        "threshold_sigma": 2.5,
        "min_area": 5,
        "deblend_thresholds": 32,
        "deblend_contrast": 0.001,
        "background_box": 64,
    },
    "faintest_sigma": 1.0,
    "reach": 8,
    "separation": 0.7,
    "n_bins": 2,
    "rounds": 1,
    "n_windows": 4,
}
OPTIONS["bright"] = {**OPTIONS["detection"], "threshold_sigma": 10}


def write_fields(fields, windows, images, corner=(0, 0)):
    """Write fields as those of strips of six, each a block and a window."""
    parent, number = np.divmod(np.arange(len(images)), 6)
    with create_stack(fields, unit="DN") as writer:
        x0, y0 = corner[0] + 64 * number, np.full(len(images), corner[1])
        writer.append(image=images, parent=parent, block=parent, x0=x0, y0=y0)
    with create_stack(windows, unit="DN") as writer:
        strips = np.stack([np.concatenate(list(strip), axis=1) for strip in images.reshape(-1, 6, 64, 64)])
        place = {name: np.full(len(strips), value) for name, value in zip(("x0", "y0"), corner, strict=True)}
        writer.append(image=strips, parent=np.arange(len(strips)), block=np.arange(len(strips)), **place)


def simulated(n_sources, seed=0, n_fields=6):
    """Return fields (n, 64, 64) cut from a strip of Gaussian sources on noise."""
    rng, shape = np.random.default_rng(seed), (64, 64 * n_fields)
    rows, columns = np.indices(shape)
    image = rng.normal(100, 5, shape)
    for x, y, peak in rng.uniform((0, 0, 60), (shape[1], 64, 300), (n_sources, 3)):
        image += peak * np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * 1.5**2))
    return np.stack(np.split(image.astype(np.float32), n_fields, axis=1))


def parts_of(folder, images, corner=(0, 0), **more):
    paths = {name: str(folder / f"{name}.h5") for name in ("fields", "windows", "sources", "pixels", "unresolved")}
    write_fields(paths["fields"], paths["windows"], images, corner)
    build_library(**paths, options=built(build_library, {**OPTIONS, **more}), seed=1, code="")
    kinds = {"library": "sources", "library_pixels": "pixels", "unresolved": "unresolved"}
    return {
        role: READERS[part.kind](paths[kinds[part.kind]], "cpu") for role, part in resampled.DECLARATION.parts.items()
    }


@pytest.fixture(scope="module")
def parts(tmp_path_factory):
    return parts_of(tmp_path_factory.mktemp("library"), simulated(60))


def fields(parts, n=40, **options):
    given = resampled.Options(**options)
    return zip(*resampled.compose(n, np.random.default_rng(0), Scene((64, 64)), parts, given), strict=True)


def test_fields_look_like_the_data(parts):
    images, truths, maps = fields(parts)
    real = simulated(60)
    assert np.mean(images) == pytest.approx(real.mean(), abs=1.0)
    assert np.median(images) == pytest.approx(np.median(real), abs=0.3)
    assert np.mean([len(truth["x"]) for truth in truths]) == pytest.approx(9.2, rel=0.25)
    variance = np.array([one["relative_variance"] for one in maps])
    assert variance.shape == np.array(images).shape
    assert variance.min() == 1


def test_truth_names_the_original_and_its_flux(parts):
    _, truths, _ = fields(parts, flux=0.1, size=0.05)
    flux = dict(zip(parts["library"].stamps.marks["id"], parts["library"].stamps.marks["flux"], strict=True))
    for truth in truths:
        original = np.array([flux[one] for one in truth["original"]])
        np.testing.assert_allclose(truth["flux"], original * truth["flux_factor"])
        assert (truth["size_factor"] != 1).all()
        for axis, side in (("x", 64), ("y", 64)):
            assert ((truth[axis] > -0.5) & (truth[axis] < side - 0.5)).all()


def test_density_is_as_requested(parts):
    few, many = (np.mean([len(one["x"]) for one in list(fields(parts, 60, density=k))[1]]) for k in (0.5, 2.0))
    assert many / few == pytest.approx(4, rel=0.25)


def test_the_same_seed_gives_the_same_fields(parts):
    one, other = (np.array(list(fields(parts, 3))[0]) for _ in range(2))
    np.testing.assert_array_equal(one, other)


def test_bright_sources_are_those_that_the_study_finds(parts):
    marks = parts["library"].stamps.marks
    bright = marks["bright"] > 0
    assert 0.2 < bright.mean() < 1
    assert np.median(marks["peak"][bright]) > np.median(marks["peak"][~bright])
    np.testing.assert_array_equal(parts["library"].pattern.bright, bright)


def test_all_windows_of_an_image_have_one_level(tmp_path):
    """Two images of different levels have two."""
    images = np.concatenate([simulated(60), simulated(60, 1) + 50])
    levels = parts_of(tmp_path, images, rounds=0)["unresolved"].levels
    np.testing.assert_allclose(levels, [100, 150], atol=1.0)


def test_too_few_sources_are_an_error(tmp_path):
    with pytest.raises(ValueError, match="sources whose centre lies inside; a library needs at least 16"):
        parts_of(tmp_path, simulated(4))


def test_an_image_without_sky_is_an_error():
    with pytest.raises(ValueError, match="sources leave no pixel of the sky"):
        fit_unresolved([np.ones((64, 64))], [np.zeros((64, 64), bool)], [0], 4)


@pytest.mark.parametrize("wrong", [{"density": 0}, {"flux": -1}, {"size": 0.5}])
def test_options_out_of_range_are_refused(wrong):
    (key,) = wrong
    with pytest.raises(ValueError, match=f"skies.mine.options.{key}"):
        plugins.check_options("skies", "resampled", wrong, "skies.mine")


def test_originals_are_found_in_their_parent_images(tmp_path):
    """Of two parent images that do not begin at pixel 0."""
    pictures = [simulated(60, seed) for seed in (1, 2)]
    table = parts_of(tmp_path, np.concatenate(pictures), rounds=0, corner=(1000, 500))["library"].stamps.marks
    np.testing.assert_array_equal(table["id"], np.arange(len(table["id"])) + 1)
    for parent, picture in enumerate(pictures):
        here = table["parent"] == parent
        x, y = (np.round(table[name][here]).astype(int) for name in ("x_parent", "y_parent"))
        assert here.sum() > 20
        assert (np.concatenate(picture, axis=1)[y - 500, x - 1000] > 120).mean() > 0.95


def test_an_image_without_sources_adds_none(tmp_path):
    images = [simulated(60), np.random.default_rng(3).normal(100, 5, (6, 64, 64)).astype(np.float32)]
    table = parts_of(tmp_path, np.concatenate(images), rounds=0)["library"].stamps.marks
    assert len(table["id"]) > 20
    assert (table["parent"] == 0).mean() > 0.95


@pytest.mark.parametrize("factor", [2.0**-70, 2.0**70])
def test_skies_scale_with_the_unit(parts, tmp_path, factor):
    (image,), _, _ = fields(parts, 1)
    (scaled,), _, _ = fields(parts_of(tmp_path, simulated(60) * np.float32(factor)), 1)
    np.testing.assert_allclose(scaled / np.float32(factor), image, rtol=1e-4)


def test_turned_fields_are_the_training_fields(tmp_path):
    known = simulated(30)
    rng, options = np.random.default_rng(0), turned_fields.Options(shift=0)
    control = turned_fields.compose(16, rng, Scene((64, 64)), {"fields": known}, options)
    sums = {round(float(one.sum()), -1) for one in known}
    for image, truth in control:
        assert round(float(image.sum()), -1) in sums
        assert not len(truth["x"])


def test_a_library_is_written_whole(parts, tmp_path):
    parts_of(tmp_path, simulated(60), rounds=0)
    with open_stack(str(tmp_path / "sources.h5")) as stack, open_stack(str(tmp_path / "pixels.h5")) as pixels:
        assert (stack["height"][:] * stack["width"][:]).sum() == len(pixels["light"])
        assert pixels["weight"][:].max() <= 1
        np.testing.assert_allclose(stack["rate"][:], 1 / (6 * 64 * 64))


def test_turned_rectangles_keep_their_shape():
    known = np.arange(24.0).reshape(1, 4, 6)
    options = turned_fields.Options(shift=0)
    control = turned_fields.compose(32, np.random.default_rng(0), Scene((4, 6)), {"fields": known}, options)
    images = [image for image, _ in control]
    assert {image.shape for image in images} == {(4, 6)}
    assert len({image.tobytes() for image in images}) == 4
