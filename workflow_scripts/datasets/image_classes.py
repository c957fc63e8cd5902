"""Your own galaxies: pictures in a folder per class."""

from pathlib import Path

from workflow_scripts.formats.downloads import checksum
from workflow_scripts.formats.pictures import decoded
from workflow_scripts.settings.bases.datasets import PictureOptions
from workflow_scripts.settings.contracts.datasets import Dataset

DECLARATION = Dataset(holds="galaxies", linear=False)


class Options(PictureOptions):
    """Choice and preparation of the pictures; the name of a picture's folder is its class."""


def fetch(folder, options):
    """Record sizes and checksums of the files; nothing is copied."""
    paths = map(Path, options.files)
    return [{"file": str(path), "bytes": path.stat().st_size, "sha256": checksum(path, "sha256")} for path in paths]


def describe(folder, options):
    """Return the properties of the pixels, and the classes in alphabetical order."""
    classes = sorted({Path(file).parent.name for file in options.files})
    return {"unit": "stretched", "band": "picture", "classes": classes}


def read(folder, options):
    """Yield each picture, (s, s[, band]) float32, with its id and class."""
    paths = sorted(map(Path, options.files))
    items = ((path, {"id": f"{path.parent.name}/{path.name}", "class": path.parent.name}) for path in paths)
    yield from decoded(items, options.max_unreadable, options)
