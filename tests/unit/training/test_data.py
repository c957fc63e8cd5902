import numpy as np
import pytest
import torch

from workflow_scripts.formats.stacks import create_stack
from workflow_scripts.training.conditions import angle_columns, apply_conditions, fit_conditions
from workflow_scripts.training.data import Batches, Examples, read_data, turn_each
from workflow_scripts.training.description import channels_first


def test_channels_come_first():
    assert channels_first(np.zeros((5, 4, 3))).shape == (5, 1, 4, 3)
    assert channels_first(np.zeros((5, 4, 3, 2))).shape == (5, 2, 4, 3)
    assert channels_first(np.zeros((5, 4))).shape == (5, 4)


def test_examples_come_with_the_columns_of_the_condition_and_attributes(tmp_path):
    with create_stack(tmp_path / "a.h5", unit="DN", kind_names=["a", "b"]) as writer:
        writer.append(vector=np.eye(3, dtype=np.float32), flux=np.ones(3), kind=np.array([0, 1, 1]))
    data = read_data(tmp_path / "a.h5", ["kind", "flux"])
    np.testing.assert_array_equal(data.x, np.eye(3))
    assert {name: one.tolist() for name, one in data.columns.items()} == {"kind": [0, 1, 1], "flux": [1, 1, 1]}
    assert data.attributes["unit"] == "DN"
    assert data.class_names == {"kind": ["a", "b"]}
    assert data.score is None
    with pytest.raises(ValueError, match=r"a.h5: no conditioning column radius; it has flux, kind, vector"):
        read_data(tmp_path / "a.h5", ["radius"])


def test_batches_keep_examples_and_conditions_together():
    x = np.arange(10, dtype=np.float32)[:, None]
    batches = Batches(Examples(x, 10 * x), torch.device("cpu"), "none")
    batch = batches.draw(200, torch.Generator().manual_seed(0))
    torch.testing.assert_close(batch["condition"], 10 * batch["x"])
    assert set(batch["x"].ravel().tolist()) == set(range(10))


def test_all_eight_symmetries_come_equally_often_and_nothing_else():
    image = np.arange(9.0).reshape(3, 3)
    known = {np.rot90(turned, k).tobytes() for turned in (image, image.T) for k in range(4)}
    choice = torch.randint(8, (1600, 1, 1, 1), generator=torch.Generator().manual_seed(0))
    turned = turn_each(torch.tensor(image).expand(1600, 1, 3, 3), choice).numpy()
    names, counts = np.unique([one.tobytes() for one in turned], return_counts=True)
    assert {bytes(name).ljust(72, b"\0") for name in names} == known
    assert counts.min() > 140


def test_the_requested_angle_turns_with_its_image():
    """Lines through the middle at known angles: the second moments of every turned image give its angle."""
    theta = np.array([10.0, 35.0, 80.0, 120.0])
    y, x = np.mgrid[-8:9, -8:9]
    radians = np.deg2rad(theta)[:, None, None]
    images = np.exp(-((x * np.sin(radians) - y * np.cos(radians)) ** 2) - (x**2 + y**2) / 32).astype(np.float32)
    columns = {"flux": np.ones(4), "theta": theta}
    described = fit_conditions(columns, {})
    condition = apply_conditions(columns, described)
    batches = Batches(Examples(images[:, None], condition), torch.device("cpu"), "dihedral", angle_columns(described))
    batch = batches.draw(200, torch.Generator().manual_seed(0))
    light = batch["x"][:, 0].double()
    total = light.sum(dim=(1, 2))
    xx, yy, xy = ((light * torch.tensor(m)).sum(dim=(1, 2)) / total for m in (x * x, y * y, x * y))
    measured = torch.stack([xx - yy, 2 * xy], dim=1)
    measured /= measured.norm(dim=1, keepdim=True)
    torch.testing.assert_close(measured, batch["condition"][:, 1:].double(), atol=0.02, rtol=0)
    assert (batch["condition"][:, 0] == 0).all()


@pytest.mark.parametrize(("free", "in_device_memory"), [(4100, True), (3900, False)])
def test_examples_lie_in_device_memory_where_they_take_less_than_half_of_it(monkeypatch, free, in_device_memory):
    """Else in pinned memory of the host. A GPU is not needed: where they would go is watched."""
    went = []
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda device: (free, 10**6))
    monkeypatch.setattr(torch.Tensor, "to", lambda self, place: went.append(torch.device(place).type) or self)
    monkeypatch.setattr(torch.Tensor, "pin_memory", lambda self: went.append("pinned") or self)
    Batches(Examples(np.zeros((500, 1), np.float32)), torch.device("cuda"), "none")
    assert went == (["cuda"] if in_device_memory else ["cpu", "pinned"])


def test_maps_turn_with_their_images():
    x = np.random.default_rng(0).normal(size=(5, 2, 6, 6)).astype(np.float32)
    batch = Batches(Examples(x, 3 * x), torch.device("cpu"), "dihedral").draw(40, torch.Generator().manual_seed(0))
    torch.testing.assert_close(batch["condition"], 3 * batch["x"])


def test_a_stack_may_state_the_softening_of_its_stretch(tmp_path):
    with create_stack(tmp_path / "a.h5", softening=5.0) as writer:
        writer.append(image=np.ones((2, 4, 4, 2), np.float32), sketch=np.ones((2, 4, 4, 2), np.float32))
    data = read_data(tmp_path / "a.h5", ["sketch"])
    about = {"model": "painter", "options": {}}
    for given, expected in ((None, 5.0), (2.0, 2.0)):
        described = data.describe("light_and_weight", given, **about)
        assert described.stretch["softening"] == described.condition[0]["softening"] == expected
    assert described.shape == (2, 4, 4)
