import numpy as np
import torch

from workflow_scripts.formats.stacks import create_stack
from workflow_scripts.training.data import Batches, as_channels, read_examples, turn_each


def test_channels_come_first():
    assert as_channels(np.zeros((5, 4, 3))).shape == (5, 1, 4, 3)
    assert as_channels(np.zeros((5, 4, 3, 2))).shape == (5, 2, 4, 3)
    assert as_channels(np.zeros((5, 4))).shape == (5, 4)


def test_examples_come_with_their_condition_and_attributes(tmp_path):
    with create_stack(tmp_path / "a.h5", unit="DN") as writer:
        writer.append(vector=np.eye(3, dtype=np.float32), condition=np.ones((3, 2)))
    x, condition, attributes = read_examples(tmp_path / "a.h5")
    np.testing.assert_array_equal(x, np.eye(3))
    assert condition.dtype == np.float32
    assert attributes["unit"] == "DN"


def test_batches_keep_examples_and_conditions_together():
    x = np.arange(10, dtype=np.float32)[:, None]
    batches = Batches(x, 10 * x, torch.device("cpu"), "none")
    batch = batches.draw(200, torch.Generator().manual_seed(0))
    torch.testing.assert_close(batch["condition"], 10 * batch["x"])
    assert set(batch["x"].ravel().tolist()) == set(range(10))


def test_all_eight_symmetries_come_equally_often_and_nothing_else():
    image = np.arange(9.0).reshape(3, 3)
    known = {np.rot90(turned, k).tobytes() for turned in (image, image.T) for k in range(4)}
    turned = turn_each(torch.tensor(image).expand(1600, 1, 3, 3), torch.Generator().manual_seed(0)).numpy()
    names, counts = np.unique([one.tobytes() for one in turned], return_counts=True)
    assert {bytes(name).ljust(72, b"\0") for name in names} == known
    assert counts.min() > 140
