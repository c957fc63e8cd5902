import h5py
import numpy as np
import pytest

from workflow_scripts.formats.stacks import copy_attributes, create_stack, gather_stacks, open_stack


@pytest.fixture
def images():
    return np.random.default_rng(0).normal(size=(7, 5, 6)).astype(np.float32)


def write(path, images, **about):
    with create_stack(path, **about) as writer:
        writer.append(image=images[:3], row=np.arange(3))
        writer.append(image=images[3:], row=np.arange(3, len(images)))


def test_rows_appended_in_parts_come_back_in_order(tmp_path, images):
    write(tmp_path / "a.h5", images)
    with open_stack(tmp_path / "a.h5") as stack:
        assert len(stack) == 7
        assert "row" in stack
        assert "mask" not in stack
        np.testing.assert_array_equal(stack["image"][:], images)
        np.testing.assert_array_equal(stack["row"][:], np.arange(7))


def test_blocks_cover_every_row_once(tmp_path, images):
    write(tmp_path / "a.h5", images)
    with open_stack(tmp_path / "a.h5") as stack:
        blocks = list(stack.blocks("image", 3))
    assert [len(block) for block in blocks] == [3, 3, 1]
    np.testing.assert_array_equal(np.concatenate(blocks), images)


def test_the_same_content_is_the_same_bytes(tmp_path, images):
    write(tmp_path / "a.h5", images, unit="DN", seed=42)
    write(tmp_path / "b.h5", images, unit="DN", seed=42)
    write(tmp_path / "c.h5", images, unit="DN", seed=43)
    assert (tmp_path / "a.h5").read_bytes() == (tmp_path / "b.h5").read_bytes()
    assert (tmp_path / "a.h5").read_bytes() != (tmp_path / "c.h5").read_bytes()


def test_unknown_attributes_come_back_as_none(tmp_path, images):
    write(tmp_path / "a.h5", images, unit="electron / s", zeropoint_ab=25.96, seed=3, field_size=128)
    with open_stack(tmp_path / "a.h5") as stack:
        about = copy_attributes(stack)
        assert stack.attributes["seed"] == 3
        assert stack.attributes["field_size"] == 128
    known = {"unit": "electron / s", "band": "", "zeropoint_ab": 25.96}
    assert about == {**known, "pixel_scale_arcsec": None, "noise_level": None}


def test_described_attributes_are_kept(tmp_path, images):
    with create_stack(tmp_path / "a.h5") as writer:
        writer.append(image=images)
        writer.describe(columns="a,b")
    with open_stack(tmp_path / "a.h5") as stack:
        assert stack.attributes["columns"] == "a,b"


def test_columns_of_unequal_length_are_refused_and_nothing_appears(tmp_path, images):
    with pytest.raises(ValueError, match="unequal length"):
        with create_stack(tmp_path / "a.h5") as writer:
            writer.append(image=images, row=np.arange(6))
    assert list(tmp_path.iterdir()) == []


def test_a_column_that_comes_later_is_refused(tmp_path, images):
    with pytest.raises(ValueError, match="appended to a stack of"):
        with create_stack(tmp_path / "a.h5") as writer:
            writer.append(image=images)
            writer.append(image=images, row=np.arange(7))


def test_another_version_is_refused(tmp_path, images):
    write(tmp_path / "a.h5", images)
    with h5py.File(tmp_path / "a.h5", "a") as file:
        file.attrs["format_version"] = 99
    with pytest.raises(ValueError, match="format version 99"):
        with open_stack(tmp_path / "a.h5"):
            pass


def test_what_is_no_stack_is_refused(tmp_path):
    (tmp_path / "a.h5").write_bytes(b"no HDF5")
    with pytest.raises(ValueError, match="not a readable HDF5 stack"):
        with open_stack(tmp_path / "a.h5"):
            pass


def test_only_integers_are_compressed_and_chunks_are_whole_images(tmp_path, images):
    with create_stack(tmp_path / "a.h5") as writer:
        writer.append(image=images, label=np.zeros((7, 5, 6), np.int32))
    with h5py.File(tmp_path / "a.h5") as file:
        assert file["image"].compression is None
        assert file["label"].compression == "gzip"
        assert file["image"].chunks[1:] == (5, 6)


@pytest.mark.parametrize("block", [2, 256])
def test_gathering_shards_does_not_depend_on_the_block(tmp_path, images, block):
    write(tmp_path / "a.h5", images[:4])
    write(tmp_path / "b.h5", images[4:])
    with create_stack(tmp_path / "c.h5") as writer:
        gather_stacks([tmp_path / "a.h5", tmp_path / "b.h5"], writer, block=block)
    with open_stack(tmp_path / "c.h5") as stack:
        np.testing.assert_array_equal(stack["image"][:], images)


@pytest.mark.parametrize("kind", [np.float32, np.uint8, np.int64, bool])
def test_large_images_are_a_chunk_each_and_come_back(tmp_path, kind):
    rows = np.random.default_rng(0).integers(0, 2, (3, 600, 512)).astype(kind)
    with create_stack(tmp_path / "a.h5") as writer:
        writer.append(image=rows[:1])
        writer.append(image=rows[1:].astype(float))  # what is appended takes the column's type
        writer.append(image=np.asfortranarray(rows[:1]))
    with h5py.File(tmp_path / "a.h5") as file:
        assert file["image"].chunks == (1, 600, 512)
        assert file["image"].compression == (None if kind is np.float32 else "gzip")
        np.testing.assert_array_equal(file["image"][:], np.concatenate([rows, rows[:1]]))
