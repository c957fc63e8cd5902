import numpy as np
import pytest
import torch

from workflow_scripts.formats.atomic import read_json
from workflow_scripts.formats.stacks import create_stack, open_stack
from workflow_scripts.models import score_cnn, score_resnet
from workflow_scripts.rules.scoring.predict_scores import predict_scores
from workflow_scripts.rules.training.train_stage import train_stage
from workflow_scripts.settings.scoring import PredictScores
from workflow_scripts.settings.training import TrainStage

SMALL = {score_cnn: {"width": 8, "layers": 2}, score_resnet: {"width": 8, "stages": 2, "blocks": 1}}


def write(path, n, seed, side=24, bands=(), **more):
    """Write noise whose deviation is the score: something that a convolution can see and a mean cannot."""
    rng = np.random.default_rng(seed)
    score = rng.uniform(0, 8, n)
    image = rng.normal(0, 1 + score, (*bands, side, side, n)).T.astype(np.float32)
    image = image.reshape(n, side, side, *bands)
    with create_stack(path) as writer:
        writer.append(image=image, score=score, field=np.arange(n) // 3, **more)
    return str(path)


def options(module, steps):
    return TrainStage(**{
        "stage": "s", "model": module.__name__.split(".")[-1], "options": {**SMALL[module], "lr": 3e-3}, "steps": steps,
        "batch": 16, "ema_decay": 0.9, "checkpoint_every": steps, "augment": "dihedral", "stretch": "linear",
        "condition": [], "counted_in": "steps", "keep": "last", "device": "cpu", "gpus": 1,
        "precision": "32-true", "torch_threads": 1, "data": "scored", "predictor": "", "softening": None,
        "anneal": False,
    })  # fmt: skip


def train(folder, module, steps=250, **changed):
    folder.mkdir(exist_ok=True)
    given = {f"{part}_data": write(folder / f"{part}.h5", 96, k) for k, part in enumerate(("train", "valid"))}
    names = {"weights": "weights.safetensors", "about": "weights.json", "history": "h.csv", "samples": "samples.h5"}
    out = {key: str(folder / name) for key, name in names.items()}
    settings = {
        "predictor": [],
        "state": str(folder / "state"),
        "options": options(module, steps),
        "seed": 1,
        "code": "0",
    }
    train_stage(**{**given, **out, **settings, **changed})
    return out


def predict(folder, trained, images, **change):
    features = str(folder / "features.h5")
    settings = {"stage": "s", "device": "cpu", "torch_threads": 1, "skip_broken": False, **change}
    predict_scores(
        images=images,
        weights=trained["weights"],
        about=trained["about"],
        features=features,
        options=PredictScores(**settings),
        code="0",
    )
    with open_stack(features) as stack:
        return {name: stack[name][:] for name in stack.file}, stack.attributes


@pytest.mark.parametrize("module", SMALL, ids=lambda module: module.__name__.split(".")[-1])
def test_it_learns_a_score_and_its_scores_are_features(tmp_path, module):
    trained = train(tmp_path, module)
    found, attributes = predict(tmp_path, trained, write(tmp_path / "test.h5", 70, 9))
    error = np.abs(found["value"][:, 0] - found["score"]).mean()
    assert error < 0.6 * np.abs(found["score"] - np.median(found["score"])).mean()
    assert attributes["columns"] == "score_of_s"
    assert found["group"].tolist() == (np.arange(70) // 3).tolist()
    assert read_json(trained["about"])["model"] == module.__name__.split(".")[-1]


@pytest.mark.parametrize("module", SMALL, ids=lambda module: module.__name__.split(".")[-1])
def test_any_size_and_number_of_bands(module):
    for shape in ((1, 20, 20), (3, 33, 33)):
        model = module.build(module.Options(**SMALL[module], side=16), shape).eval()
        assert model.predict(torch.zeros(5, *shape)).tolist() == [4.0] * 5, "the score to start from"


def test_a_score_depends_on_no_other_image(tmp_path):
    trained = train(tmp_path, score_cnn, steps=5)
    path = write(tmp_path / "test.h5", 70, 9)
    whole, _ = predict(tmp_path, trained, path)
    with open_stack(path) as stack, create_stack(tmp_path / "part.h5") as writer:
        writer.append(image=stack["image"][:7])
    part, _ = predict(tmp_path, trained, str(tmp_path / "part.h5"))
    np.testing.assert_array_equal(part["value"], whole["value"][:7])


def test_images_of_another_size_or_bands_are_refused(tmp_path):
    trained = train(tmp_path, score_cnn, steps=5)
    with pytest.raises(ValueError, match="images of 20x20 px in 1 bands; stage s was trained on 24x24 px in 1"):
        predict(tmp_path, trained, write(tmp_path / "small.h5", 4, 9, side=20))
    with pytest.raises(ValueError, match="24x24 px in 3 bands"):
        predict(tmp_path, trained, write(tmp_path / "bands.h5", 4, 9, bands=(3,)))


def test_images_without_scores_teach_nothing(tmp_path):
    with create_stack(tmp_path / "plain.h5") as writer:
        writer.append(image=np.random.default_rng(0).normal(size=(20, 24, 24)))
    with pytest.raises(ValueError, match="no column 'score'"):
        train(tmp_path, score_cnn, steps=2, train_data=str(tmp_path / "plain.h5"))
