"""The picture, its answer, and the sample that it is about."""

import numpy as np
import pytest

from workflow_scripts.formats.stacks import create_stack
from workflow_scripts.judging.comparison import Direction
from workflow_scripts.judging.reasons import Reason, State
from workflow_scripts.judging.verdict import Verdict, write_verdicts
from workflow_scripts.report.quiz import read_quiz
from workflow_scripts.rules.figures import draw_quiz as entry
from workflow_scripts.settings.figures import DrawQuiz

SKIES, METRICS = ["naive", "layered", "drawn"], ["distance", "auc"]
STATES = {  # of both metrics; the best is neither the first nor the last sample
    "real_train": (State.INSIDE, State.INSIDE),
    "naive": (State.OUTSIDE, State.UNDECIDED),
    "layered": (State.INSIDE, State.UNDECIDED),
    "drawn": (State.OUTSIDE, State.OUTSIDE),
}


def verdict(sample, metric, state):
    numbers = ("", 0.5, 0.4, 0.6, 0.1, 0.2, Direction.LARGER)
    return Verdict(sample, metric, state, Reason.SIGNIFICANT, *numbers)


def write_stack(path, level, n, shape):
    """Write images whose pixels say which stack and which row they are of."""
    path.parent.mkdir(exist_ok=True)
    with create_stack(path) as writer:
        writer.append(image=(level + np.arange(n).reshape(-1, *[1] * len(shape)) + np.zeros(shape)).astype(np.float32))
    return str(path)


@pytest.fixture(params=[(16, 20), (16, 16, 3), (140, 130, 2)])
def inputs(request, tmp_path):
    found = {(name, metric): STATES[name][k] for name in STATES for k, metric in enumerate(METRICS)}
    write_verdicts(tmp_path / "verdicts.csv", [verdict(*names, state) for names, state in found.items()])
    stacks = [write_stack(tmp_path / sky / "fields.h5", 1000 * k, 9, request.param) for k, sky in enumerate(SKIES, 1)]
    return {
        "real_test": write_stack(tmp_path / "real_test" / "fields.h5", 0, 8, request.param),
        "sky_fields": stacks[::-1],
        "verdicts": tmp_path / "verdicts.csv",
        "options": DrawQuiz(METRICS, SKIES),
    }


def make(folder, inputs, seed=1):
    """Run the entry; return its answer and the bytes of its picture."""
    folder.mkdir()
    entry.draw_quiz(**inputs, quiz=folder / "quiz.png", answer=folder / "quiz.json", seed=seed)
    return read_quiz(folder / "quiz.json"), (folder / "quiz.png").read_bytes()


def test_the_answer_fits_the_picture_and_the_sample_is_the_best_by_its_verdicts(tmp_path, inputs, monkeypatch):
    seen = []
    draw = entry.draw_numbered
    monkeypatch.setattr(entry, "draw_numbered", lambda images, stretch: seen.append(images) or draw(images, stretch))
    quiz, picture = make(tmp_path / "once", inputs)
    assert picture[:4] == b"\x89PNG"
    assert quiz.sample == "layered"
    levels = [image.flat[0] for image in seen[0]]
    assert [number for number, level in enumerate(levels, 1) if level < 1000] == quiz.answer
    assert levels == [row + (0 if real else 2000) for real, row in zip(quiz.real, quiz.rows, strict=True)]


def test_the_same_seed_gives_the_same_bytes_and_another_one_another_order(tmp_path, inputs):
    once, again, other = (make(tmp_path / name, inputs, seed) for name, seed in (("a", 1), ("b", 1), ("c", 2)))
    assert once == again
    assert once[0] != other[0]
