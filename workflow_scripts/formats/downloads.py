"""Files over HTTP: gone on with after a broken connection, with their progress in the log, verified."""

import errno
import hashlib
import http.client
import json
import logging
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

from workflow_scripts.formats.locks import hold

BLOCK_BYTES, SAY_EVERY_S, TIMEOUT_S = 2**18, 10.0, 60.0
BROKEN = (OSError, http.client.HTTPException)  # what a connection can end with


@contextmanager
def locked(folder):
    """Hold the lock of a folder of downloads.

    Raises
    ------
    ValueError
        Where another process is downloading into it.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("a") as lock:
        hold(lock, lambda: f"{folder}: another job is downloading here: wait for it and run again")
        yield folder


def read_address(address, headers=None):
    """Open an address for reading; only http and https are."""
    if not address.startswith(("http://", "https://")):
        raise ValueError(f"{address}: the address begins neither with http:// nor with https://")
    request = urllib.request.Request(address, headers={"User-Agent": "skyloom", **(headers or {})})
    return urllib.request.urlopen(request, timeout=TIMEOUT_S)


def fetch_json(address):
    """Return what an address answers, read as JSON.

    Raises
    ------
    OSError
        Where there is no network, or no such page.
    ValueError
        Where the answer is no JSON.
    """
    try:
        with read_address(address, {"Accept": "application/json"}) as answer:
            return json.loads(answer.read())
    except http.client.HTTPException as error:
        raise OSError(f"{address}: {error!r}") from None


def download(address, path, size, *, tries=6, pause_s=2.0):
    """Download a file of a known size; a `.part` beside it is gone on with.

    Parameters
    ----------
    address : str
    path : Path
    size : int
        In bytes.
    tries : int
        How often in a row the connection may break without a byte gained.
    pause_s : float
        Wait after the first break; doubled after each further one in a row.

    Raises
    ------
    OSError
        Where the connection broke too often; what has come stays for the next run.
    """
    part, failures = path.with_name(f"{path.name}.part"), 0
    while (before := bytes_of(part)) < size:
        try:
            receive(address, part, size)
            error = "the connection was closed early"
        except BROKEN as broken:
            error = broken
        if bytes_of(part) < size:
            failures = 1 if bytes_of(part) > before else failures + 1
            if failures >= tries or is_final(error):
                raise OSError(f"{address}: {error}; {bytes_of(part)} of {size} bytes are here: run again to go on")
            logging.info("%s: %s at %d of %d bytes; once more", address, error, bytes_of(part), size)
            time.sleep(pause_s * 2 ** (failures - 1))
    part.replace(path)


def is_final(error):
    """Tell whether trying again is no use: the address is wrong or forbidden, the disk is full."""
    return getattr(error, "code", 0) in (401, 403, 404, 410) or getattr(error, "errno", 0) == errno.ENOSPC


def receive(address, part, size):
    """Append to a part file what a server sends from there on; start afresh where it cannot send a range."""
    start = bytes_of(part)
    with read_address(address, {"Range": f"bytes={start}-"} if start else None) as answer:
        ranged = answer.status == 206 and answer.headers.get("Content-Range", "").startswith(f"bytes {start}-")
        with part.open("ab" if ranged else "wb") as file:
            said = began = time.monotonic()
            while file.tell() < size and (block := answer.read(min(BLOCK_BYTES, size - file.tell()))):
                file.write(block)
                if time.monotonic() - said > SAY_EVERY_S or file.tell() == size:
                    said = time.monotonic()
                    say_progress(part.stem, file.tell(), size, (file.tell() - start) / max(said - began, 1e-9))


def say_progress(name, n_bytes, size, rate):
    """Log how far a download is."""
    left = (size - n_bytes) / max(rate, 1.0)
    logging.info("%s: %.1f of %.1f MB, %.2f MB/s, %.0f s left", name, n_bytes / 1e6, size / 1e6, rate / 1e6, left)


def bytes_of(path):
    """Return the size of a file, 0 where there is none."""
    return path.stat().st_size if path.exists() else 0


def checksum(path, kind):
    """Return a file's checksum as hexadecimal digits; `kind` is what hashlib calls it."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, kind).hexdigest()


def verify(path, *, size=None, checksums=()):
    """Check a file against its size and its checksums.

    Parameters
    ----------
    path : Path
    size : int or None
    checksums : sequence of (kind, digits, who)
        `md5` or `sha256`, what it shall be, and who says so.

    Raises
    ------
    ValueError
        Naming the file, what it is and what it shall be.
    """
    if size is not None and bytes_of(path) != size:
        raise ValueError(f"{path}: {bytes_of(path)} bytes, {size} are expected")
    for kind, wanted, who in checksums:
        found = checksum(path, kind)
        if found != wanted.lower():
            raise ValueError(f"{path}: its {kind} is {found}, {who} says {wanted}")
