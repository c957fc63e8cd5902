import numpy as np
import pytest

from workflow_scripts.formats.stacks import create_stack
from workflow_scripts.judging.sample import Sample, pooled, read_sample


def test_fields_are_taken_whole_and_as_often_as_asked():
    sample = Sample(np.arange(6.0)[:, None], np.array([3, 3, 1, 1, 1, 2]))
    taken = sample.take([1, 3, 1])
    assert taken.values.ravel().tolist() == [2, 3, 4, 0, 1, 2, 3, 4]
    assert taken.group.tolist() == [1, 1, 1, 3, 3, 1, 1, 1]
    assert sample.groups.tolist() == [1, 2, 3]
    assert len(sample.take([]).values) == 0
    assert taken.take([3]).row.tolist() == [0, 1]  # where they stood in the first sample
    with pytest.raises(ValueError, match=r"fields \[0, 9\]"):
        sample.take([9, 0, 1])


def test_samples_are_pooled_and_their_fields_numbered_anew():
    one = Sample(np.arange(3.0)[:, None], np.array([5, 5, 2]), ("a",))
    both = pooled([one, Sample(np.arange(2.0)[:, None], np.array([2, 9]), ("a",))])
    assert both.group.tolist() == [1, 1, 0, 2, 3]
    assert both.values.ravel().tolist() == [0, 1, 2, 0, 1]
    assert both.columns == ("a",)


def test_features_are_read_as_a_sample(tmp_path):
    with create_stack(tmp_path / "a.h5", columns="flux,size") as writer:
        writer.append(value=np.ones((3, 2), np.float32), group=np.array([0, 0, 1]), owner=np.arange(3))
    sample = read_sample(tmp_path / "a.h5")
    assert sample.values.dtype == float
    assert sample.group.tolist() == [0, 0, 1]
    assert sample.columns == ("flux", "size")
