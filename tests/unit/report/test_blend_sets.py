import numpy as np
import pytest

from workflow_scripts.formats.stacks import create_stack, open_stack
from workflow_scripts.report.blend_sets import check_noise


def noise_of(path, stated, real):
    """Check blends of two galaxies whose noise has deviation 3 and whose variance map states something."""
    rng = np.random.default_rng(0)
    masks = np.zeros((40, 2, 32, 32), np.uint8)
    masks[:, 0, 4:20, 4:20] = masks[:, 1, 12:28, 12:28] = 1
    light = 50 * masks.astype(np.float32)
    image = light.sum(axis=1) + 3 * rng.standard_normal((40, 32, 32)).astype(np.float32)
    own = np.ones_like(light) * masks
    columns = {"masked_truth": light, "truth_variance": own} if real else {"truth": light}
    variance = np.full(image.shape, stated**2, np.float32) + (own.sum(axis=1) if real else 0)
    with create_stack(path) as writer:
        writer.append(image=image, variance=variance, masks=masks, **columns)
    with open_stack(path) as stack:
        return check_noise(stack)


@pytest.mark.parametrize("real", [True, False])
def test_true_map_gives_one_everywhere(tmp_path, real):
    found = noise_of(tmp_path / "blends.h5", 3.0, real)
    assert {name: row["n"] for name, row in found.items()} == {
        "background": 40 * (1024 - 2 * 256 + 64),
        "one galaxy": 40 * (2 * 256 - 128),
        "overlap": 40 * 64,
    }
    for row in found.values():
        assert row["ratio"] == pytest.approx(1, abs=4 / np.sqrt(2 * row["n"]))


def test_wrong_map_is_seen(tmp_path):
    assert noise_of(tmp_path / "blends.h5", 2.5, True)["background"]["ratio"] == pytest.approx(1.2, abs=0.02)


def test_where_nothing_was_added_nothing_is_measured(tmp_path):
    found = noise_of(tmp_path / "blends.h5", 0.0, True)
    assert all(row["n"] == 0 and row["added"] == 0 and np.isnan(row["ratio"]) for row in found.values())
