"""Every model, trained a little: resumed exactly, stopped where it diverges, its last good checkpoint kept."""

import numpy as np
import pytest
import torch
from little_training import interrupt, train

from workflow_scripts.formats.atomic import read_json
from workflow_scripts.formats.stacks import create_stack
from workflow_scripts.networks.trainable import Task, Trainable
from workflow_scripts.settings import plugins
from workflow_scripts.training.description import StageDescription
from workflow_scripts.training.resume import load_state
from workflow_scripts.training.stage import build_module

GRIDS = {"data": "grids", "stretch": "none"}
SCORED = {"data": "scored", "stretch": "asinh"}
SKETCHES = {"data": "sketches", "condition": ["sketch"], "stretch": "light_and_weight"}
CONDITIONED = {"condition": ["size_class", "flux", "theta"]}
# The options of each model at its smallest, and what it learns from where that is not images.
MODELS = {
    "class_cnn": {"options": {"width": 4, "layers": 2}, "condition": ["size_class"]},
    "coordinate_gan": {"options": {"latent": 4, "width": 8, "depth": 1}, "data": "vectors", "stretch": "none"},
    "dcgan": {"options": {"latent": 4, "width": 4}},
    "edm": {"options": {"width": 8, "factors": [1, 2], "n_steps": 2}, **CONDITIONED},
    "flow_matching": {"options": {"width": 8, "factors": [1, 2], "n_steps": 1}, **CONDITIONED},
    "painter": {"options": {"width": 8, "factors": [1, 2], "n_steps": 2}, **SKETCHES},
    "physics_diffusion": {"options": {"width": 8, "factors": [1, 2], "n_steps": 3}, **CONDITIONED},
    "physics_gan": {"options": {"latent": 4, "width": 4}, **CONDITIONED},
    "physics_predictor": {"options": {"width": 4}, **CONDITIONED},
    "position_gan": {"options": {"latent": 4, "width": 4, "lr_generator": 0.05}, **GRIDS},
    "r3gan": {"options": {"latent": 4, "width": 8}, **CONDITIONED},
    "score_cnn": {"options": {"width": 4, "layers": 2}, **SCORED},
    "score_resnet": {"options": {"width": 4, "stages": 2, "blocks": 1}, **SCORED},
    "size_conditional_gan": {"options": {"latent": 4, "width": 4, "embedding": 3}, "condition": ["size_class"]},
    "vae": {"options": {"latent": 4, "width": 4}},
    "wgan": {"options": {"latent": 4, "width": 4, "critic_steps": 2}},
}
FAMILIES = ("dcgan", "wgan", "vae", "r3gan", "edm", "flow_matching")  # adversarial, variational, transport


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder with data of every kind."""
    path, rng = tmp_path_factory.mktemp("models"), np.random.default_rng(0)
    for split, n in (("train", 24), ("valid", 12)):
        known = {"size_class": np.arange(n) % 3 + 1, "flux": rng.uniform(1, 99, n).astype(np.float32)}
        known["theta"] = rng.uniform(-90, 90, n).astype(np.float32)
        images = rng.gamma(1, 50, (n, 8, 8)).astype(np.float32)
        stacks = {
            "images": {"image": images, **known},
            "scored": {"image": images, "score": rng.uniform(0, 8, n).astype(np.float32)},
            "grids": {"image": rng.integers(0, 2, (n, 8, 8)).astype(np.uint8)},
            "sketches": {"image": rng.gamma(1, 1, (n, 8, 8, 2)), "sketch": rng.gamma(1, 1, (n, 8, 8, 2))},
            "vectors": {"vector": rng.uniform(-1, 1, (n, 6)).astype(np.float32)},
        }
        for name, columns in stacks.items():
            with create_stack(path / f"{name}_{split}.h5") as writer:
                writer.append(**columns)
    return path


@pytest.mark.parametrize("name", MODELS)
def test_a_network_has_the_task_that_its_file_declares(name):
    given = MODELS[name]
    shape = (6,) if given.get("data") == "vectors" else (1, 8, 8)
    classes = [{"name": "class", "kind": "class", "values": [0, 1, 2], "names": []}] if "condition" in given else []
    about = {"stage": name, "stretch": {"kind": "none"}, "condition": classes}
    network = build_module(StageDescription(model=name, options=given["options"], shape=shape, **about))
    assert network.task == plugins.declaration("models", name).task
    assert has_own(network, "sample") == (network.task == Task.GENERATE)
    assert has_own(network, "predict") == (network.task != Task.GENERATE)


def has_own(network, name):
    """Return whether a network replaces a method of `Trainable`."""
    return getattr(type(network), name) is not getattr(Trainable, name)


def about(name, **changes):
    kind = {"model": name, "augment": "none" if name == "coordinate_gan" else "dihedral", "stretch": "linear"}
    return {"data": "images", **kind, "steps": 5, "checkpoint_every": 2, **MODELS[name], **changes}


def trained(folder, name, out):
    options = about(name)
    return train(folder, options.pop("data"), out, options)


def test_every_model_is_here():
    assert sorted(MODELS) == plugins.names("models")


@pytest.mark.parametrize("name", MODELS)
def test_interrupted_and_resumed_equals_in_one_go(folder, monkeypatch, name):
    whole = trained(folder, name, f"{name}_whole")
    with monkeypatch.context() as patch:
        interrupt(patch, 3)
        with pytest.raises(KeyboardInterrupt):
            trained(folder, name, f"{name}_parts")
    assert read_json(folder / f"{name}_parts" / "state" / "state.json")["step"] == 2
    assert trained(folder, name, f"{name}_parts") == whole


def built(name):
    """Return a model, untrained."""
    plugin = plugins.load("models", name)
    return plugin.build(plugin.Options(**MODELS[name]["options"]), (1, 8, 8), 3 * ("condition" in MODELS[name]))


def spoil(monkeypatch, name, method, change, after, training):
    """Change what a model's method returns after so many calls; of the model in training, or of the average."""
    cls, calls = type(built(name)), []
    plain = getattr(cls, method)

    def spoilt(self, *given, **named):
        result = plain(self, *given, **named)
        if self.training == training:
            calls.append(1)
        return change(result) if self.training == training and len(calls) > after else result

    monkeypatch.setattr(cls, method, spoilt)


