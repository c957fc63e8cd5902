"""Fast generation of white noise."""

import numpy as np


def standard_normal(shape, rng):
    """Return normal deviates in single precision by the method of Box and Muller (1958), 2.5 times as fast as NumPy.

    ASSUME: deviates beyond 5.77, of which there is one in 10^8, are not needed (the uniform deviates are multiples of
    2^-24).

    Parameters
    ----------
    shape : tuple of int
    rng : numpy.random.Generator
    """
    n = int(np.prod(shape))
    uniform = rng.random((2, (n + 1) // 2), dtype=np.float32)
    length = np.sqrt(np.float32(-2) * np.log(np.float32(1) - uniform[0]))
    angle = np.float32(2 * np.pi) * uniform[1]
    deviates = np.empty_like(uniform)
    np.cos(angle, out=deviates[0])
    np.sin(angle, out=deviates[1])
    deviates *= length
    return deviates.reshape(-1)[:n].reshape(shape)
