import numpy as np
import pytest
import torch

from workflow_scripts.models import edm
from workflow_scripts.networks.trainable import Task, Trainable
from workflow_scripts.training.description import StageDescription
from workflow_scripts.training.sampling import BATCH, TrainedGenerator

FLUX = {"name": "flux", "kind": "number", "log": False, "mean": 0.0, "std": 1.0}


class Model(Trainable):
    task = Task.GENERATE
    evaluations = 3

    def __init__(self, shape):
        super().__init__()
        self.weight, self.shape, self.calls = torch.nn.Parameter(torch.ones(1)), shape, []

    def sample(self, n, condition, generator):
        self.calls.append((n, None if condition is None else condition.clone()))
        noise = torch.randn((n, *self.shape), generator=generator)
        return noise if condition is None else noise * 0 + condition[:, :1]


def describe(shape, *condition):
    return StageDescription("m", {}, shape, {"kind": "none"}, list(condition))


def generator(*shape, condition=(), **settings):
    return TrainedGenerator(Model(shape), describe(shape, *condition), **settings)


def test_the_first_samples_do_not_depend_on_how_many_are_requested():
    few, many = (generator(5)(n, np.random.default_rng(0)) for n in (3, 3 * BATCH + 1))
    assert many.shape == (3 * BATCH + 1, 5)
    np.testing.assert_array_equal(few, many[:3])
    assert len(np.unique(many[:, 0])) == len(many)


def test_a_network_sees_full_batches_only_and_the_last_condition_fills_them():
    one = generator(1, condition=[FLUX])
    flux = np.arange(BATCH + 2.0)
    samples = one(BATCH + 2, np.random.default_rng(0), {"flux": flux, "more": flux})
    np.testing.assert_array_equal(samples, flux[:, None])
    assert [n for n, _ in one.module.calls] == [BATCH, BATCH]
    assert one.evaluations == 3 * (BATCH + 2)  # those that fill a batch are not counted
    assert one.module.calls[1][1].ravel().tolist() == [BATCH] + [BATCH + 1] * (BATCH - 1)


def test_batches_may_be_smaller():
    one = generator(5).with_batch(4)
    assert len(np.unique(one(6, np.random.default_rng(0))[:, 0])) == 6
    assert [n for n, _ in one.module.calls] == [4, 4]


@pytest.mark.parametrize(("shape", "expected"), [((1, 4, 6), (2, 4, 6)), ((3, 4, 6), (2, 4, 6, 3)), ((7,), (2, 7))])
def test_channels_come_last_or_go(shape, expected):
    assert generator(*shape)(2, np.random.default_rng(0)).shape == expected


def test_no_samples_have_a_shape_too():
    assert generator(1, 4, 6)(0, np.random.default_rng(0)).shape == (0, 4, 6)


def test_every_call_draws_anew_from_the_generator_it_is_given():
    one, rng = generator(5), np.random.default_rng(0)
    assert not np.array_equal(one(2, rng), one(2, rng))


def test_every_conditioning_column_must_be_requested():
    one = generator(1, condition=[FLUX])
    with pytest.raises(ValueError, match="no column flux"):
        one(3, np.random.default_rng(0))
    with pytest.raises(ValueError, match="2 conditions for 3 samples"):
        one(3, np.random.default_rng(0), {"flux": np.ones(2)})


def test_the_guidance_scale_may_be_another_one_than_the_stages():
    options = edm.Options(width=8, factors=[1], n_steps=2)
    torch.manual_seed(0)
    model = edm.build(options, (1, 8, 8), 1)
    for weight in model.parameters():
        torch.nn.init.normal_(weight, 0, 0.2)
    drawn = [
        TrainedGenerator(model, describe((1, 8, 8), FLUX), guidance=guidance)(
            2, np.random.default_rng(0), {"flux": np.ones(2)}
        )
        for guidance in (None, 1.0, 3.0)
    ]
    np.testing.assert_array_equal(drawn[0], drawn[1])
    assert not np.allclose(drawn[1], drawn[2])
    with pytest.raises(ValueError, match="guidance: not supported by model"):
        generator(1, guidance=2.0)


@pytest.mark.parametrize(("n", "batches"), [(3, [3]), (0, [1]), (BATCH + 1, [BATCH, BATCH])])
def test_maps_are_sampled_without_filling_a_batch(n, batches):
    sketch = {"name": "sketch", "kind": "map", "planes": 1, "softening": 1.0}
    one = generator(1, 4, 6, condition=[sketch])
    drawn = one(n, np.random.default_rng(0), {"sketch": np.sinh(np.ones((n, 4, 6, 1)))})
    np.testing.assert_allclose(drawn, np.ones((n, 4, 6)))
    assert [size for size, _ in one.module.calls] == batches
