"""Files that appear whole or not at all."""

import glob
import json
import os
import secrets
from contextlib import contextmanager
from pathlib import Path

SYNC_BYTES = 2**26  # size up to which a file is synchronised to the disk


@contextmanager
def whole_file(path, wait=False):
    """Yield the name of a part file beside `path`; rename it to `path` when the block ends without an error.

    Every writer has a part file of its own and removes those of earlier writers: leftovers of killed jobs, and files of
    orphaned jobs of a killed run, which can then no longer replace the product.

    Parameters
    ----------
    path : str or Path
    wait : bool
        Synchronise the file to the disk whatever its size.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    for left in path.parent.glob(f".{glob.escape(path.name)}.*.part"):
        left.unlink(missing_ok=True)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        yield part
        if wait or part.stat().st_size <= SYNC_BYTES:
            flush(part)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def flush(path):
    """Synchronise the content of a file to the disk before it is renamed: a power failure leaves no empty file.

    Large products are not synchronised, as that can take several times as long as writing them. One that a power
    failure truncates is detected by its reader, as the header states its size, and can be made again.
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
