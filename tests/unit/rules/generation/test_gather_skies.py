"""Shards of a sky become one stack; what the recipe states of the variance is summed up."""

import numpy as np
import pytest

from workflow_scripts.formats.stacks import create_stack, open_stack
from workflow_scripts.rules.generation.gather_skies import gather_skies
from workflow_scripts.settings.generation import GatherSkies


def gathered(folder, **maps):
    """Write two shards of a field each, gather them, and return the attributes and the columns of the stack."""
    shards, rows = ([folder / f"{kind}_{shard}.h5" for shard in (0, 1)] for kind in ("fields", "truth"))
    for number, (shard, truth) in enumerate(zip(shards, rows, strict=True)):
        with create_stack(shard, evaluations=0, composed=16) as writer:
            more = {name: values[number : number + 1] for name, values in maps.items()}
            writer.append(image=np.zeros((1, 4, 5), np.float32), **more)
        with create_stack(truth) as writer:
            writer.append(field=np.array([number]), **{name: np.ones(1) for name in ("x", "y", "flux", "peak")})
    products = {
        name: folder / f"{name}.{kind}" for name, kind in (("sky", "h5"), ("truth", "fits"), ("examples", "fits"))
    }
    given = {"options": GatherSkies(n_examples=1), "seed": 1, "code": ""}
    gather_skies(shards=shards, shard_truths=rows, **products, **given)
    with open_stack(products["sky"]) as stack:
        return stack.attributes, {name: stack[name][:] for name in stack.file}


def test_the_fraction_of_overfull_pixels_is_stated(tmp_path):
    variance = np.ones((2, 4, 5), np.float32)
    variance[0, 0, 0], variance[1, :2, 0], variance[1, 3, 3] = 1.5, 2.0, 1.01
    attributes, columns = gathered(tmp_path, relative_variance=variance)
    assert attributes["overfull_fraction"] == pytest.approx(3 / 40)
    np.testing.assert_array_equal(columns["relative_variance"], variance)


def test_a_recipe_that_states_no_variance_has_no_fraction(tmp_path):
    attributes, columns = gathered(tmp_path)
    assert "overfull_fraction" not in attributes
    assert list(columns) == ["image"]
