"""Files that appear whole or not at all."""

import json
import os
from contextlib import contextmanager
from pathlib import Path

WAITED_FOR = 2**26  # bytes of the largest file whose way to the disk is waited for


@contextmanager
def whole_file(path):
    """Yield the name of a part file beside `path`; rename it to `path` when the block ends without an error.

    The part's name is fixed, so a killed job leaves at most one, which the next run overwrites.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    try:
        yield part
        flush(part)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def flush(path):
    """Have a file's content on the disk before its name says so: a power cut leaves no empty file.

    Large files are not waited for: their disk takes several times as long as they took to be made. One that a power cut
    shortens is refused by whatever reads it, as its header states its size.
    """
    if path.stat().st_size <= WAITED_FOR:
        with path.open("rb") as file:
            os.fsync(file.fileno())


def write_text(path, text):
    """Write a text file, UTF-8."""
    with whole_file(path) as part:
        part.write_text(text, encoding="utf-8")


def write_json(path, value):
    """Write a value as JSON with sorted keys."""
    write_text(path, json.dumps(value, indent=1, sort_keys=True) + "\n")


def read_json(path):
    """Read a JSON file."""
    return json.loads(Path(path).read_text(encoding="utf-8"))
