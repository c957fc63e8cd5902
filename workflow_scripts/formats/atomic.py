"""Files that appear whole or not at all."""

import glob
import json
import os
import secrets
from contextlib import contextmanager
from pathlib import Path

WAITED_FOR = 2**26  # bytes of the largest file whose way to the disk is waited for


@contextmanager
def whole_file(path, wait=False):
    """Yield the name of a part file beside `path`; rename it to `path` when the block ends without an error.

    Every writer has a part of its own, and takes away those of earlier ones: what a killed job left, or what an orphan
    of a killed run still writes, which can then no longer take the place of the product.

    Parameters
    ----------
    path : str or Path
    wait : bool
        Until the content is on the disk, however large it is.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    for left in path.parent.glob(f".{glob.escape(path.name)}.*.part"):
        left.unlink(missing_ok=True)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        yield part
        if wait or part.stat().st_size <= WAITED_FOR:
            flush(part)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def flush(path):
    """Have a file's content on the disk before its name says so: a power cut leaves no empty file.

    Large products are not waited for: their disk takes several times as long as they took to be made. One that a power
    cut shortens is refused by whatever reads it, as its header states its size, and can be made again.
    """
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
