"""What networks say of generated galaxies: classes, attributes, and a classifier of a rare class."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from study_files import settings

from workflow_scripts.formats.checkpoints import write_model
from workflow_scripts.formats.stacks import create_stack
from workflow_scripts.formats.tables import read_csv
from workflow_scripts.networks.trainable import Task, Trainable
from workflow_scripts.rules.galaxies import classify_stamps as classifying
from workflow_scripts.rules.galaxies import measure_physics as physics
from workflow_scripts.rules.galaxies.compare_augmentation import (
    COLUMNS,
    compare_augmentation,
    performance,
    row_of,
    schedule,
    training_sets,
)
from workflow_scripts.runtime.entry import built
from workflow_scripts.settings import galaxies as galaxies_settings
from workflow_scripts.settings.galaxies import ClassifyStamps
from workflow_scripts.training import stage

CLASSES = ["disc", "ring"]
NUMBER = {"kind": "number", "log": False, "low": 0.0, "high": 4.0, "mean": 2.0, "std": 1.0}
ABOUT = {"model": "oracle", "stretch": {"kind": "none"}, "shape": [1, 4, 4], "options": {}, "stage": "oracle"}
ASKED = ClassifyStamps(device="cpu", torch_threads=1, generators=["mine"])


class Reader(Trainable):
    """Says what is written in the first pixels."""

    def __init__(self, n_condition, task):
        super().__init__()
        self.n, self.task, self.weight = n_condition, task, torch.nn.Parameter(torch.zeros(1))

    def predict(self, x):
        return x[:, 0, 0, : self.n]


def use_oracle(monkeypatch, task):
    """Put a network in the place of the trained one."""
    monkeypatch.setattr(stage, "build_module", lambda description: Reader(2, task))


def write_weights(folder, condition):
    paths = {"weights": folder / "w.safetensors", "about": folder / "w.json"}
    write_model(*paths.values(), {"weight": np.zeros(1, np.float32)}, {**ABOUT, "condition": condition})
    return {name: str(path) for name, path in paths.items()}


def write_stack(path, image, **columns):
    with create_stack(path, class_names=CLASSES) as writer:
        writer.append(image=image.astype(np.float32), **columns)
    return str(path)


def images_saying(values):
    images = np.zeros((len(values), 4, 4))
    images[:, 0, : values.shape[1]] = values
    return images


def test_purity_is_the_fraction_of_the_requested_class(tmp_path, monkeypatch):
    use_oracle(monkeypatch, Task.CLASSIFY)
    classes = np.array([0, 0, 0, 1], np.int32)
    test = write_stack(tmp_path / "test.h5", images_saying(np.eye(2)[classes]), **{"class": classes})
    stamps = write_stack(tmp_path / "mine" / "stamps.h5", images_saying(np.eye(2)[[0, 0, 1, 1]]), **{"class": classes})
    condition = [{"name": "class", "kind": "class", "values": [0, 1], "names": CLASSES}]
    trained = write_weights(tmp_path, condition)
    classifying.classify_stamps(
        test=test, stamps=[stamps], **trained, purity=tmp_path / "p.csv", options=ASKED, code=""
    )
    found = {(row["model"], row["class"]): float(row["purity"]) for row in read_csv(tmp_path / "p.csv")}
    assert found[("real", "all")] == 1
    assert found[("mine", "all")] == 0.75
    assert found[("mine", "disc")] == pytest.approx(2 / 3)
    assert found[("mine", "ring")] == 1


@pytest.mark.parametrize(
    ("task", "condition", "message"),
    [
        (Task.CLASSIFY, {**NUMBER, "name": "flux"}, "stage oracle is no classifier"),
        (Task.PREDICT_SCORE, {**NUMBER, "name": "flux"}, "the task of model oracle is predict_score, not classify"),
    ],
)
def test_a_stage_that_is_no_classifier_is_refused(tmp_path, monkeypatch, task, condition, message):
    use_oracle(monkeypatch, task)
    trained = write_weights(tmp_path, [condition])
    with pytest.raises(ValueError, match=message):
        classifying.classify_stamps(test="", stamps=[], **trained, purity=tmp_path / "p.csv", options=ASKED, code="")


def test_physics_loss_by_hand(tmp_path, monkeypatch):
    """Asked 1 and 3 of a range of 4 about a mean of 2: a constant guess is off by a quarter."""
    use_oracle(monkeypatch, Task.PREDICT_ATTRIBUTES)
    columns = {name: np.array([1.0, 3.0], np.float32) for name in ("flux", "radius")}
    right, wrong = images_saying(np.array([[-1, -1], [1, 1]])), images_saying(np.array([[-1, -1], [1, 3]]))
    test, stamps = (
        write_stack(tmp_path / "t.h5", right, **columns),
        write_stack(tmp_path / "mine" / "stamps.h5", wrong, **columns),
    )
    trained = write_weights(tmp_path, [{**NUMBER, "name": name} for name in columns])
    physics.measure_physics(test=test, stamps=[stamps], **trained, physics=tmp_path / "p.csv", options=ASKED, code="")
    real, mine = read_csv(tmp_path / "p.csv")
    assert float(real["physics_loss"]) == 0
    assert float(real["constant_guess"]) == pytest.approx(1 / 16)
    assert float(mine["physics_loss"]) == pytest.approx((2 / 4) ** 2 / 4)


def galaxies(classes, rng):
    """Discs with a hole, or without."""
    y, x = np.mgrid[:8, :8] - 3.5
    radius = np.hypot(x, y)
    images = np.where(radius < 3, 1.0, 0.0) - np.where((radius < 1.6) & (classes == 1)[:, None, None], 1.0, 0.0)
    return images + rng.normal(0, 0.1, images.shape)


@pytest.fixture
def sets(tmp_path):
    rng = np.random.default_rng(0)
    drawn = {"train": np.arange(80) % 2, "test": np.arange(40) % 2, "generated": np.ones(30, int)}
    return {
        name: write_stack(tmp_path / f"{name}.h5", galaxies(classes, rng), **{"class": classes.astype(np.int32)})
        for name, classes in drawn.items()
    }


OPTIONS = {
    "generator": "gan",
    "rare": "ring",
    "n_real": 2,
    "n_seeds": 2,
    "model": "class_cnn",
    "options": {"width": 4, "layers": 2, "lr": 0.01},
    "batch": 16,
    "steps": 20,
    "anneal": False,
    "ema_decay": 0.5,
    "augment": "dihedral",
    "stretch": "linear",
    "softening": None,
    "device": "cpu",
    "precision": "32-true",
    "torch_threads": 1,
}


def test_generated_galaxies_help_a_classifier_that_sees_few(tmp_path, sets):
    tables = [tmp_path / "one.csv", tmp_path / "again.csv"]
    for table in tables:
        compare_augmentation(**sets, table=table, options=built(compare_augmentation, OPTIONS), seed=1, code="")
    assert tables[0].read_bytes() == tables[1].read_bytes()
    rows = {row["training"]: row for row in read_csv(tables[0], COLUMNS)}
    counts = {name: (row["n_real"], row["n_generated"]) for name, row in rows.items()}
    few, augmented = ("2", "0"), ("2", "30")
    assert counts == {"few": few, "repeated": few, "augmented": augmented, "all": ("40", "0"), "gain": augmented}
    assert float(rows["augmented"]["completeness"]) > float(rows["few"]["completeness"]) + 0.2
    assert float(rows["augmented"]["completeness"]) > 0.9
    difference = float(rows["augmented"]["accuracy"]) - float(rows["repeated"]["accuracy"])
    assert float(rows["gain"]["accuracy"]) == pytest.approx(difference)


def test_the_learning_rate_of_a_classifier_is_annealed_as_its_stage_is():
    assert [
        schedule(built(compare_augmentation, {**OPTIONS, "anneal": anneal})).anneal for anneal in (False, True)
    ] == [False, True]
    stage = {"galaxy_classifier": {"anneal": True}}
    assert galaxies_settings.compare_augmentation(settings(stages=stage)["galaxies"]).anneal


def test_training_sets_differ_in_the_rare_class_alone():
    classes, images = np.array([0] * 6 + [1] * 5), np.arange(11.0)
    more = np.array([50.0, 51.0, 52.0])
    made = list(training_sets(images, classes, more, 1, SimpleNamespace(n_real=2), np.random.default_rng(0)))
    sets = {name: sorted(x[labels == 1]) for name, x, labels in made}
    assert all(sorted(x[labels == 0]) == list(range(6)) for _, x, labels in made)
    assert sets["all"] == [6, 7, 8, 9, 10]
    assert sets["augmented"] == sets["few"] + [50, 51, 52]
    assert len(sets["repeated"]) == len(sets["augmented"])
    assert set(sets["repeated"]) == set(sets["few"])


def test_intervals_of_shares_end_at_nothing_and_all():
    values = [(0.9, 0.0, 1.0), (1.0, 0.1, 1.0)]
    row, gain = row_of("few", {}, values), row_of("gain", {}, values, least=-1)
    assert row["accuracy_high"] == 1
    assert row["completeness_low"] == 0 > gain["completeness_low"]


@pytest.mark.parametrize(
    ("change", "message"),
    [({"rare": "rings"}, "no class 'rings'"), ({"n_real": 41}, "there are 40"), ({}, "was generated")],
)
def test_what_cannot_be_compared_is_refused(tmp_path, sets, change, message):
    if not change:
        sets["generated"] = str(tmp_path / "discs.h5")
        write_stack(sets["generated"], np.ones((4, 8, 8)), **{"class": np.zeros(4, np.int32)})
    with pytest.raises(ValueError, match=message):
        compare_augmentation(
            **sets,
            table=tmp_path / "t.csv",
            options=built(compare_augmentation, {**OPTIONS, **change}),
            seed=1,
            code="",
        )
    assert not (tmp_path / "t.csv").exists()


def test_accuracy_completeness_and_purity_by_hand():
    predicted, actual = np.array([1, 1, 0, 0, 2, 0]), np.array([1, 0, 1, 0, 2, 0])
    assert performance(predicted, actual, 1) == pytest.approx((4 / 6, 1 / 2, 1 / 2))
