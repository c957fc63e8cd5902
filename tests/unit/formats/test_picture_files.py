"""Pictures are decoded to the values that a viewer displays; what cannot be is refused by one line with the file."""

import struct
import zlib

import numpy as np
import pytest
import tifffile
from PIL import Image

from workflow_scripts.formats.picture_files import read_picture

RED = np.array([200, 30, 60], np.uint8)


@pytest.fixture
def gray():
    return np.random.default_rng(0).integers(0, 256, (12, 17), np.uint8)


@pytest.fixture
def deep():
    return np.random.default_rng(0).integers(0, 2**16, (9, 11, 3), np.uint16)


def test_cmyk_and_palette_become_rgb(tmp_path):
    Image.new("CMYK", (16, 16), tuple(map(int, [*(255 - RED), 0]))).save(tmp_path / "a.jpg", quality=95)
    found = read_picture(tmp_path / "a.jpg").pixels
    assert found.shape == (16, 16, 3)
    assert np.abs(found.astype(int) - RED).max() < 12
    Image.fromarray(np.full((4, 4, 3), RED)).quantize(4).save(tmp_path / "a.png")
    assert (read_picture(tmp_path / "a.png").pixels == RED).all()


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("compression", [None, "zlib"])
def test_a_tiff_with_white_zero_is_not_inverted(tmp_path, gray, bits, compression):
    stored = gray if bits == 8 else gray.astype(np.uint16) * 257
    for sense, shown in (("minisblack", stored), ("miniswhite", 2**bits - 1 - stored)):
        tifffile.imwrite(tmp_path / "a.tif", stored, photometric=sense, compression=compression)
        found = read_picture(tmp_path / "a.tif")
        assert found.white == 2**bits - 1
        np.testing.assert_array_equal(found.pixels, shown)


@pytest.mark.parametrize("bits", [8, 16])
def test_a_tiff_compressed_by_lzw_is_read(tmp_path, gray, bits):
    stored = gray if bits == 8 else gray.astype(np.uint16) * 257
    Image.fromarray(stored).save(tmp_path / "a.tif", compression="tiff_lzw")
    np.testing.assert_array_equal(read_picture(tmp_path / "a.tif").pixels, stored)
    with tifffile.TiffFile(tmp_path / "a.tif", mode="r+b") as file:
        file.pages.first.tags["PhotometricInterpretation"].overwrite(0)
    np.testing.assert_array_equal(read_picture(tmp_path / "a.tif").pixels, 2**bits - 1 - stored)


def test_one_bit_is_black_and_white(tmp_path, gray):
    Image.fromarray(gray > 99).save(tmp_path / "a.png")
    np.testing.assert_array_equal(read_picture(tmp_path / "a.png").pixels, np.where(gray > 99, 255, 0))


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp", "deep.tif", "lzw.tif"])
def test_pictures_are_upright(tmp_path, name, orientation):
    """The bright corner of the upright picture is the upper left one, its second brightest the upper right one."""
    upright = np.zeros((32, 48), np.uint8)
    upright[:16, :24], upright[:16, 24:] = 240, 120
    stored = {  # how a camera held otherwise stores it
        1: upright,
        2: upright[:, ::-1],
        3: upright[::-1, ::-1],
        4: upright[::-1],
        5: upright.T,
        6: np.rot90(upright),
        7: upright[::-1, ::-1].T,
        8: np.rot90(upright, -1),
    }[orientation]
    write_oriented(tmp_path / name, np.ascontiguousarray(stored), orientation)
    found = read_picture(tmp_path / name)
    shown = found.pixels.reshape(*found.pixels.shape[:2], -1).mean(axis=-1) * 255 / found.white
    assert shown.shape == upright.shape
    assert np.abs(shown - upright).max() < 12


def write_oriented(path, pixels, orientation):
    """Write a picture with an orientation: a TIFF of three channels of 16 bits, or any other by Pillow."""
    if path.name == "deep.tif":
        colours = np.repeat(pixels.astype(np.uint16)[..., None] * 257, 3, axis=-1)
        tags = [(274, "H", 1, orientation, False)]
        tifffile.imwrite(path, colours, photometric="rgb", extratags=tags)
        return
    exif = Image.Exif()
    exif[274] = orientation
    Image.fromarray(pixels).save(path, exif=exif, **({"compression": "tiff_lzw"} if path.suffix == ".tif" else {}))


def test_opacity_is_apart(tmp_path, gray):
    Image.fromarray(np.dstack([gray, gray, gray, 255 - gray])).save(tmp_path / "a.png")
    found = read_picture(tmp_path / "a.png")
    assert found.pixels.shape == (12, 17, 3)
    np.testing.assert_array_equal(found.alpha, 255 - gray)
    Image.fromarray(np.dstack([gray, 255 - gray])).save(tmp_path / "b.png")
    found = read_picture(tmp_path / "b.png")
    np.testing.assert_array_equal(found.pixels, gray)
    np.testing.assert_array_equal(found.alpha, 255 - gray)


