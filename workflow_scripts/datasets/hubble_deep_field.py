"""The Hubble Deep Field picture that ships with scikit-image: real sources, stretched grey levels."""

import hashlib

import numpy as np
from skimage import data

from workflow_scripts.settings.contracts.datasets import Dataset

DECLARATION = Dataset(holds="images")


def fetch(folder, options):
    """Record the picture of the installed package; nothing is downloaded.

    Returns
    -------
    records : list of dict
    """
    pixels = data.hubble_deep_field()
    return [
        {
            "file": "skimage.data.hubble_deep_field",
            "bytes": pixels.nbytes,
            "sha256": hashlib.sha256(pixels.tobytes()).hexdigest(),
            "licence": "public domain",
            "credit": "NASA, ESA, STScI: Hubble eXtreme Deep Field",
            "note": "stretched for display, not photometric",
        }
    ]


def read(folder, options):
    """Yield the picture's band mean, (872, 1000) float32, with its labels."""
    gray = data.hubble_deep_field().mean(axis=-1, dtype=np.float32)
    yield gray, {"name": "hubble_deep_field", "unit": "stretched_DN", "band": "mean of RGB"}
