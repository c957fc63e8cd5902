"""A stage whose drawings a trained predictor checks: through `train_stage`, in one go, cut off, and refused."""

from types import SimpleNamespace

import numpy as np
import pytest

from workflow_scripts.formats.atomic import read_json
from workflow_scripts.formats.stacks import create_stack, open_stack
from workflow_scripts.formats.tables import read_csv
from workflow_scripts.networks.trainable import Trainable
from workflow_scripts.rules.training.train_stage import schedule, train_stage
from workflow_scripts.runtime.entry import built
from workflow_scripts.training.loop import Training
from workflow_scripts.training.monitor import n_valid
from workflow_scripts.training.stage import load_generator

SHARED = {
    "counted_in": "steps", "steps": 12, "batch": 8, "ema_decay": 0.9, "checkpoint_every": 4, "keep": "last",
    "device": "cpu", "gpus": 1, "precision": "32-true", "torch_threads": 1, "augment": "dihedral", "stretch": "asinh",
    "softening": None, "anneal": False, "data": "galaxies",
}  # fmt: skip
ATTRIBUTES = ["flux", "theta"]
STAGES = {
    "physics_predictor": {"condition": ATTRIBUTES, "predictor": "", "options": {"width": 4}},
    "physics_gan": {"condition": ["class", *ATTRIBUTES], "options": {"latent": 4, "width": 16, "lr": 0.01}},
    "physics_diffusion": {
        "condition": ["class", *ATTRIBUTES],
        "options": {"width": 8, "factors": [1], "n_steps": 4},
    },
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder, rng = tmp_path_factory.mktemp("physics"), np.random.default_rng(0)
    for split, n in (("train", 40), ("valid", 20)):
        with create_stack(folder / f"{split}.h5", class_names=["spiral", "merger"]) as writer:
            flux, theta = rng.uniform(1, 100, n), rng.uniform(-90, 90, n)
            image = flux[:, None, None, None] * rng.random((n, 16, 16, 3))
            columns = {"flux": flux, "theta": theta}
            columns = {name: values.astype(np.float32) for name, values in columns.items()}
            writer.append(image=image.astype(np.float32), **columns, **{"class": np.arange(n) % 2})
    train(folder, "physics_predictor")
    return folder


def train(folder, model, out=None, **changes):
    names = {"weights": "weights.safetensors", "about": "weights.json", "history": "history.csv", "samples": "s.h5"}
    place = folder / (out or model)
    place.mkdir(exist_ok=True)
    predictor = [folder / "physics_predictor" / names[name] for name in ("weights", "about")]
    options = {**SHARED, "stage": "s", "model": model, "predictor": "p", **STAGES[model], **changes}
    train_stage(
        train_data=folder / "train.h5",
        valid_data=folder / "valid.h5",
        predictor=predictor if options["predictor"] else [],
        state=place / "state",
        options=built(train_stage, options),
        seed=42,
        code="abc",
        **{name: place / file for name, file in names.items()},
    )
    return {name: (place / file).read_bytes() for name, file in names.items()}


@pytest.mark.parametrize("model", ["physics_gan", "physics_diffusion"])
def test_interrupted_and_resumed_equals_in_one_go(folder, model, monkeypatch):
    whole = train(folder, model)
    advance = Training.advance

    def stop(self):
        if self.step == 6:
            raise KeyboardInterrupt
        return advance(self)

    monkeypatch.setattr(Training, "advance", stop)
    with pytest.raises(KeyboardInterrupt):
        train(folder, model, "cut")
    monkeypatch.undo()
    assert train(folder, model, "cut") == whole


def test_health_is_in_the_history(folder):
    train(folder, "physics_gan")
    history = read_csv(folder / "physics_gan" / "history.csv")
    health = {"discriminator_loss", "generator_loss", "adversarial_loss", "physics_loss", "constant_guess"}
    assert health | {"d_real", "d_fake", "valid_distance"} < set(history[0])
    assert [int(row["step"]) for row in history] == [4, 8, 12]
    for row in history:
        total = float(row["adversarial_loss"]) + 3 * float(row["physics_loss"])
        assert float(row["generator_loss"]) == pytest.approx(total, rel=1e-4)


def test_a_trained_stage_generates_the_request_in_physical_units(folder):
    train(folder, "physics_gan")
    generator = load_generator(folder / "physics_gan" / "weights.safetensors", "cpu")
    requested = {"class": np.array(["merger", "spiral"]), "flux": np.array([5.0, 50.0]), "theta": np.zeros(2)}
    drawn = generator(2, np.random.default_rng(0), condition=requested)
    assert drawn.shape == (2, 16, 16, 3)
    assert not np.array_equal(
        drawn, generator(2, np.random.default_rng(0), condition={**requested, "flux": np.ones(2)})
    )


def test_a_predictor_keeps_what_it_says_of_unseen_images(folder):
    with open_stack(folder / "physics_predictor" / "s.h5") as stack:
        assert stack["vector"].shape == (3, 20, 3)
    assert [one["name"] for one in read_json(folder / "physics_predictor" / "weights.json")["condition"]] == ATTRIBUTES


def test_a_predictor_of_images_of_another_range_is_refused(folder):
    with pytest.raises(ValueError, match="its stretch asinh is not that of this stage"):
        train(folder, "physics_gan", "linear", stretch="linear")


def test_epochs_see_every_example_once_on_average():
    given = {"steps": 30, "checkpoint_every": 10, "batch": 64, "ema_decay": 0.9}
    found = [schedule(SimpleNamespace(**given, counted_in=unit, anneal=False), 1000) for unit in ("epochs", "steps")]
    assert [(one.steps, one.checkpoint_every) for one in found] == [(30 * 16, 10 * 16), (30, 10)]


def test_a_model_that_samples_in_many_steps_is_monitored_on_fewer_examples():
    counts, module = [], Trainable()
    for module.evaluations in (1, 8, 35, 100):
        counts.append(n_valid(module))
    assert counts == [512, 512, 117, 64]
