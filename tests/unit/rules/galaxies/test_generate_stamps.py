"""Galaxies on request: a network that generates the requested flux, and requests out of its range."""

import logging

import numpy as np
import pytest
import torch

from workflow_scripts.formats.checkpoints import write_model
from workflow_scripts.formats.stacks import create_stack, open_stack
from workflow_scripts.networks.trainable import Task, Trainable
from workflow_scripts.rules.galaxies import generate_stamps as generating
from workflow_scripts.runtime.entry import built
from workflow_scripts.training import stage

CONDITION = [
    {"name": "class", "kind": "class", "values": [0, 1], "names": ["round", "thin"]},
    {"name": "flux", "kind": "number", "log": False, "low": 1.0, "high": 9.0, "mean": 0.0, "std": 1.0},
]


class Painter(Trainable):
    """Every pixel is the requested flux."""

    task = Task.GENERATE

    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.zeros(1))

    def sample(self, n, condition, generator):
        return condition[:, 2, None, None, None].expand(n, 1, 4, 4)


@pytest.fixture
def generate(tmp_path, monkeypatch):
    """Return a function from a table of requests to the stack that it becomes."""
    monkeypatch.setattr(stage, "build_module", lambda description: Painter())
    files = {name: str(tmp_path / name) for name in ("weights.safetensors", "weights.json", "real.h5", "stamps.h5")}
    about = {"model": "painter", "condition": CONDITION, "stretch": {"kind": "none"}, "shape": [1, 4, 4], "options": {}}
    write_model(files["weights.safetensors"], files["weights.json"], {"weight": np.zeros(1, np.float32)}, about)
    with create_stack(files["real.h5"], class_names=["round", "thin"], unit="DN") as writer:
        flux = np.linspace(1, 9, 20, dtype=np.float32)
        writer.append(image=np.zeros((20, 4, 4), np.float32), flux=flux, **{"class": np.arange(20, dtype=np.int32) % 2})

    def run(table, **change):
        (tmp_path / "mine.csv").write_text(table)
        options = {"request": "mine", "source": "table", "n": 0, "balance": False, "strict": False, "stage": "painter"}
        generating.generate_stamps(
            weights=files["weights.safetensors"],
            about=files["weights.json"],
            train=files["real.h5"],
            test=files["real.h5"],
            table=[str(tmp_path / "mine.csv")],
            stamps=files["stamps.h5"],
            options=built(generating.generate_stamps, {**options, "device": "cpu", "torch_threads": 1, **change}),
            seed=1,
            code="",
        )
        return files["stamps.h5"]

    return run


def test_stamps_are_those_of_the_table(generate):
    with open_stack(generate("class,flux\nthin,3\nround,5\nthin,\n")) as stack:
        np.testing.assert_allclose(stack["image"][:2, 0, 0], [3, 5], rtol=1e-6)
        assert stack["class"][:].tolist() == [1, 0, 1]
        assert stack["image"][2, 0, 0] == stack["flux"][2] > 0, "what is not requested is drawn from the data"
        assert not stack["outside_flux"][:].any()


def test_requests_beyond_the_data_are_logged_and_flagged(generate, caplog):
    with caplog.at_level(logging.WARNING), open_stack(generate("class,flux\nthin,3\nround,500\n")) as stack:
        assert stack["outside_flux"][:].tolist() == [0, 1]
    assert "1 requests are out of the range" in caplog.text
    assert "2 (flux 500)" in caplog.text


@pytest.mark.parametrize(
    ("table", "change", "message"),
    [
        ("class,flux\nround,500\n", {"strict": True}, r"1 \(flux 500\): change them, or set strict: false"),
        ("class,flux\nsquare,3\n", {}, "square"),
    ],
)
def test_refused_requests_leave_nothing(generate, tmp_path, table, change, message):
    with pytest.raises(ValueError, match=message):
        generate(table, **change)
    assert not (tmp_path / "stamps.h5").exists()
