import numpy as np
import pytest

from workflow_scripts.formats.atomic import read_json, write_json
from workflow_scripts.formats.checkpoints import read_model, read_tensors, write_model, write_tensors

TENSORS = {
    "b": np.arange(6, dtype=np.float32).reshape(2, 3),
    "a": np.array(7, np.int64),  # a counter: no axis
    "c": np.asfortranarray(np.arange(6.0).reshape(2, 3)),
}


def test_tensors_come_back_with_their_shapes_and_types(tmp_path):
    write_tensors(tmp_path / "a.safetensors", TENSORS)
    read = read_tensors(tmp_path / "a.safetensors")
    assert set(read) == set(TENSORS)
    for name, array in TENSORS.items():
        assert read[name].shape == array.shape
        assert read[name].dtype == array.dtype
        np.testing.assert_array_equal(read[name], array)


def test_the_order_of_the_names_changes_no_byte(tmp_path):
    write_tensors(tmp_path / "a.safetensors", TENSORS)
    write_tensors(tmp_path / "b.safetensors", dict(reversed(TENSORS.items())))
    assert (tmp_path / "a.safetensors").read_bytes() == (tmp_path / "b.safetensors").read_bytes()


@pytest.mark.parametrize("kept", [0, 5, 60, -1])
def test_a_file_that_is_cut_off_is_refused(tmp_path, kept):
    write_tensors(tmp_path / "a.safetensors", TENSORS)
    whole = (tmp_path / "a.safetensors").read_bytes()
    (tmp_path / "a.safetensors").write_bytes(whole[:kept])
    with pytest.raises(ValueError, match="not a readable safetensors file"):
        read_tensors(tmp_path / "a.safetensors")


def test_a_model_comes_back_with_what_it_is(tmp_path):
    write_model(tmp_path / "w.safetensors", tmp_path / "w.json", TENSORS, {"model": "wgan", "steps": 3})
    tensors, about = read_model(tmp_path / "w.safetensors")
    assert about["model"] == "wgan"
    np.testing.assert_array_equal(tensors["b"], TENSORS["b"])


def test_a_model_of_another_version_is_refused(tmp_path):
    write_model(tmp_path / "w.safetensors", tmp_path / "w.json", TENSORS, {})
    write_json(tmp_path / "w.json", {**read_json(tmp_path / "w.json"), "format_version": 0})
    with pytest.raises(ValueError, match="format version 0"):
        read_model(tmp_path / "w.safetensors")


def test_weights_are_as_readable_as_any_new_file(tmp_path):
    (tmp_path / "plain").touch()
    write_tensors(tmp_path / "a.safetensors", TENSORS)
    assert (tmp_path / "a.safetensors").stat().st_mode == (tmp_path / "plain").stat().st_mode
