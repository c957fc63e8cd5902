"""Many small pictures in one file: a ZIP of PNGs, a folder per class, that unpacks to a data set of its own."""

import io
import zipfile
from contextlib import contextmanager

import numpy as np
from PIL import Image

from workflow_scripts.formats.atomic import whole_file

LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the time of every member: the same pictures are the same bytes


@contextmanager
def create_album(path):
    """Yield a function `add(name, picture)` that adds a PNG; `picture` is (y, x) or (y, x, 3) uint8."""
    with whole_file(path) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as album:

        def add(name, picture):
            buffer = io.BytesIO()
            Image.fromarray(np.ascontiguousarray(picture)).save(buffer, format="PNG")
            album.writestr(zipfile.ZipInfo(f"{name}.png", LONG_AGO), buffer.getvalue())

        yield add