def last_good(folder):
    """Return the step and the tensors of the checkpoint that a stopped training left."""
    state = read_json(folder / "state" / "state.json")
    step, tensors, history = load_state(folder / "state", state["key"])
    assert len(history) == 1
    assert not (folder / "w.safetensors").exists()
    return step, tensors


@pytest.mark.parametrize("name", FAMILIES)
def test_losses_that_are_no_numbers_stop_every_family(folder, monkeypatch, name):
    after = 2 * len(built(name).phases)  # the third step is the first that is spoilt
    spoil(monkeypatch, name, "loss", lambda result: (result[0] * float("nan"), result[1]), after, training=True)
    with pytest.raises(ValueError, match=r"training diverged at step 4: .*not finite"):
        trained(folder, name, f"{name}_nan")
    step, tensors = last_good(folder / f"{name}_nan")
    assert step == 2
    assert all(np.isfinite(tensor).all() for tensor in tensors.values())


@pytest.mark.parametrize("name", FAMILIES)
def test_samples_that_are_all_one_stop_every_family(folder, monkeypatch, name):
    spoil(monkeypatch, name, "sample", lambda drawn: torch.zeros_like(drawn) + 0.3, 1, training=False)
    with pytest.raises(ValueError, match="training diverged at step 4: the samples have collapsed to one"):
        trained(folder, name, f"{name}_one")
    assert last_good(folder / f"{name}_one")[0] == 2
