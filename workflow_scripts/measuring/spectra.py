"""Power spectra of square images, summed over rings of wave numbers.

The transform of a real image is Hermitian, so half of it is sufficient. The power at ky and -ky is on the same ring and
is added first. The remaining quarter of the plane is summed by a sparse matrix, which is cached for each image size.
"""

from functools import cache

import numpy as np
import scipy.fft
from scipy.sparse import csr_matrix

from workflow_scripts.imaging.levels import float32_unit

N_BANDS = 8  # of rows: sums over a band are in float32, sums of bands in float64, which limits rounding errors


@cache
def ring_matrix(side):
    """Return the matrix that sums the folded quarter plane of the power over rings, for each band of rows.

    Ring r = 0 ... side // 2 - 1 holds the frequencies with int(hypot(kx, ky)) = r.

    Returns
    -------
    rings : (N_BANDS * (side // 2), quarter plane) sparse float32
        Its weights are 2 where kx and -kx differ, for the full plane. The quarter plane has the columns kx = 0 ...
        side // 2 - 1, or to side // 2 if the side is odd, and the rows ky = 0 ... side // 2.
    counts : (side // 2,) float
        Number of wave numbers of the full plane per ring.
    """
    n_rings, (n_rows, n_columns) = side // 2, quarter_shape(side)
    ky, kx = np.divmod(np.arange(n_rows * n_columns), n_columns)
    ring = np.hypot(kx, ky).astype(int)
    mirrored_x = np.where(kx > 0, 2.0, 1.0)
    mirrored_y = np.where((ky > 0) & (2 * ky != side), 2.0, 1.0)
    inside = np.nonzero(ring < n_rings)[0]
    row = ring[inside] + n_rings * (ky[inside] * N_BANDS // n_rows)
    weight = mirrored_x[inside].astype(np.float32)
    rings = csr_matrix((weight, (row, inside)), (N_BANDS * n_rings, ring.size))
    return rings, np.bincount(ring[inside], (mirrored_x * mirrored_y)[inside], n_rings)


def quarter_shape(side):
    """Return the shape of the folded quarter plane; the Nyquist column of an even side is on no ring."""
    return side // 2 + 1, (side + 1) // 2


def ring_power(images):
    """Return the summed power |FFT|² on the rings of each image.

    Parameters
    ----------
    images : (n, side, side)
        Square. The transform is in float32; the mean is subtracted before and restored after, to limit rounding errors.

    Returns
    -------
    power : (n, side // 2) float64

    Raises
    ------
    ValueError
        If the images are not square or smaller than 4 px.
    """
    side = images.shape[-1]
    if images.ndim != 3 or images.shape[1] != side or side < 4:
        raise ValueError(f"power spectra need square images (n, y, x) of at least 4 px, not {images.shape}")
    unit = float32_unit(images)
    images = images if unit == 1 else images / unit
    rings, _ = ring_matrix(side)
    power = np.empty((len(images), side // 2))
    centred = np.empty((side, side), np.float32)
    amplitude = np.empty((side, quarter_shape(side)[1]), np.float32)
    for i, image in enumerate(images):
        mean = np.float32(image.mean())
        np.subtract(image, mean, out=centred)
        half_plane = transform(centred)
        folded = folded_power(half_plane, amplitude)
        power[i] = (rings @ folded.ravel()).reshape(N_BANDS, -1).sum(axis=0, dtype=np.float64)
        restore_mean(power[i], half_plane[0, 0], float(mean) * image.size)
    return power * unit**2


def transform(image):
    """Return the Fourier transform (ky, kx) of an image for the columns kx of the rings."""
    half_plane = scipy.fft.rfft(image, axis=1)[:, : quarter_shape(len(image))[1]]
    return scipy.fft.fft(half_plane, axis=0, overwrite_x=True)


def folded_power(half_plane, amplitude):
    """Return |F|² with the rows ky and -ky added, (side // 2 + 1, columns); `amplitude` (side, columns) is overwritten.

    `abs` and a square are four times faster in NumPy than the squares of the strided real and imaginary parts.
    """
    side = len(half_plane)
    power = np.square(np.abs(half_plane, out=amplitude), out=amplitude)
    power[1 : (side + 1) // 2] += power[: side // 2 : -1]
    return power[: side // 2 + 1]


def restore_mean(power, rest, total):
    """Restore the power of ring 0 in place after the mean was subtracted; `rest` is the remaining sum of the pixels."""
    power[0] = abs(total + complex(rest)) ** 2


def ring_counts(side):
    """Return the number of frequencies on each ring, (side // 2,)."""
    return ring_matrix(side)[1]
