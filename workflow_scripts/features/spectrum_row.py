"""One row of the two-dimensional power spectrum.

The option `floor` counts in variances of the data's noise.
"""

from dataclasses import dataclass

import numpy as np
import scipy.fft

ROWS = "tiles"
IN_VARIANCES = ("floor",)  # options that count in variances of the data's noise


@dataclass(frozen=True)
class Options:
    """`row`: the frequency along y, in waves per image; logarithms are never below `floor`."""

    row: int = 0
    floor: float = 1e-6

    def __post_init__(self):
        if self.row < 0 or self.floor <= 0:
            raise ValueError("row: at least 0; floor: above 0")


def extract(images, options):
    """Return log10 |F|² / pixels along one row of the spectrum of images (n, y, x), kx from 0 to the Nyquist.

    Returns
    -------
    values : (n, x // 2 + 1) float
    columns : list of str

    Raises
    ------
    ValueError
        Where the row lies beyond the Nyquist frequency.
    """
    height, width = images.shape[1:3]
    if options.row > height // 2:
        raise ValueError(f"spectrum_row: row {options.row} is beyond the Nyquist frequency, {height // 2}")
    wave = np.exp(-2j * np.pi * options.row * np.arange(height) / height)
    along_x = np.einsum("y,nyx->nx", wave, images)  # the transform along y at one frequency
    power = np.abs(scipy.fft.fft(along_x, axis=1)[:, : width // 2 + 1]) ** 2 / (height * width)
    return np.log10(np.maximum(power, options.floor)), [f"row_power_{k}" for k in range(power.shape[1])]
