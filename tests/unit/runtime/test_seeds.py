import numpy as np
import pytest

from workflow_scripts.runtime.seeds import rng, sequence, torch_seed


def test_the_same_key_gives_the_same_numbers():
    np.testing.assert_array_equal(rng(42, "a", 3).random(5), rng(42, "a", 3).random(5))
    assert torch_seed(42, "a", 3) == torch_seed(42, "a", 3)


def test_seeds_streams_and_items_give_different_numbers():
    keys = [(seed, stream, item) for seed in (42, 43) for stream in ("a", "b", "c") for item in range(20)]
    assert len({rng(*key).random() for key in keys}) == len(keys)
    assert len({torch_seed(*key) for key in keys}) == len(keys)


def test_item_zero_is_not_what_a_shorter_list_of_entropy_gives():
    # [42, 3] and [42, 3, 0] as entropy are one sequence; seed, stream and item must not be mixed up like that.
    same = [np.random.SeedSequence(entropy).generate_state(4) for entropy in ([42, 3], [42, 3, 0])]
    np.testing.assert_array_equal(*same)
    states = [sequence(42, "3", item).generate_state(4).tolist() for item in (0, 3)]
    states += [np.random.SeedSequence(entropy).generate_state(4).tolist() for entropy in (42, [42, 3])]
    assert len({tuple(state) for state in states}) == 4


def test_streams_are_independent():
    numbers = np.stack([rng(42, "stars", item).standard_normal(400) for item in range(40)])
    correlation = np.corrcoef(numbers)[np.triu_indices(40, 1)]
    assert correlation.std() == pytest.approx(1 / np.sqrt(400), rel=0.15)
    assert np.abs(correlation).max() < 5 / np.sqrt(400)


def test_torch_seeds_fit_a_signed_integer():
    assert all(0 <= torch_seed(42, "a", item) < 2**63 for item in range(100))
