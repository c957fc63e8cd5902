"""A server on this machine that publishes a record and an archive, and breaks off, lies or refuses on demand."""

import csv
import hashlib
import io
import json
import tarfile
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np

ARCHIVE = "candels-blender-data.tar.gz"
HEADER = ["ID", "RA", "DEC", "FIELD", "mag", "mag_err", "radius", "z", "galtype", "segval"]


def synthetic_stamps(n=12, size=64, flag=False, seed=0):
    """Return images, segmentation maps and rows of n galaxies; the last stamps have a neighbour with a high label."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:size, :size] - size // 2
    images = rng.normal(0.02, 0.01, (n, size, size)).astype(np.float32)
    maps, rows = np.zeros((n, size, size), np.int64), []
    for number in range(n):
        radius = rng.uniform(2, 4)
        images[number] += 10 * rng.uniform(0.5, 2) * np.exp(-np.hypot(x, y) / radius)
        maps[number][np.hypot(x, y) < 4 * radius] = 300 + number
        maps[number][np.hypot(x - size // 3, y) < 3] = 1164
        row = [1000 + number, 150.1, 2.2, "b'COSMOS    '", rng.uniform(20, 23), 0.05, radius, 0.7]
        rows.append([*row, ["irr", "disk", "sph", "sphd"][number % 4], 300 + number])
        if flag:
            rows[-1].append(bool(number % 3))
    return images, maps, rows


def members_of(images, maps, rows, header=HEADER):
    """Return {name: content} of the three files of a release."""
    files = {}
    for name, array in {"candels_img.npy": images, "candels_seg.npy": maps}.items():
        np.save(file := io.BytesIO(), array)
        files[name] = file.getvalue()
    csv.writer(text := io.StringIO()).writerows([header, *rows])
    return {**files, "candels_cat.csv": text.getvalue().encode()}


def release(flag=False, **more):
    """Return the three files of a synthetic release, with or without `clean_flag`."""
    return members_of(*synthetic_stamps(flag=flag, **more), [*HEADER, "clean_flag"] if flag else HEADER)


def archive_of(files, *further):
    """Return a tar.gz of files in a folder, and of further members (TarInfo)."""
    with tarfile.open(fileobj=(packed := io.BytesIO()), mode="w:gz", compresslevel=1) as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name if name.startswith(("/", "..")) else f"data/{name}")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
        for member in further:
            tar.addfile(member)
    return packed.getvalue()


class Publisher:
    """What the server answers, and what was requested.

    Attributes
    ----------
    content : bytes
        Of the archive.
    breaks : list of int
        After so many bytes an answer breaks off, one per request; afterwards none does.
    ranges : bool
        Whether the server can send a part of a file.
    checksum : str
        As the record says.
    ranges_requested : list of str
        Range of each request for the archive.
    refuses : int
        HTTP status that every request for the archive is answered with; 0: none.
    """

    def __init__(self, content):
        self.content, self.breaks, self.ranges, self.ranges_requested, self.refuses = content, [], True, [], 0
        self.checksum, self.size, self.address = f"md5:{hashlib.md5(content).hexdigest()}", len(content), ""

    def record(self):
        links = {"self": f"{self.address}/files/{ARCHIVE}/content"}
        file = {"key": ARCHIVE, "size": self.size, "checksum": self.checksum, "links": links}
        return json.dumps({"files": [file], "metadata": {"license": {"id": "cc-by-4.0"}}}).encode()

    @property
    def options(self):
        return {"record": f"{self.address}/api/records/1", "page": f"{self.address}/records/1"}


@contextmanager
def serve(content):
    """Yield the publisher of an archive."""
    publisher = Publisher(content)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):  # noqa: N802  (so the class wants it)
            answer(self, publisher)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    publisher.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield publisher
    finally:
        server.shutdown()
        server.server_close()


def answer(handler, publisher):
    """Answer one request."""
    if "/api/records/" in handler.path:
        return send(handler, 200, publisher.record(), {})
    byte_range = handler.headers.get("Range", "")
    publisher.ranges_requested.append(byte_range)
    if publisher.refuses:
        return handler.send_error(publisher.refuses)
    start = int(byte_range.removeprefix("bytes=").rstrip("-")) if byte_range and publisher.ranges else 0
    total = len(publisher.content)
    headers = {"Content-Range": f"bytes {start}-{total - 1}/{total}"} if start else {}
    return send(handler, 206 if start else 200, publisher.content[start:], headers, publisher.breaks)


def send(handler, status, body, headers, breaks=()):
    """Send an answer, or the first bytes of it."""
    handler.send_response(status)
    for name, value in {**headers, "Content-Length": str(len(body))}.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body[: breaks.pop(0)] if breaks else body)
