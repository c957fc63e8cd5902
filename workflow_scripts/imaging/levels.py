"""Grey levels: pixel values in whole steps."""

import numpy as np


def round_to_step(values, step):
    """Round values to multiples of a step, the grey levels of the data; a step of 0 leaves them as they are."""
    return np.round(values / step) * step if step else values
