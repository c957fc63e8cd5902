import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from workflow_scripts.training.resume import (
    load_state,
    locked,
    optimizer_tensors,
    restore_optimizer,
    save_state,
    state_key,
)


def test_the_key_knows_code_options_seed_and_the_content_of_files(tmp_path):
    (tmp_path / "a").write_text("data")
    key = state_key("c", {"x": 1, "y": 2}, 42, [tmp_path / "a"])
    assert key == state_key("c", {"y": 2, "x": 1}, 42, [tmp_path / "a"])
    others = [
        state_key("d", {"x": 1, "y": 2}, 42, [tmp_path / "a"]),
        state_key("c", {"x": 1, "y": 3}, 42, [tmp_path / "a"]),
        state_key("c", {"x": 1, "y": 2}, 43, [tmp_path / "a"]),
    ]
    (tmp_path / "a").write_text("other")
    others.append(state_key("c", {"x": 1, "y": 2}, 42, [tmp_path / "a"]))
    assert len({key, *others}) == 5


def test_the_last_checkpoint_comes_back_and_the_one_before_is_gone(tmp_path):
    for step in (10, 20):
        save_state(tmp_path, "key", step, {"w": np.full(3, step)}, [{"step": step}])
    step, tensors, history = load_state(tmp_path, "key")
    assert (step, history) == (20, [{"step": 20}])
    assert tensors["w"].tolist() == [20, 20, 20]
    assert [path.name for path in tmp_path.glob("*.safetensors")] == ["step_20.safetensors"]
    assert load_state(tmp_path, "another key") is None


def test_a_checkpoint_that_is_cut_off_leaves_the_one_before(tmp_path, monkeypatch):
    save_state(tmp_path, "key", 10, {"w": np.zeros(3)}, [])
    monkeypatch.setattr("workflow_scripts.training.resume.write_json", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        save_state(tmp_path, "key", 20, {"w": np.ones(3)}, [])
    assert load_state(tmp_path, "key")[0] == 10


def test_the_message_to_a_second_training_names_the_first(tmp_path):
    code = (
        "import sys; from workflow_scripts.training.resume import locked\n"
        "with locked(sys.argv[1]): print('locked', flush=True); sys.stdin.read()"
    )
    root = Path(__file__).parents[3]
    orphan = subprocess.Popen(
        [sys.executable, "-c", code, tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=root
    )
    try:
        assert orphan.stdout.readline() == b"locked\n"
        with pytest.raises(ValueError, match=f"process {orphan.pid} on .* is still training here"):
            with locked(tmp_path):
                pass
    finally:
        orphan.communicate()
    with locked(tmp_path) as folder:
        assert folder == tmp_path


@pytest.mark.parametrize("kind", [torch.optim.Adam, torch.optim.RMSprop])
def test_an_optimiser_goes_on_where_it_was(kind):
    def step(weight, optimizer, value):
        optimizer.zero_grad()
        (weight * value).sum().backward()
        optimizer.step()

    one, two = (torch.nn.Parameter(torch.ones(3)) for _ in range(2))
    first, again = kind([one], lr=0.1), kind([two], lr=0.1)
    for value in (1.0, -2.0):
        step(one, first, value)
    two.data = one.data.clone()
    restore_optimizer(again, {name: tensor.clone() for name, tensor in optimizer_tensors(first).items()})
    for value in (3.0, 0.5):
        step(one, first, value)
        step(two, again, value)
    assert torch.equal(one, two)
