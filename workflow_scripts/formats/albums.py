"""Many small pictures in one file: a ZIP of PNG files in a folder per class, which can be used as a data set."""

import io
import zipfile
from contextlib import contextmanager

import numpy as np
from PIL import Image

from workflow_scripts.formats.atomic import whole_file

TIMESTAMP = (1980, 1, 1, 0, 0, 0)  # of every member, so that the same pictures give the same bytes


@contextmanager
def create_album(path):
    """Yield a function `add(name, picture)` that adds a PNG; `picture` is (y, x) or (y, x, 3) uint8."""
    with whole_file(path) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as album:

        def add(name, picture):
            buffer = io.BytesIO()
            Image.fromarray(np.ascontiguousarray(picture)).save(buffer, format="PNG")
            album.writestr(zipfile.ZipInfo(f"{name}.png", TIMESTAMP), buffer.getvalue())

        yield add
