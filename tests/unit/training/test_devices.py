"""Several devices train together as one does alone."""

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from workflow_scripts.training.devices import local_part, loss_generator

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def gradients(tmp_path_factory):
    """Return the gradients of the first step, and the weights after five, of one process and of two."""
    folder = tmp_path_factory.mktemp("gradients")
    found = []
    for devices in (1, 2):
        command = [sys.executable, Path(__file__).with_name("two_processes.py"), str(devices), folder / "x.npz"]
        env = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
        subprocess.run(command, env=env, check=True, capture_output=True, timeout=120)
        found.append(dict(np.load(folder / "x.npz")))
    return found


def test_two_processes_have_the_gradients_of_one(gradients):
    one, two = gradients
    assert len(one) == 8
    assert one.keys() == two.keys()
    for name in one:
        assert np.abs(one[name]).max() > 1e-3
        np.testing.assert_allclose(two[name], one[name], atol=1e-5, rtol=0)


def device(rank, devices=2):
    return SimpleNamespace(global_rank=rank, world_size=devices)


def test_devices_share_a_batch():
    batch = {"x": torch.arange(6), "condition": torch.arange(6) * 10}
    shares = [local_part(batch, device(rank)) for rank in range(2)]
    assert torch.cat([share["condition"] for share in shares]).tolist() == [0, 10, 20, 30, 40, 50]
    assert local_part(batch, device(0, 1)) is batch
    with pytest.raises(ValueError, match="batch: 6 examples cannot be divided among 4 GPUs"):
        local_part(batch, device(0, 4))


def test_devices_draw_different_noise_and_stay_in_step():
    generators = [torch.Generator().manual_seed(1) for _ in range(2)]
    noise = [torch.randn(4, generator=loss_generator(one, device(rank))) for rank, one in enumerate(generators)]
    assert not torch.equal(*noise)
    assert torch.equal(*[one.get_state() for one in generators])
    assert loss_generator(generators[0], device(0, 1)) is generators[0]
