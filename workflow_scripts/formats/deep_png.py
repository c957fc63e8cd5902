"""PNG with several channels of 16 bits, which Pillow reduces to 8.

The format is that of the PNG specification (third edition), sections 9 and 11: every row of bytes is predicted from the
byte of the same channel to the left, the one above and the one above left, by a filter that the row names.
"""

import struct
import zlib

import numpy as np

SIGNATURE = b"\x89PNG\r\n\x1a\n"
CHANNELS = {2: 3, 4: 2, 6: 4}  # by colour type: RGB, gray with alpha, RGB with alpha
PAETH = 4


def is_deep_png(first):
    """Return whether the first 32 bytes of a file are those of a PNG with several channels of 16 bits."""
    return first.startswith(SIGNATURE) and len(first) > 25 and first[24] == 16 and first[25] in CHANNELS


def read_deep_png(path, check_size):
    """Return the samples of a PNG, (y, x, channel) uint16.

    Parameters
    ----------
    path : Path
    check_size : callable
        Called with width and height before anything is decompressed; raises an error for a picture that is too large.

    Raises
    ------
    ValueError
        If the file is damaged, truncated or interlaced.
    """
    chunks = list(chunks_of(path.read_bytes()))
    width, height, _, colour, _, _, interlace = struct.unpack(">IIBBBBB", chunks[0][1])
    check_size(width, height)
    if interlace:
        raise ValueError("interlaced, with several channels of 16 bits: save it without interlacing")
    n_bytes = 2 * CHANNELS[colour]
    size = height * (1 + width * n_bytes)
    packed = b"".join(data for kind, data in chunks if kind == b"IDAT")
    raw = zlib.decompressobj().decompress(packed, size)
    if len(raw) < size:
        raise ValueError("the file is truncated")
    rows = np.frombuffer(raw, np.uint8).reshape(height, 1 + width * n_bytes)
    samples = unfiltered(rows[:, 1:].reshape(height, width, n_bytes), rows[:, 0])
    return samples.view(">u2").astype(np.uint16)


def chunks_of(content):
    """Yield the kind and the content of every chunk.

    Raises
    ------
    ValueError
        If the file ends early, or a checksum is wrong.
    """
    place, kind = len(SIGNATURE), b""
    while kind != b"IEND":
        if place + 12 > len(content):
            raise ValueError("the file is truncated")
        length, kind = struct.unpack_from(">I4s", content, place)
        data = content[place + 8 : place + 8 + length]
        if content[place + 8 + length : place + 12 + length] != struct.pack(">I", zlib.crc32(kind + data)):
            raise ValueError("the file is truncated, or a checksum is wrong")
        yield kind, data
        place += 12 + length


def unfiltered(coded, filters):
    """Return the bytes (y, x, byte) of coded ones, given the filter of each row, (y,).

    A pixel depends on those to the left, above and above left: all pixels of an antidiagonal are decoded at once.
    """
    if filters.max(initial=0) > PAETH:
        raise ValueError(f"a row has the filter {filters.max()}, which PNG does not define")
    height, width, n_bytes = coded.shape
    known = np.zeros((height + 1, width + 1, n_bytes), np.int16)
    for diagonal in range(height + width - 1):
        y = np.arange(max(0, diagonal - width + 1), min(height, diagonal + 1))
        x = diagonal - y
        near = known[y + 1, x], known[y, x + 1], known[y, x]
        known[y + 1, x + 1] = (coded[y, x] + predicted(filters[y, None], *near)) & 255
    return known[1:, 1:].astype(np.uint8)


def predicted(filters, left, above, corner):
    """Return the prediction of bytes, given the filters of their rows."""
    guess = left + above - corner
    far = [np.abs(guess - near) for near in (left, above, corner)]
    paeth = np.where((far[0] <= far[1]) & (far[0] <= far[2]), left, np.where(far[1] <= far[2], above, corner))
    return np.choose(filters, [np.zeros_like(left), left, above, (left + above) // 2, paeth])
