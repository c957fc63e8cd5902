"""Downloads over HTTP: resumed after a broken connection, verified, with their progress in the log."""

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

BLOCK_BYTES, LOG_INTERVAL_S, TIMEOUT_S = 2**18, 10.0, 60.0
BROKEN = (OSError, http.client.HTTPException)  # errors of a broken connection


@contextmanager
def locked(folder):
    """Hold the lock of a folder of downloads.

    Raises
    ------
    ValueError
        If another process is downloading into it.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("a") as lock:
        hold(lock, lambda: f"{folder}: another job is downloading here: wait for it and run again")
        yield folder


def read_address(address, headers=None):
    """Open an http or https address for reading."""
    if not address.startswith(("http://", "https://")):
        raise ValueError(f"{address}: not an address that begins with http:// or https://")
    request = urllib.request.Request(address, headers={"User-Agent": "skyloom", **(headers or {})})
    return urllib.request.urlopen(request, timeout=TIMEOUT_S)


def fetch_json(address):
    """Return the response of an address, parsed as JSON.

    Raises
    ------
    OSError
        If there is no network, or no such page.
    ValueError
        If the response is not JSON.
    """
    try:
        with read_address(address, {"Accept": "application/json"}) as answer:
            return json.loads(answer.read())
    except http.client.HTTPException as error:
        raise OSError(f"{address}: {error!r}") from None


def download(address, path, size, *, tries=6, pause_s=2.0):
    """Download a file of a known size, resuming a `.part` file beside it.

    Parameters
    ----------
    address : str
    path : Path
    size : int
        In bytes.
    tries : int
        Number of successive failures without progress after which to give up.
    pause_s : float
        Pause after the first failure, doubled after each successive one.

    Raises
    ------
    OSError
        If the connection failed too often; the part that was received is kept for the next run.
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
                raise OSError(f"{address}: {error}; {bytes_of(part)} of {size} bytes received: run again to resume")
            logging.info("%s: %s at %d of %d bytes; trying again", address, error, bytes_of(part), size)
            time.sleep(pause_s * 2 ** (failures - 1))
    part.replace(path)


def is_final(error):
    """Return whether an error is permanent: the address is wrong or forbidden, or the disk is full."""
    return getattr(error, "code", 0) in (401, 403, 404, 410) or getattr(error, "errno", 0) == errno.ENOSPC


def receive(address, part, size):
    """Append the rest of a file to its part; start again if the server does not support ranges."""
    start = bytes_of(part)
    with read_address(address, {"Range": f"bytes={start}-"} if start else None) as answer:
        ranged = answer.status == 206 and answer.headers.get("Content-Range", "").startswith(f"bytes {start}-")
        with part.open("ab" if ranged else "wb") as file:
            logged = began = time.monotonic()
            while file.tell() < size and (block := answer.read(min(BLOCK_BYTES, size - file.tell()))):
                file.write(block)
                if time.monotonic() - logged > LOG_INTERVAL_S or file.tell() == size:
                    logged = time.monotonic()
                    log_progress(part.stem, file.tell(), size, (file.tell() - start) / max(logged - began, 1e-9))


def log_progress(name, n_bytes, size, rate):
    """Log the progress of a download."""
    left = (size - n_bytes) / max(rate, 1.0)
    logging.info("%s: %.1f of %.1f MB, %.2f MB/s, %.0f s left", name, n_bytes / 1e6, size / 1e6, rate / 1e6, left)


def bytes_of(path):
    """Return the size of a file, 0 if there is none."""
    return path.stat().st_size if path.exists() else 0


def checksum(path, kind):
    """Return the checksum of a file as hexadecimal digits; `kind` is a name of hashlib."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, kind).hexdigest()


def verify(path, *, size=None, checksums=()):
    """Check the size and the checksums of a file.

    Parameters
    ----------
    path : Path
    size : int or None
    checksums : sequence of (kind, digits, origin)
        `md5` or `sha256`, the expected value, and where it comes from.

    Raises
    ------
    ValueError
        If one differs; the message states the found and the expected value.
    """
    if size is not None and bytes_of(path) != size:
        raise ValueError(f"{path}: {bytes_of(path)} bytes, {size} are expected")
    for kind, expected, origin in checksums:
        found = checksum(path, kind)
        if found != expected.lower():
            raise ValueError(f"{path}: its {kind} is {found}, {origin} states {expected}")
