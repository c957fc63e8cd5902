import numpy as np

from workflow_scripts.formats.stacks import create_stack
from workflow_scripts.judging.sample import Sample, read_sample


def test_fields_are_taken_whole_and_as_often_as_asked():
    sample = Sample(np.arange(6.0)[:, None], np.array([3, 3, 1, 1, 1, 2]))
    taken = sample.take([1, 3, 1])
    assert taken.values.ravel().tolist() == [2, 3, 4, 0, 1, 2, 3, 4]
    assert taken.group.tolist() == [1, 1, 1, 3, 3, 1, 1, 1]
    assert sample.groups.tolist() == [1, 2, 3]
    assert len(sample.take([]).values) == 0


def test_features_are_read_as_a_sample(tmp_path):
    with create_stack(tmp_path / "a.h5") as writer:
        writer.append(value=np.ones((3, 2), np.float32), group=np.array([0, 0, 1]), owner=np.arange(3))
    sample = read_sample(tmp_path / "a.h5")
    assert sample.values.dtype == float
    assert sample.group.tolist() == [0, 0, 1]
