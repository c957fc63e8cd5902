"""Rule draw_quiz: real images and those of the best generated sample, shuffled in one grid."""

import numpy as np

from workflow_scripts.formats.product_names import by_folder
from workflow_scripts.formats.stacks import open_stack
from workflow_scripts.judging.verdict import rank_samples, read_verdicts
from workflow_scripts.report.figure_data import as_pictures, example_pictures
from workflow_scripts.report.quiz import draw_numbered, shuffle_images, write_quiz
from workflow_scripts.report.style import house_style, save, stretch_of
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.runtime.seeds import rng
from workflow_scripts.settings.figures import DrawQuiz


def draw_quiz(*, real_test, sky_fields, verdicts, quiz, answer, options: DrawQuiz, seed):
    """Draw real test images and those of the sample that the verdicts rank best, shuffled.

    Parameters
    ----------
    real_test, sky_fields : str, list of str
        Stacks of the real test images and of every generated sample.
    verdicts : str
        Output of `rank_skies`.
    quiz, answer : str
        PNG and JSON written; the latter holds a `report.quiz.Quiz`.
    options : settings.figures.DrawQuiz
    """
    best = rank_samples(options.skies, read_verdicts(verdicts), options.metrics)[0]
    generated = by_folder(sky_fields, options.skies)[best]
    with open_stack(real_test) as real, open_stack(generated) as other:
        found = shuffle_images(best, len(real), len(other), rng(seed, "draw_quiz"))
        pairs = zip(found.real, found.rows, strict=True)
        images = [(real if is_real else other)["image"][row] for is_real, row in pairs]
    with house_style():
        save(draw_numbered(as_pictures(np.stack(images)), stretch_of(example_pictures(real_test))), quiz)
    write_quiz(answer, found)


if "snakemake" in globals():
    run_rule(draw_quiz, snakemake)
