"""Training through `train_stage` itself: resumed, started afresh, refused, stopped."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from little_training import count_steps, interrupt
from little_training import train as train_in

from workflow_scripts.formats.atomic import read_json
from workflow_scripts.formats.stacks import create_stack, open_stack
from workflow_scripts.formats.tables import read_csv
from workflow_scripts.models.coordinate_gan import CoordinateGAN
from workflow_scripts.models.wgan import WGAN
from workflow_scripts.training.description import read_stage
from workflow_scripts.training.loop import WARM_UP, Schedule, Training
from workflow_scripts.training.resume import locked
from workflow_scripts.training.stage import load_generator

OPTIONS = {
    "wgan": {
        "model": "wgan",
        "options": {"latent": 4, "width": 4, "critic_steps": 2, "lr": 0.001},
        "augment": "dihedral",
        "stretch": "linear",
    },
    "coordinate_gan": {
        "model": "coordinate_gan",
        "options": {"latent": 4, "width": 8, "depth": 1, "lr": 0.001},
        "augment": "none",
        "stretch": "none",
        "anneal": True,
    },
}


@pytest.fixture
def data(tmp_path):
    rng = np.random.default_rng(0)
    for split, n in (("train", 40), ("valid", 20)):
        with create_stack(tmp_path / f"wgan_{split}.h5", unit="DN") as writer:
            writer.append(image=rng.gamma(1, 50, (n, 16, 16)).astype(np.float32))
        with create_stack(tmp_path / f"coordinate_gan_{split}.h5") as writer:
            writer.append(vector=rng.uniform(-1, 1, (n, 6)).astype(np.float32))
    return tmp_path


def train(folder, kind, out, seed=42, code="abc", **changes):
    return train_in(folder, kind, out, {**OPTIONS[kind], **changes}, seed, code)


@pytest.mark.parametrize("kind", OPTIONS)
@pytest.mark.parametrize("at", [2, 8])
def test_interrupted_and_resumed_equals_in_one_go(data, monkeypatch, kind, at):
    whole = train(data, kind, "whole")
    with monkeypatch.context() as patch:
        interrupt(patch, at)
        with pytest.raises(KeyboardInterrupt):
            train(data, kind, "parts")
    assert not (data / "parts" / "w.safetensors").exists()
    with monkeypatch.context() as patch:
        steps = count_steps(patch)
        resumed = train(data, kind, "parts")
    assert steps[0] == at // 4 * 4  # from the last checkpoint
    assert resumed == whole
    assert (data / "parts" / "state" / "state.json").exists()  # until Snakemake has seen the products complete


def test_a_rate_that_is_annealed_rises_and_falls_to_nothing():
    optimizer, rates = SimpleNamespace(param_groups=[{"lr": 0.5}]), []
    for step in (0, WARM_UP - 1, 500, 999):
        schedule = Schedule(batch=1, ema_decay=0, steps=1000, checkpoint_every=1000, anneal=True)
        about = SimpleNamespace(schedule=schedule, step=step, optimizers={"all": optimizer}, rates={"all": [2.0]})
        Training.set_rates(about, "all")
        rates.append(optimizer.param_groups[0]["lr"])
    assert rates == pytest.approx([2 / WARM_UP, 2 * (1 - (WARM_UP - 1) / 1000), 1.0, 0.002])


def test_the_same_twice_and_another_seed(data):
    one, two, other = (train(data, "coordinate_gan", out, seed) for out, seed in (("a", 42), ("b", 42), ("c", 43)))
    assert one == two
    assert one["weights"] != other["weights"]


@pytest.mark.parametrize("change", [{"ema_decay": 0.5}, {"seed": 7}, {"code": "def"}, {"batch": 9}])
def test_another_key_starts_afresh(data, monkeypatch, change):
    with monkeypatch.context() as patch:
        interrupt(patch, 9)
        with pytest.raises(KeyboardInterrupt):
            train(data, "coordinate_gan", "a")
    fresh = train(data, "coordinate_gan", "b", **change)
    steps = count_steps(monkeypatch)
    assert train(data, "coordinate_gan", "a", **change) == fresh
    assert steps[0] == 0


def test_a_second_trainer_is_refused(data):
    with locked(data / "a" / "state"), pytest.raises(ValueError, match="is still training here"):
        train(data, "coordinate_gan", "a")


def test_losses_that_are_no_numbers_stop_and_keep_the_last_good_checkpoint(data, monkeypatch):
    loss = CoordinateGAN.loss

    def spoilt(self, batch, generator, phase):
        value, logs = loss(self, batch, generator, phase)
        spoilt.calls += 1
        return (value * float("nan") if spoilt.calls > 10 else value), logs

    spoilt.calls = 0
    monkeypatch.setattr(CoordinateGAN, "loss", spoilt)
    with pytest.raises(ValueError, match=r"diverged at step 8: .* is not finite"):
        train(data, "coordinate_gan", "a")
    assert read_json(data / "a" / "state" / "state.json")["step"] == 4
    assert not (data / "a" / "w.safetensors").exists()


def test_samples_that_are_all_one_stop_the_training(data, monkeypatch):
    sample = WGAN.sample
    monkeypatch.setattr(WGAN, "sample", lambda self, *given: sample(self, *given) * 0 + 0.5)
    with pytest.raises(ValueError, match="diverged at step 4: the samples have collapsed"):
        train(data, "wgan", "a")


def test_what_is_written_says_what_it_is(data):
    train(data, "wgan", "a")
    tensors, about = read_stage(data / "a" / "w.safetensors")
    assert about.shape == (1, 16, 16)
    assert (about.model, about.steps, about.n_train, about.unit) == ("wgan", 12, 40, "DN")
    assert all(np.isfinite(array).all() for array in tensors.values())
    history = read_csv(data / "a" / "history.csv", ["step", "critic_loss", "generator_loss", "valid_distance"])
    assert [int(row["step"]) for row in history] == [4, 8, 12]
    with open_stack(data / "a" / "samples.h5") as stack:
        assert stack["image"].shape == (3, 16, 16, 16)
        assert stack["step"][:].tolist() == [4, 8, 12]


def test_the_weights_of_the_best_checkpoint_can_be_kept(data):
    best = train(data, "wgan", "best", keep="best", steps=24)
    rows = read_csv(data / "best" / "history.csv", ["step", "valid_distance"])
    step = int(min(rows, key=lambda row: float(row["valid_distance"]))["step"])
    assert step < 24, "else nothing is tested"
    assert best["weights"] == train(data, "wgan", "short", steps=step)["weights"]
    assert best["history"] == train(data, "wgan", "last", steps=24)["history"]
    assert read_stage(data / "best" / "w.safetensors")[1].keep == "best"


def test_a_trained_stage_samples_in_the_units_of_its_data(data):
    train(data, "wgan", "a")
    with open_stack(data / "wgan_train.h5") as stack:
        low, high = float(stack["image"][:].min()), float(stack["image"][:].max())
    generator = load_generator(data / "a" / "w.safetensors", "cpu")
    images = generator(5, np.random.default_rng(0))
    assert images.shape == (5, 16, 16)
    assert low <= images.min() <= images.max() <= high
    assert images.max() > 1  # not the network's own range
    np.testing.assert_array_equal(images, generator(70, np.random.default_rng(0))[:5])


def test_a_stretch_has_the_softening_of_the_options(data):
    train(data, "wgan", "a", stretch="asinh", softening=7)
    assert read_stage(data / "a" / "w.safetensors")[1].stretch["softening"] == 7


@pytest.mark.parametrize(
    ("value", "words"), [(np.ones((1, 6)), "at least 2 are needed"), (np.full((5, 6), np.nan), "NaN or infinite")]
)
def test_data_that_nothing_can_be_learnt_from(data, value, words):
    with create_stack(data / "coordinate_gan_train.h5") as writer:
        writer.append(vector=value.astype(np.float32))
    with pytest.raises(ValueError, match=words):
        train(data, "coordinate_gan", "a")


def test_a_global_generator_is_neither_used_nor_moved(data):
    torch.manual_seed(1)
    before = torch.get_rng_state()
    one = train(data, "coordinate_gan", "a")
    assert torch.equal(torch.get_rng_state(), before)
    torch.manual_seed(2)
    assert train(data, "coordinate_gan", "b") == one
