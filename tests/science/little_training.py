"""Little trainings through `train_stage`, interrupted where a test asks for it."""

from workflow_scripts.rules.training.train_stage import train_stage
from workflow_scripts.runtime.entry import built
from workflow_scripts.training.loop import Training

SHARED = {
    "stage": "little",
    "predictor": "",
    "softening": None,
    "anneal": False,
    "condition": [],
    "counted_in": "steps",
    "keep": "last",
    "steps": 12,
    "batch": 8,
    "ema_decay": 0.9,
    "checkpoint_every": 4,
    "device": "cpu",
    "gpus": 1,
    "precision": "32-true",
    "torch_threads": 1,
}


def train(folder, data, out, about, seed=42, code="abc"):
    """Train a model on `{data}_train.h5`; return the bytes of all that is written to the folder `out`."""
    names = {"weights": "w.safetensors", "about": "w.json", "history": "history.csv", "samples": "samples.h5"}
    (folder / out).mkdir(exist_ok=True)
    train_stage(
        train_data=folder / f"{data}_train.h5",
        valid_data=folder / f"{data}_valid.h5",
        predictor=[],
        state=folder / out / "state",
        options=built(train_stage, {**SHARED, "data": data, **about}),
        seed=seed,
        code=code,
        **{name: folder / out / file for name, file in names.items()},
    )
    return {name: (folder / out / file).read_bytes() for name, file in names.items()}


def interrupt(monkeypatch, at, error=KeyboardInterrupt):
    """Make a training stop just before the step `at`."""
    advance = Training.advance

    def stop(self):
        if self.step == at:
            raise error("stop")
        return advance(self)

    monkeypatch.setattr(Training, "advance", stop)


def count_steps(monkeypatch):
    """Return a list that fills with the steps that trainings do from now on."""
    steps, advance = [], Training.advance

    def watch(self):
        steps.append(self.step)
        return advance(self)

    monkeypatch.setattr(Training, "advance", watch)
    return steps
