"""Your own galaxies: pictures in folders that are named by class."""

from pathlib import Path

from workflow_scripts.formats.downloads import checksum
from workflow_scripts.formats.pictures import decoded
from workflow_scripts.settings.bases.datasets import PictureOptions
from workflow_scripts.settings.contracts.datasets import Dataset

DECLARATION = Dataset(holds="galaxies", linear=False)


class Options(PictureOptions):
    """Which pictures, and how they become images; the folder that a picture lies in is its class."""


def fetch(folder, options):
    """Record the files' sizes and checksums; nothing is copied."""
    paths = map(Path, options.files)
    return [{"file": str(path), "bytes": path.stat().st_size, "sha256": checksum(path, "sha256")} for path in paths]


def describe(folder, options):
    """Return what the pixels are, and the classes in alphabetical order."""
    classes = sorted({Path(file).parent.name for file in options.files})
    return {"unit": "stretched", "band": "picture", "classes": classes}


def read(folder, options):
    """Yield each picture, (s, s[, band]) float32, with its id and class."""
    paths = sorted(map(Path, options.files))
    items = ((path, {"id": f"{path.parent.name}/{path.name}", "class": path.parent.name}) for path in paths)
    yield from decoded(items, options.max_unreadable, options)
