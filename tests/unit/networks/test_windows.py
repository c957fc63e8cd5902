"""Windows cover an image, and what is computed in them has no seam."""

import pytest
import torch

from workflow_scripts.networks.windows import apply_in_windows, window_starts


@pytest.mark.parametrize(("length", "side", "overlap"), [(64, 64, 16), (65, 64, 16), (150, 64, 16), (1000, 64, 63)])
def test_windows_cover_the_axis_and_overlap(length, side, overlap):
    starts = window_starts(length, side, overlap)
    assert starts[0] == 0
    assert starts[-1] == length - side
    assert all(b - a <= side - overlap for a, b in zip(starts[:-1], starts[1:], strict=True))
    assert len(starts) == len(set(starts))


def test_a_local_function_gives_what_it_gives_on_the_whole_image():
    x = torch.randn((2, 3, 50, 70), generator=torch.Generator().manual_seed(0))
    done = apply_in_windows(lambda one, other: 2 * one - other[:, :3], 16, 6, x, torch.cat([x, x], dim=1))
    torch.testing.assert_close(done, x)


def test_results_of_windows_blend_without_a_step():
    """Each window returns a constant of its own: the blend changes by small steps alone."""
    count = iter(range(10**6))
    x = torch.zeros((1, 1, 32, 128))
    done = apply_in_windows(lambda one: torch.stack([one[0] + next(count) for _ in one]), 32, 16, x)[0, 0]
    steps = (done[:, 1:] - done[:, :-1]).abs()
    assert done.max() > 3
    assert steps.max() < 0.2  # a seam is a step of 1


def test_the_number_of_windows_at_a_time_does_not_matter(monkeypatch):
    x = torch.randn((3, 1, 40, 40), generator=torch.Generator().manual_seed(0))
    results = []
    for batch in (64, 2):
        monkeypatch.setattr("workflow_scripts.networks.windows.BATCH", batch)
        results.append(apply_in_windows(lambda one: one.square(), 16, 4, x))
    torch.testing.assert_close(*results)
