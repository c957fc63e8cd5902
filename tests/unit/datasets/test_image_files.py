import hashlib

import numpy as np
import pytest

from workflow_scripts.datasets.image_files import Options, fetch, one_plane, read


@pytest.fixture
def paths(tmp_path):
    images = np.random.default_rng(0).integers(0, 255, (2, 6, 8, 3))
    for number, image in enumerate(images):
        np.save(tmp_path / f"{number}.npy", image)
    return [str(tmp_path / f"{number}.npy") for number in range(2)], images


@pytest.mark.parametrize("band", [-1, 0, 2])
def test_images_come_as_one_plane_with_their_labels(paths, band):
    files, images = paths
    read_images = list(read("", Options(files=files, band=band, unit="nJy", photometric=True, zeropoint_ab=31.4)))
    for (image, labels), name, given in zip(read_images, files, images, strict=True):
        assert image.dtype == np.float32
        np.testing.assert_allclose(image, given.mean(axis=-1) if band < 0 else given[..., band], rtol=1e-6)
        assert labels["name"] == name
        assert (labels["unit"], labels["zeropoint_ab"]) == ("nJy", 31.4)
    assert next(read("", Options(files=files)))[1]["zeropoint_ab"] is None


def test_files_are_recorded_with_their_checksums(paths, tmp_path):
    for record, name in zip(fetch("", Options(files=paths[0])), paths[0], strict=True):
        content = (tmp_path / name).read_bytes()
        assert record == {"file": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


@pytest.mark.parametrize("shape", [(4,), (3, 40, 40), (2, 4, 4, 3)])
def test_other_shapes_are_refused(shape):
    with pytest.raises(ValueError, match=r"a.fits: an image of shape"):
        one_plane(np.zeros(shape), -1, "a.fits")
