"""One row of the two-dimensional power spectrum.

The option `floor` counts in variances of the data's noise.
"""

import numpy as np
import scipy.fft

from workflow_scripts.settings.bases.features import PowerOptions
from workflow_scripts.settings.contracts.features import Column, Feature
from workflow_scripts.settings.declared import option

DECLARATION = Feature(rows="tiles", in_variances=["floor"])


class Options(PowerOptions):
    """Choice of the row."""

    row: int = option(0, "Frequency along y, in waves per image.", ge=0)


def extract(images, options):
    """Return log10 |F|² / pixels along one row of the spectrum of images (n, y, x), kx from 0 to the Nyquist.

    Returns
    -------
    values : (n, x // 2 + 1) float
    columns : list of Column

    Raises
    ------
    ValueError
        If the row is beyond the Nyquist frequency.
    """
    height, width = images.shape[1:3]
    if options.row > height // 2:
        raise ValueError(f"spectrum_row: row {options.row} is beyond the Nyquist frequency, {height // 2}")
    wave = np.exp(-2j * np.pi * options.row * np.arange(height) / height)
    along_x = np.einsum("y,nyx->nx", wave, images)  # the transform along y at one frequency
    power = np.abs(scipy.fft.fft(along_x, axis=1)[:, : width // 2 + 1]) ** 2 / (height * width)
    texts = (f"power at {k} cycles per image along x" for k in range(power.shape[1]))
    columns = [Column(f"row_power_{k}", text, log=True) for k, text in enumerate(texts)]
    return np.log10(np.maximum(power, options.floor)), columns
