import math

import pytest
import torch

from workflow_scripts.models.class_cnn import Options, build


def test_it_starts_from_no_opinion_and_learns_which_side_is_bright():
    torch.manual_seed(0)
    classes = torch.arange(64) % 2
    x = -torch.ones(64, 1, 8, 8)
    x[classes == 0, :, :, 2:6] = 1.0  # a band from top to bottom,
    x[classes == 1, :, 2:4, :] = 1.0  # a thinner one from left to right
    batch = {"x": x, "condition": torch.nn.functional.one_hot(classes, 2).float()}
    module = build(Options(width=4, layers=2, lr=0.01), (1, 8, 8), 2)
    loss, _ = module.loss(batch, None, "all")
    assert loss.item() == pytest.approx(math.log(2))
    optimizer = module.optimizer("all")
    for _ in range(30):
        optimizer.zero_grad()
        module.loss(batch, None, "all")[0].backward()
        optimizer.step()
    predicted = module.eval().predict(x)
    torch.testing.assert_close(predicted.sum(dim=1), torch.ones(64))
    assert (predicted.argmax(dim=1) == classes).all()


@pytest.mark.parametrize("n_condition", [0, 1])
def test_classes_are_needed(n_condition):
    with pytest.raises(ValueError, match="condition"):
        build(Options(), (1, 8, 8), n_condition)
