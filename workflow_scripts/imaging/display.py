"""Pictures for display: an asinh stretch between two levels that preserves colours."""

import numpy as np

SOFTENING = 0.05  # fraction of the range above which the stretch is logarithmic


def display_range(images):
    """Return the levels of black and white: quantiles near the sky level and below the brightest pixels."""
    return float(np.quantile(images, 0.25)), float(np.quantile(images, 0.9985))


def as_pictures(images, black, white):
    """Return images as 8-bit pictures.

    Parameters
    ----------
    images : (n, y, x) or (n, y, x, band) float
        Three bands from blue to red; other numbers of bands are averaged.
    black, white : float
        Levels that become 0 and 255.

    Returns
    -------
    pictures : (n, y, x) or (n, y, x, 3) uint8
        RGB.
    """
    scaled = np.maximum((np.asarray(images, np.float32) - black) / max(white - black, 1e-30), 0)
    if scaled.ndim == 4 and scaled.shape[-1] != 3:
        scaled = scaled.mean(axis=-1)
    light = scaled.mean(axis=-1, keepdims=True) if scaled.ndim == 4 else scaled
    stretched = np.arcsinh(light / SOFTENING) / np.arcsinh(1 / SOFTENING)
    pictures = scaled * (stretched / np.maximum(light, 1e-6)) if scaled.ndim == 4 else stretched
    pictures = pictures[..., ::-1] if scaled.ndim == 4 else pictures
    return np.clip(np.rint(255 * pictures), 0, 255).astype(np.uint8)
