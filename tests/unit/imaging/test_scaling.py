import numpy as np
import pytest

from workflow_scripts.formats.stacks import create_stack, open_stack
from workflow_scripts.imaging.scaling import enlarge, scale_factor, shrink
from workflow_scripts.rules.patches.shrink_fields import shrink_fields
from workflow_scripts.runtime.entry import built
from workflow_scripts.scenes.scene import Scene
from workflow_scripts.skies import end_to_end


def test_means_over_blocks():
    image = np.arange(16, dtype=np.float32).reshape(1, 4, 4)
    np.testing.assert_array_equal(shrink(image, 2), [[[2.5, 4.5], [10.5, 12.5]]])


@pytest.mark.parametrize(("side", "size", "factor"), [(1000, 64, 16), (1024, 64, 16), (1025, 64, 17), (64, 64, 1)])
def test_fields_are_padded_to_whole_blocks(side, size, factor):
    assert scale_factor((side, side), size) == factor


def test_light_is_kept_where_nothing_is_padded():
    images = np.random.default_rng(0).random((3, 128, 128), np.float32)
    np.testing.assert_allclose(16 * shrink(images, 32).sum(axis=(1, 2)), images.sum(axis=(1, 2)), rtol=1e-5)


def test_padding_is_sky():
    images = np.full((1, 100, 90), 2.0, np.float32)
    images[0, 40:44, 40:44] = 50
    small = shrink(images, 16)
    assert small.shape == (1, 16, 16)
    assert (small[0, :, 12:] == 2).all()
    assert (small[0, 14:] == 2).all()


@pytest.mark.parametrize("shape", [(128, 128), (100, 100), (100, 90), (30, 30)])
def test_a_reduced_field_survives_enlarging(shape):
    small = np.random.default_rng(1).random((32, 32)).astype(np.float32)
    large = enlarge(small, shape)
    assert large.shape == shape
    whole = shape[0] // scale_factor(shape, 32), shape[1] // scale_factor(shape, 32)
    again = shrink(large[None], 32)[0]
    np.testing.assert_allclose(again[: whole[0], : whole[1]], small[: whole[0], : whole[1]], rtol=1e-6)


def test_rule_writes_every_field_whatever_the_block(tmp_path, monkeypatch):
    images = np.random.default_rng(2).random((7, 48, 48), np.float32)
    with create_stack(tmp_path / "fields.h5", unit="DN", pixel_scale_arcsec=0.5) as writer:
        writer.append(image=images)
    for name, bytes_ in (("once", 2**26), ("pieces", 2 * 8 * 48 * 48)):
        monkeypatch.setattr("workflow_scripts.rules.patches.shrink_fields.BLOCK_BYTES", bytes_)
        path = str(tmp_path / f"{name}.h5")
        fields = str(tmp_path / "fields.h5")
        shrink_fields(fields=fields, small_fields=path, options=built(shrink_fields, {"size": 16}), seed=1, code="")
        with open_stack(path) as stack:
            np.testing.assert_array_equal(stack["image"][:], shrink(images, 16))
            assert (stack.attributes["factor"], stack.attributes["pixel_scale_arcsec"]) == (3, 1.5)
            assert stack.attributes["unit"] == "DN"


def test_end_to_end_sky_is_the_enlarged_image_of_its_stage():
    small = np.random.default_rng(3).normal(3, 2, (4, 16, 16)).astype(np.float32)
    scene, parts = Scene((60, 60)), {"fields": lambda n, rng: small[:n]}
    for image, truth in end_to_end.compose(3, None, scene, parts, end_to_end.Options()):
        assert image.shape == (60, 60)
        assert image.dtype == np.float32
        assert {len(column) for column in truth.values()} == {0}
    first, _ = next(end_to_end.compose(1, None, scene, parts, end_to_end.Options(round_to=1.0)))
    np.testing.assert_array_equal(first, np.round(enlarge(small[0], (60, 60))))
