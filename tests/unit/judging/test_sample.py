import numpy as np
import pytest

from workflow_scripts.formats.stacks import create_stack
from workflow_scripts.judging.comparison import compare
from workflow_scripts.judging.metric import Metric
from workflow_scripts.judging.null import draw_null
from workflow_scripts.judging.sample import Sample, match_fractions, pool_samples, read_sample


def test_fields_are_taken_whole_and_as_often_as_requested():
    sample = Sample(np.arange(6.0)[:, None], np.array([3, 3, 1, 1, 1, 2]))
    taken = sample.take([1, 3, 1])
    assert taken.values.ravel().tolist() == [2, 3, 4, 0, 1, 2, 3, 4]
    assert taken.group.tolist() == [1, 1, 1, 3, 3, 1, 1, 1]
    assert sample.groups.tolist() == [1, 2, 3]
    assert len(sample.take([]).values) == 0
    assert taken.take([3]).row.tolist() == [0, 1]  # where they stood in the first sample
    with pytest.raises(ValueError, match=r"blocks \[0, 9\]"):
        sample.take([9, 0, 1])


def test_samples_are_pooled_and_their_fields_numbered_anew():
    one = Sample(np.arange(3.0)[:, None], np.array([5, 5, 2]), ("a",))
    both = pool_samples([one, Sample(np.arange(2.0)[:, None], np.array([2, 9]), ("a",))])
    assert both.group.tolist() == [1, 1, 0, 2, 3]
    assert both.values.ravel().tolist() == [0, 1, 2, 0, 1]
    assert both.columns == ("a",)


def test_features_are_read_as_a_sample(tmp_path):
    with create_stack(tmp_path / "a.h5", columns="flux,size", n_images=5) as writer:
        writer.append(value=np.ones((3, 2), np.float32), group=np.array([0, 0, 1]), owner=np.arange(3))
    sample = read_sample(tmp_path / "a.h5")
    assert sample.values.dtype == float
    assert sample.group.tolist() == [0, 0, 1]
    assert sample.columns == ("flux", "size")
    assert sample.count() == "2 independent blocks with measurements in 5 images"
    assert Sample(sample.values, sample.group).count() == "2 independent blocks"


def of_sources(rng, n_fields, n_measured):
    """Return 40 sources of each field, of which some, evenly spaced, were measured: more fields, fewer of each."""
    rows = np.arange(n_measured) * 40 * n_fields // n_measured
    return Sample(rng.normal(size=(n_measured, 1)), rows // 40, fraction=n_measured / (40 * n_fields))


def test_the_denser_sample_is_thinned_and_no_field_is_lost():
    rng = np.random.default_rng(0)
    dense, sparse = of_sources(rng, 20, 800), of_sources(rng, 400, 800)
    one, other = match_fractions([dense, sparse], rng)
    assert other is sparse
    assert len(one.values) == pytest.approx(40, abs=20)
    assert one.groups.tolist() == dense.groups.tolist()
    assert one.fraction == sparse.fraction
    assert set(one.values.ravel()) <= set(dense.values.ravel())


def test_more_fields_of_the_same_kind_are_not_distinguished():
    """Of each field fewer sources are measured then: means of fields scatter more."""
    spread = Metric(lambda a, b, rng: float(abs(mean_spread(a) - mean_spread(b))))
    p = []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        real, many = of_sources(rng, 20, 800), of_sources(rng, 160, 800)
        p.append(compare(real, many, spread, draw_null(real, spread, 19, rng), 5, rng, rng).p)
    assert np.mean(np.array(p) <= 0.1) <= 0.25  # 1.0 without thinning


def mean_spread(sample):
    """Return the deviation of the means of fields."""
    return np.std([sample.values[sample.group == group].mean() for group in sample.groups])
