"""Quiz: real images and those of one generated sample, shuffled in one grid."""

from dataclasses import asdict, dataclass

import numpy as np
from matplotlib.figure import Figure

from workflow_scripts.formats.atomic import read_json, write_json
from workflow_scripts.report.names import display_name, enumerate_names
from workflow_scripts.report.style import show_image

N_EACH = 6  # real images, and generated ones
WIDEST = 128  # pixels: of larger images the middle is shown, pixel noise included
N_COLUMNS, CELL, LABEL = 4, 2.2, 0.26  # inches: of an image, of its number


@dataclass(frozen=True)
class Quiz:
    """The images of a quiz, in the order of their numbers.

    Attributes
    ----------
    sample : str
        The generated sample.
    real : list of bool
        Whether an image is real.
    rows : list of int
        Row of each image in the stack of its sample.
    """

    sample: str
    real: list
    rows: list

    @property
    def answer(self):
        """Return the numbers of the real images; the first image is number 1."""
        return [number for number, real in enumerate(self.real, 1) if real]


def write_quiz(path, quiz):
    """Write a quiz as JSON."""
    write_json(path, asdict(quiz))


def read_quiz(path):
    """Read a quiz that `write_quiz` wrote."""
    return Quiz(**read_json(path))


def shuffle_images(sample, n_real, n_generated, rng):
    """Return a quiz of as many real images as generated ones, at most `N_EACH`, drawn without replacement.

    Parameters
    ----------
    sample : str
        The generated sample.
    n_real, n_generated : int
        Images in the two stacks.
    rng : numpy.random.Generator
    """
    n_each = min(N_EACH, n_real, n_generated)
    rows = np.concatenate([rng.choice(n_images, n_each, replace=False) for n_images in (n_real, n_generated)])
    order = rng.permutation(2 * n_each)
    return Quiz(sample, (order < n_each).tolist(), rows[order].tolist())


def describe_quiz(quiz):
    """Return the data of a quiz for the page: the numbers of images and of real ones, the answer, the sample."""
    answer = enumerate_names([*map(str, quiz.answer)])
    return {"n": len(quiz.real), "n_real": len(quiz.answer), "answer": answer, "sample": display_name(quiz.sample)}


def middle(image):
    """Return the middle of an image (y, x[, band]) along each axis that is longer than `WIDEST`."""
    height, width = image.shape[:2]
    y, x = max(0, (height - WIDEST) // 2), max(0, (width - WIDEST) // 2)
    return image[y : y + WIDEST, x : x + WIDEST]


def draw_numbered(images, stretch):
    """Draw numbered images in a grid.

    Parameters
    ----------
    images : (n, y, x[, band]) float
    stretch : tuple
        Stretch of real images by `style.stretch_of`.
    """
    n_columns = min(N_COLUMNS, len(images))
    n_rows = -(-len(images) // n_columns)
    cropped = [middle(image) for image in images]
    height, width = cropped[0].shape[:2]
    row = CELL * height / width + LABEL
    figure = Figure(figsize=(n_columns * CELL, n_rows * row), layout="none")
    grid = figure.subplots(n_rows, n_columns, squeeze=False).ravel()
    figure.subplots_adjust(0, 0, 1, 1 - LABEL / (n_rows * row), wspace=0.03, hspace=LABEL / (row - LABEL))
    for axes in grid[len(images) :]:
        axes.remove()
    for number, (axes, image) in enumerate(zip(grid, cropped, strict=False), 1):
        show_image(axes, image, stretch)
        axes.set_title(str(number), pad=3)
    return figure
