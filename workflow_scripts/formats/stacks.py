"""Image stacks in HDF5: columns of equal length, written and read in constant memory.

A stack holds `image (n, y, x)` or `(n, y, x, band)` and any further columns `(n, ...)`, chunked by whole images;
integers are compressed with gzip 1, floats are not, unless they are mostly zeros. Attributes describe the pixels.
There are no timestamps: the same content gives the same bytes.
"""

import json
import os
import zlib
from contextlib import contextmanager, suppress
from pathlib import Path

import h5py
import numpy as np

from workflow_scripts.formats.atomic import whole_file
from workflow_scripts.formats.photometry import photometry_of

FORMAT_VERSION = 2  # 2: lists of names are JSON
CHUNK_BYTES, CHUNK_ROWS = 2**18, 512
PACKING = 1  # of gzip: fast


@contextmanager
def create_stack(
    path,
    *,
    unit="",
    band="",
    pixel_scale_arcsec=None,
    zeropoint_ab=None,
    noise_level=None,
    seed=None,
    code="",
    packed=(),
    **more,
):
    """Create a stack and yield its writer; the file appears when the block ends.

    Parameters
    ----------
    unit, band, zeropoint_ab, noise_level
        See `formats.photometry`; lists with one value per band if there are several.
    pixel_scale_arcsec : float or None
        None if unknown.
    seed : int or None
    code : str
        Fingerprint of the code that writes the stack.
    packed : sequence of str
        Columns of floats to compress like integers, as they are mostly zeros.
    **more
        Further attributes; lists of names are written as JSON, as names may contain any character.
    """
    known = {"unit": unit, "band": band, "pixel_scale_arcsec": pixel_scale_arcsec, "zeropoint_ab": zeropoint_ab}
    known |= {"noise_level": noise_level, "format_version": FORMAT_VERSION}
    attributes = {**known, "seed": seed, "code": code, **more}
    with whole_file(path) as part, new_file(part) as file:
        for name, value in sorted(attributes.items()):
            file.attrs[name] = as_attribute(value)
        yield StackWriter(file, packed)


def as_attribute(value):
    """Return a value as an HDF5 attribute: NaN for None, a list of names as JSON."""
    if isinstance(value, list | tuple):
        return json.dumps(list(value))
    return np.nan if value is None else value


@contextmanager
def new_file(path):
    """Yield a new HDF5 file; after an error, close it without further error messages.

    HDF5 keeps chunks in memory and writes them as it closes: on a full disk each would fail with another message.
    They are written to an anonymous file in memory instead.
    """
    file = h5py.File(path, "w", libver="v110")
    try:
        yield file
        file.flush()  # raises on a full disk; the same error in close would crash HDF5
        file.close()
    except BaseException:
        if hasattr(os, "memfd_create"):  # Linux
            spare = os.memfd_create("discarded")
            os.dup2(spare, file.id.get_vfd_handle())
            os.close(spare)
        with suppress(RuntimeError, OSError):
            file.close()
        raise


class StackWriter:
    """Appends rows to the columns of an open stack.

    It keeps references to the columns: HDF5 suppresses errors while a column is released.
    """

    def __init__(self, file, packed=()):
        self.file, self.columns, self.packed = file, {}, packed

    def append(self, **columns):
        """Append rows: for every column an array of shape (k, ...), with the same k.

        Raises
        ------
        ValueError
            If the columns differ in length, or are not those appended before.
        """
        arrays = {name: np.asarray(values) for name, values in columns.items()}
        if len({len(values) for values in arrays.values()}) != 1:
            raise ValueError(f"columns of unequal length: { {name: len(values) for name, values in arrays.items()} }")
        if self.columns and set(self.columns) != set(arrays):
            raise ValueError(f"columns {sorted(arrays)} appended to a stack of {sorted(self.columns)}")
        for name, values in arrays.items():
            dataset = self.columns[name] = self.columns.get(name) or self._create(name, values)
            start = dataset.shape[0]
            dataset.resize(start + len(values), axis=0)
            if dataset.chunks[0] == 1:
                write_chunks(dataset, start, values)
            else:
                dataset[start:] = values

    def describe(self, **attributes):
        """Set further attributes."""
        for name, value in attributes.items():
            self.file.attrs[name] = as_attribute(value)

    def _create(self, name, values):
        row_bytes = max(1, int(np.prod(values.shape[1:])) * values.dtype.itemsize)
        chunk = (min(max(1, CHUNK_BYTES // row_bytes), CHUNK_ROWS), *values.shape[1:])
        packed = values.dtype.kind in "iub" or name in self.packed
        packing = {"compression": "gzip", "compression_opts": PACKING} if packed else {}
        return self.file.create_dataset(
            name, (0, *values.shape[1:]), values.dtype, maxshape=(None, *values.shape[1:]), chunks=chunk, **packing
        )


def write_chunks(dataset, start, values):
    """Write rows of one chunk each, bypassing the filters and copies of HDF5: the same content, four times as fast."""
    for number, row in enumerate(np.ascontiguousarray(values, dataset.dtype), start):
        chunk = zlib.compress(row, PACKING) if dataset.compression else row.tobytes()
        dataset.id.write_direct_chunk((number, *[0] * (dataset.ndim - 1)), chunk)


@contextmanager
def open_stack(path):
    """Yield a stack for reading: `stack["image"][a:b]`, `stack.attributes`, `len(stack)`.

    Raises
    ------
    ValueError
        If the file is not a stack, or has another format version.
    """
    try:
        file = h5py.File(path, "r")
    except OSError as error:
        raise ValueError(f"{path} is not a readable HDF5 stack: {error}") from None
    with file:
        version = file.attrs.get("format_version")
        if version != FORMAT_VERSION:
            raise ValueError(f"{path} has format version {version}, this code reads {FORMAT_VERSION}: make it again")
        yield Stack(file)


class Stack:
    """An open stack: columns by name, and attributes, with None for unknown values."""

    def __init__(self, file):
        self.file = file
        values = {name: value.item() if hasattr(value, "item") else value for name, value in file.attrs.items()}
        self.attributes = {name: None if value != value else value for name, value in values.items()}

    def __len__(self):
        return len(next(iter(self.file.values()))) if self.file.keys() else 0

    def __contains__(self, name):
        return name in self.file

    def __getitem__(self, name):
        return self.file[name]

    @property
    def photometry(self):
        """Return what the attributes state about the pixels."""
        return photometry_of(self.attributes)

    def names(self, attribute):
        """Return an attribute that is a list of names; an empty list if the stack does not have it."""
        return read_names(self.attributes.get(attribute))

    def blocks(self, name, size):
        """Yield a column in blocks of at most `size` rows."""
        for start in range(0, len(self), size):
            yield self.file[name][start : start + size]


def read_names(text):
    """Return a list of names from an attribute of a stack; an empty list if there is none."""
    return json.loads(text) if text else []


def copy_attributes(stack):
    """Return the attributes that describe the pixels, for a derived stack."""
    kept = ("unit", "band", "pixel_scale_arcsec", "zeropoint_ab", "noise_level")
    return {key: stack.attributes.get(key) for key in kept}


def gather_stacks(paths, writer, block=256):
    """Append the rows of several stacks to a writer, in order and in constant memory."""
    for path in paths:
        with open_stack(Path(path)) as stack:
            for start in range(0, len(stack), block):
                writer.append(**{name: stack[name][start : start + block] for name in stack.file})
