"""Pixels as a screen shows them: an asinh stretch between two levels, colours kept."""

import numpy as np

SOFTENING = 0.05  # of the range: what is brighter than this is compressed


def display_range(images):
    """Return the levels of black and white that suit images of any kind: the sky, and all but the brightest pixels."""
    return float(np.quantile(images, 0.25)), float(np.quantile(images, 0.9985))


def as_pictures(images, black, white):
    """Return images as 8-bit pictures.

    Parameters
    ----------
    images : (n, y, x) or (n, y, x, band) float
        Bands from blue to red; of other numbers than three their mean is shown.
    black, white : float
        Levels that become 0 and 255.

    Returns
    -------
    pictures : (n, y, x) or (n, y, x, 3) uint8
        Red first, as screens have it.
    """
    scaled = np.maximum((np.asarray(images, np.float32) - black) / max(white - black, 1e-30), 0)
    if scaled.ndim == 4 and scaled.shape[-1] != 3:
        scaled = scaled.mean(axis=-1)
    light = scaled.mean(axis=-1, keepdims=True) if scaled.ndim == 4 else scaled
    shown = np.arcsinh(light / SOFTENING) / np.arcsinh(1 / SOFTENING)
    pictures = scaled * (shown / np.maximum(light, 1e-6)) if scaled.ndim == 4 else shown
    pictures = pictures[..., ::-1] if scaled.ndim == 4 else pictures
    return np.clip(np.rint(255 * pictures), 0, 255).astype(np.uint8)
