"""Trained stages as objects: written, loaded as what they can do, and refused where they cannot."""

import json

import numpy as np
import pytest
import torch

from workflow_scripts.networks.trainable import Task
from workflow_scripts.training.conditions import fit_conditions
from workflow_scripts.training.description import StageDescription, read_stage, write_stage
from workflow_scripts.training.prediction import BATCH
from workflow_scripts.training.resume import to_arrays
from workflow_scripts.training.stage import (
    Generator,
    ImageToImage,
    Predictor,
    build_module,
    load_generator,
    load_predictor,
    load_stage,
)

LINEAR = {"kind": "linear", "low": 0.0, "high": 10.0}
CLASSES = fit_conditions({"class": np.array([0, 1, 1])}, {"class": ["disc", "ring"]})


def describe(model, options, **about):
    given = {"stage": "mine", "shape": (1, 8, 8), "stretch": LINEAR, "condition": []}
    return StageDescription(model=model, options=options, **{**given, **about})


STAGES = {
    "generate": describe("dcgan", {"latent": 4, "width": 4}),
    "classify": describe("class_cnn", {"width": 4, "layers": 1}, condition=CLASSES),
    "predict_attributes": describe("physics_predictor", {"width": 4}, condition=CLASSES),
    "predict_score": describe("score_cnn", {"width": 4, "layers": 1}),
}


def write(folder, description):
    paths = folder / "w.safetensors", folder / "w.json"
    module = build_module(description, seed=1)
    write_stage(*paths, to_arrays("", module.state_dict()), module, description)
    return paths[0]


@pytest.mark.parametrize("name", STAGES)
def test_a_stage_is_what_its_model_declares(tmp_path, name):
    path = write(tmp_path, STAGES[name])
    stage = load_stage(path, "cpu")
    assert isinstance(stage, Generator) is (name == "generate")
    assert isinstance(stage, Predictor) is (name != "generate")
    assert not isinstance(stage, ImageToImage)
    assert stage.module.task == name
    assert stage.description == STAGES[name]
    assert not stage.module.training


def test_predictions_depend_on_no_other_image_and_have_a_column_per_class(tmp_path):
    stage = load_predictor(write(tmp_path, STAGES["classify"]), "cpu", Task.CLASSIFY)
    torch.nn.init.normal_(next(stage.module.network[-1].parameters()), generator=torch.Generator().manual_seed(0))
    images = np.random.default_rng(0).uniform(0, 10, (BATCH + 3, 8, 8))
    whole = stage.predict(images)
    assert whole.shape == (BATCH + 3, 2)
    np.testing.assert_array_equal(stage.predict(images[-2:]), whole[-2:])
    assert len(np.unique(whole[:, 0])) > BATCH
    assert stage.description.class_names() == ["disc", "ring"]


def test_images_of_another_shape_are_refused(tmp_path):
    stage = load_stage(write(tmp_path, STAGES["predict_score"]), "cpu")
    with pytest.raises(ValueError, match="images of 9x8 px in 3 bands; stage mine was trained on 8x8 px in 1"):
        stage.predict(np.zeros((2, 8, 9, 3)))


def test_a_stage_that_cannot_do_it_is_refused(tmp_path):
    path = write(tmp_path, STAGES["predict_score"])
    with pytest.raises(
        ValueError, match="stage mine: the task of model score_cnn is predict_score, not generate: name"
    ):
        load_generator(path, "cpu")
    with pytest.raises(ValueError, match="not predict_attributes or classify"):
        load_predictor(path, "cpu", Task.PREDICT_ATTRIBUTES, Task.CLASSIFY)


def test_broken_descriptions_and_weights_are_refused_in_one_line(tmp_path):
    path = write(tmp_path, STAGES["predict_score"])
    found = json.loads(path.with_suffix(".json").read_text())
    path.with_suffix(".json").write_text(json.dumps({**found, "options": {"width": 8, "layers": 1}}))
    with pytest.raises(ValueError, match="the weights do not fit model score_cnn: train the stage again"):
        load_stage(path, "cpu")
    del found["shape"]
    path.with_suffix(".json").write_text(json.dumps(found))
    with pytest.raises(ValueError, match="its JSON has no shape: train the stage again"):
        read_stage(path)


def test_initial_weights_depend_on_their_seed_alone():
    torch.manual_seed(3)
    before = torch.get_rng_state()
    one, two, other = (build_module(STAGES["generate"], seed).state_dict() for seed in (1, 1, 2))
    assert torch.equal(torch.get_rng_state(), before)
    name = next(iter(one))
    assert torch.equal(one[name], two[name])
    assert not torch.equal(one[name], other[name])


def test_images_come_back_from_the_networks_range():
    for shape, images in (((1, 4, 5), (3, 4, 5)), ((2, 4, 5), (3, 4, 5, 2)), ((6,), (3, 6))):
        about = describe("m", {}, shape=shape)
        values = np.random.default_rng(0).uniform(0, 10, images).astype(np.float32)
        encoded = about.encode_images(values)
        assert encoded.shape == (3, *shape)
        assert abs(encoded).max() <= 1
        np.testing.assert_allclose(about.decode_samples(encoded), values, atol=1e-5)
        assert about.decode_samples(np.stack([encoded, encoded])).shape == (2, *images)
