"""The quiz: which images it shows, in which order, and what its answer says."""

import numpy as np

from workflow_scripts.report.quiz import (
    N_EACH,
    Quiz,
    describe_quiz,
    draw_numbered,
    middle,
    read_quiz,
    shuffle_images,
    write_quiz,
)
from workflow_scripts.report.style import house_style


def shuffled(seed, n_real=20, n_generated=30):
    return shuffle_images("naive", n_real, n_generated, np.random.default_rng(seed))


def test_half_of_the_images_are_real_and_none_occurs_twice():
    for seed in range(20):
        quiz = shuffled(seed)
        assert len(quiz.real) == len(quiz.rows) == 2 * N_EACH
        for real, total in ((True, 20), (False, 30)):
            rows = {row for row, one in zip(quiz.rows, quiz.real, strict=True) if one is real}
            assert len(rows) == N_EACH
            assert rows <= set(range(total))


def test_few_images_make_a_small_quiz():
    assert sorted(shuffled(0, 2, 30).real) == sorted(shuffled(0, 20, 2).real) == [False, False, True, True]


def test_the_same_generator_gives_the_same_order_and_another_one_another():
    assert shuffled(1) == shuffled(1)
    assert len({tuple(shuffled(seed).real) for seed in range(20)}) > 10


def test_a_real_image_is_as_often_at_every_place():
    share = np.mean([shuffled(seed).real for seed in range(600)], axis=0)
    np.testing.assert_allclose(share, 0.5, atol=0.1)  # five standard errors


def test_the_answer_counts_from_one():
    quiz = Quiz("point_process", [False, True, True, False], [3, 0, 2, 5])
    assert quiz.answer == [2, 3]
    assert describe_quiz(quiz) == {"n": 4, "n_real": 2, "answer": "2 and 3", "sample": "point process"}


def test_a_quiz_is_read_as_it_was_written(tmp_path):
    write_quiz(tmp_path / "quiz.json", shuffled(3))
    assert read_quiz(tmp_path / "quiz.json") == shuffled(3)


def test_the_middle_of_large_images_is_shown():
    y, x = np.mgrid[:200, :100]
    assert middle(y)[[0, -1], 0].tolist() == [36, 163]
    assert middle(x).shape == (128, 100)
    assert middle(np.zeros((300, 300, 3))).shape == (128, 128, 3)


def test_panels_are_numbered_in_the_order_of_the_images():
    images = np.arange(12.0)[:, None, None] * np.ones((12, 8, 8))
    with house_style():
        panels = draw_numbered(images, (0.0, 12.0, 1.0)).axes
    assert [panel.get_title(loc="left") for panel in panels] == [str(number) for number in range(1, 13)]
    values = [panel.images[0].get_array()[0, 0] for panel in panels]
    assert values == sorted(values)
    assert len(set(values)) == 12
