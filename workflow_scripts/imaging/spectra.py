"""Ring sums of the power spectrum of square images.

The transform of a real image is Hermitian, so half of it is enough; power at ky and -ky falls on the same ring, so
the half is folded once more. What is left is a sum over a quarter of the plane with ring indices made once.
"""

from functools import cache

import numpy as np
import scipy.fft
from scipy.sparse import csr_matrix


@cache
def ring_matrix(side):
    """Return the matrix that sums the folded quarter plane of an image's power over rings.

    Ring r = 0 ... side/2 - 1 holds the frequencies with int(hypot(kx, ky)) = r.

    Returns
    -------
    rings : (side // 2, quarter plane) sparse float32
        Its weights restore the full plane: 2 where kx and -kx differ.
    counts : (side // 2,) float
        Frequencies of the full plane per ring.
    """
    half = side // 2
    kx, ky = np.arange(half + 1), np.arange(half + 1)
    ring = np.hypot(ky[:, None], kx).astype(int).ravel()
    twice = np.where((kx > 0) & (2 * kx != side), 2.0, 1.0)
    rows_folded = np.where((ky > 0) & (2 * ky != side), 2.0, 1.0)
    weight = np.broadcast_to(twice, (half + 1, half + 1)).ravel()
    inside = np.nonzero(ring < half)[0]
    rings = csr_matrix((weight[inside].astype(np.float32), (ring[inside], inside)), (half, ring.size))
    counts = np.bincount(ring[inside], (rows_folded[:, None] * twice).ravel()[inside], half)
    return rings, counts


def ring_power(images):
    """Return the summed power |FFT|² on the rings of each image.

    Parameters
    ----------
    images : (n, side, side)
        Square; computed in float32 with the mean taken off first and put back, which spares its rounding.

    Returns
    -------
    power : (n, side // 2) float64

    Raises
    ------
    ValueError
        Where the images are not square or smaller than 4 px.
    """
    side = images.shape[-1]
    if images.ndim != 3 or images.shape[1] != side or side < 4:
        raise ValueError(f"power spectra need square images (n, y, x) of at least 4 px, not {images.shape}")
    rings, _ = ring_matrix(side)
    power = np.empty((len(images), side // 2))
    for i, image in enumerate(images):
        mean = image.mean(dtype=np.float64)
        half_plane = scipy.fft.rfft(np.subtract(image, mean, dtype=np.float32), axis=1, overwrite_x=True)
        half_plane = scipy.fft.fft(half_plane, axis=0, overwrite_x=True)
        power[i] = rings @ folded_power(half_plane).ravel()
        power[i, 0] += (mean * image.size) ** 2
    return power


def folded_power(half_plane):
    """Return |F|² of a half plane (side, side // 2 + 1) with the rows ky and -ky added: (side // 2 + 1, ...)."""
    side = len(half_plane)
    power = half_plane.real**2
    power += half_plane.imag**2
    power[1 : (side + 1) // 2] += power[: side // 2 : -1]
    return power[: side // 2 + 1]


def ring_counts(side):
    """Return the number of frequencies on each ring, (side // 2,)."""
    return ring_matrix(side)[1]
