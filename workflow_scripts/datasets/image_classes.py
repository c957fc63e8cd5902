"""Your own galaxies: pictures in folders that are named by class."""

from dataclasses import dataclass, field
from pathlib import Path

from workflow_scripts.formats.downloads import checksum
from workflow_scripts.formats.pictures import decoded

YIELDS = "galaxies"
LINEAR = False  # ASSUME: pictures are stretched for display


@dataclass(frozen=True)
class Options:
    """Which pictures, and how they become images.

    `files` are paths or patterns, expanded and watched by the workflow; the folder that a picture lies in is its class.
    `crop` (0: the shorter side) and `size` in pixels; black becomes `low`, white `high`. `max_unreadable` is the share
    of pictures that may fail to decode: they are listed and left out.
    """

    files: list = field(default_factory=list)
    crop: int = 0
    size: int = 64
    low: float = 0.0
    high: float = 1.0
    max_unreadable: float = 0.0

    def __post_init__(self):
        if not self.files:
            raise ValueError("files: give at least one path or pattern")
        if self.size < 16 or self.crop < 0 or not self.low < self.high:
            raise ValueError("size: at least 16; crop: not negative; low: below high")
        if not 0 <= self.max_unreadable < 1:
            raise ValueError(f"max_unreadable: {self.max_unreadable} is not between 0 and 1")


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
