import logging

import numpy as np
import pytest
from skimage import io

from workflow_scripts.formats.image_sources import list_of_skipped, open_images
from workflow_scripts.formats.stacks import create_stack


@pytest.fixture
def files(tmp_path):
    """Return five files of 8-bit images of 12x10 pixels, each of one grey value."""
    paths = [str(tmp_path / f"sky{n}.png") for n in range(5)]
    for n, path in enumerate(paths):
        io.imsave(path, np.full((10, 12), 40 * n, np.uint8), check_contrast=False)
    return paths


def read(images, size=2, **options):
    with open_images(images, **options) as source:
        blocks = list(source.blocks(size))
        return source, np.concatenate([n for n, _ in blocks]), np.concatenate([i for _, i in blocks])


def test_files_come_in_blocks_with_their_names(files):
    source, numbers, images = read(files)
    assert numbers.tolist() == [0, 1, 2, 3, 4]
    assert images.dtype == np.uint8
    assert images[:, 0, 0].tolist() == [0, 40, 80, 120, 160]
    assert source.shape == (10, 12)
    assert source.columns()["name"][:2].tolist() == [b"sky0", b"sky1"]
    assert len(read(files[0])[1]) == 1


def test_a_stack_hands_on_fields_and_scores(tmp_path):
    with create_stack(tmp_path / "a.h5") as writer:
        writer.append(image=np.ones((3, 4, 4)), field=np.array([5, 5, 6]), score=np.array([1.0, 2, 3]))
    source, numbers, _ = read(str(tmp_path / "a.h5"))
    assert numbers.tolist() == [0, 1, 2]
    assert list_of_skipped(source) == {"n_skipped": 0, "skipped": ""}


def test_images_of_one_block_are_one_group(tmp_path):
    with create_stack(tmp_path / "sky.h5") as writer:
        writer.append(image=np.zeros((4, 2, 2)), field=np.arange(4), block=np.array([3, 3, 5, 5]))
    with open_images(str(tmp_path / "sky.h5")) as source:
        assert source.columns()["group"].tolist() == [3, 3, 5, 5]


@pytest.mark.parametrize("kind", ["cut off", "another size", "more bands", "nan"])
def test_a_broken_file_is_named_and_skipped_only_on_request(files, kind, tmp_path, caplog):
    if kind == "cut off":
        (tmp_path / "sky2.png").write_bytes((tmp_path / "sky2.png").read_bytes()[:40])
    elif kind == "nan":
        files[2] = str(tmp_path / "sky2.npy")
        np.save(files[2], np.full((10, 12), np.nan))
    else:
        shape = (11, 12) if kind == "another size" else (10, 12, 3)
        io.imsave(files[2], np.zeros(shape, np.uint8), check_contrast=False)
    with pytest.raises(ValueError, match=r"sky2.* to skip it set score.skip_broken: true"):
        read(files)
    with caplog.at_level(logging.WARNING):
        source, numbers, _ = read(files, skip_broken=True)
    assert numbers.tolist() == [0, 1, 3, 4]
    assert "sky2" in caplog.text
    listed = list_of_skipped(source)
    assert listed["n_skipped"] == 1
    assert "sky2" in listed["skipped"]


def test_no_image_at_all(files, tmp_path):
    for path in tmp_path.glob("*.png"):
        path.write_bytes(b"no")
    with pytest.raises(ValueError, match="none of 5 files"):
        read(files, skip_broken=True)
    with create_stack(tmp_path / "a.h5") as writer:
        writer.append(image=np.ones((0, 4, 4)))
    with pytest.raises(ValueError, match="no images"):
        read([str(tmp_path / "a.h5")])
    with create_stack(tmp_path / "a.h5") as writer:
        writer.append(value=np.ones((3, 4)))
    with pytest.raises(ValueError, match="no column `image`; it has value"):
        read([str(tmp_path / "a.h5")])


def test_files_of_one_name_keep_their_folders(files, tmp_path):
    (tmp_path / "b").mkdir()
    again = tmp_path / "b" / "sky0.png"
    again.write_bytes((tmp_path / "sky0.png").read_bytes())
    source, _, _ = read([files[0], str(again)])
    assert source.columns()["name"].tolist() == [files[0].encode(), str(again).encode()]