def test_depth_is_kept(tmp_path, gray, deep):
    values = {"h.tif": deep, "f.tif": deep.astype(np.float32) / 9, "four.tif": np.dstack([deep, deep[..., 0]])}
    for name, pixels in values.items():
        tifffile.imwrite(tmp_path / name, pixels, photometric="minisblack", planarconfig="contig")
        found = read_picture(tmp_path / name).pixels
        assert found.dtype == pixels.dtype
        np.testing.assert_array_equal(found, pixels)
    tifffile.imwrite(tmp_path / "planes.tif", np.moveaxis(deep, -1, 0), photometric="rgb", planarconfig="separate")
    np.testing.assert_array_equal(read_picture(tmp_path / "planes.tif").pixels, deep)
    Image.fromarray(gray.astype(np.uint16) * 257).save(tmp_path / "g.png")
    np.testing.assert_array_equal(read_picture(tmp_path / "g.png").pixels, gray.astype(np.uint16) * 257)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def write_deep_png(path, pixels, filters, interlace=0):
    """Write a PNG of 16 bits byte by byte, with a filter for each row, as the specification describes it."""
    height, width, channels = pixels.shape
    raw = pixels.astype(">u2").view(np.uint8).reshape(height, width * 2 * channels).astype(int)
    step, lines = 2 * channels, b""
    for y in range(height):
        line = [filters[y]]
        for x in range(raw.shape[1]):
            left = raw[y, x - step] if x >= step else 0
            above = raw[y - 1, x] if y else 0
            corner = raw[y - 1, x - step] if y and x >= step else 0
            paeth = min((left, above, corner), key=lambda one: abs(left + above - corner - one))
            line.append((raw[y, x] - [0, left, above, (left + above) // 2, paeth][filters[y]]) % 256)
        lines += bytes(map(int, line))
    header = struct.pack(">IIBBBBB", width, height, 16, {2: 4, 3: 2, 4: 6}[channels], 0, 0, interlace)
    body = [chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(lines)), chunk(b"IEND", b"")]
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(body))


def test_a_png_of_16_bits_keeps_them_under_every_filter(tmp_path, deep):
    write_deep_png(tmp_path / "a.png", deep, [0, 1, 2, 3, 4, 4, 3, 2, 1])
    found = read_picture(tmp_path / "a.png")
    np.testing.assert_array_equal(found.pixels, deep)
    assert found.white == 65535
    assert found.alpha is None
    write_deep_png(tmp_path / "b.png", np.dstack([deep, deep[..., 0]]), [4, 3, 2, 1, 0, 1, 2, 3, 4])
    np.testing.assert_array_equal(read_picture(tmp_path / "b.png").alpha, deep[..., 0])
    with Image.open(tmp_path / "a.png") as image:  # the file is valid: Pillow reads its upper bytes
        np.testing.assert_array_equal(np.asarray(image), deep >> 8)


def animation(path, gray):
    Image.fromarray(gray).save(path, save_all=True, append_images=[Image.fromarray(255 - gray)])


def truncated(path, gray):
    Image.fromarray(np.tile(gray, (9, 9))).save(path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def truncated_deep(path, gray):
    write_deep_png(path, np.dstack([gray] * 3), [4] * 12)
    path.write_bytes(path.read_bytes()[:90])


def lzw_of_16_bits(path, gray):
    """Write a header that states LZW compression of three channels of 16 bits."""
    tifffile.imwrite(path, np.dstack([gray] * 3).astype(np.uint16), photometric="rgb")
    with tifffile.TiffFile(path, mode="r+b") as file:
        file.pages.first.tags["Compression"].overwrite(5)


@pytest.mark.parametrize(
    ("name", "write", "words"),
    [
        ("a.jpg", lambda path, gray: path.write_bytes(b""), "the file is empty"),
        ("a.jpg", lambda path, gray: path.mkdir(), "a folder, not a file"),
        ("a.png", lambda path, gray: None, "no such file"),
        ("a.jpg", lambda path, gray: path.write_text("<html>not found</html>"), "neither PNG, JPEG, TIFF nor WebP"),
        ("a.jpg", truncated, "truncated"),
        ("a.png", truncated, "truncated"),
        ("a.tif", truncated, "not a readable image"),
        ("deep.png", truncated_deep, "truncated"),
        ("a.png", animation, "2 frames or pages"),
        ("a.webp", animation, "2 frames or pages"),
        ("a.tif", animation, "2 frames or pages"),
        ("i.png", lambda path, gray: write_deep_png(path, np.dstack([gray] * 3), [0] * 12, 1), "interlaced"),
        ("c.tif", lzw_of_16_bits, "3 samples of 16 bits with LZW compression: save it uncompressed"),
    ],
)
def test_what_cannot_be_decoded_is_refused_in_one_line(tmp_path, gray, name, write, words):
    write(tmp_path / name, gray)
    with pytest.raises(ValueError, match=words) as error:
        read_picture(tmp_path / name)
    assert str(error.value).startswith(f"{tmp_path / name}: ")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.tif", "deep.png"])
def test_the_size_is_checked_before_anything_is_decoded(tmp_path, gray, name):
    if name == "deep.png":
        write_deep_png(tmp_path / name, np.dstack([gray] * 3), [0] * 12)
    else:
        Image.fromarray(gray).save(tmp_path / name)
    assert read_picture(tmp_path / name, 12 * 17 / 1e6).pixels.shape[:2] == (12, 17)
    with pytest.raises(ValueError, match="17x12 px are more than 0.0002 megapixels: raise"):
        read_picture(tmp_path / name, 0.0002)


def test_a_decompression_bomb_is_refused_from_its_header(tmp_path):
    lines = zlib.compress(bytes(1000))
    header = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 0, 0, 0, 0)
    content = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")
    (tmp_path / "a.png").write_bytes(content)
    with pytest.raises(ValueError, match="100000x100000 px are more than 500 megapixels"):
        read_picture(tmp_path / "a.png")
