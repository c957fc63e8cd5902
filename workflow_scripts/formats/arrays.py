"""NPY files written row by row, to be read with `np.load(mmap_mode="r")`."""

from contextlib import contextmanager

import numpy as np

from workflow_scripts.formats.atomic import whole_file


@contextmanager
def create_array(path, shape, dtype):
    """Create an NPY file of a known shape and yield its writer; the file appears when the block ends.

    Raises
    ------
    ValueError
        If the block ends before all rows are written.
    """
    with whole_file(path) as part, part.open("wb") as file:
        header = {"descr": np.lib.format.dtype_to_descr(np.dtype(dtype)), "fortran_order": False, "shape": tuple(shape)}
        np.lib.format.write_array_header_1_0(file, header)
        writer = ArrayWriter(file, shape, np.dtype(dtype))
        yield writer
        if writer.n_written != shape[0]:
            raise ValueError(f"{path}: {writer.n_written} of {shape[0]} rows written")


class ArrayWriter:
    """Appends rows to an open NPY file."""

    def __init__(self, file, shape, dtype):
        self.file, self.row_shape, self.dtype, self.n_written = file, tuple(shape[1:]), dtype, 0

    def append(self, row):
        """Append one row of the array.

        Raises
        ------
        ValueError
            If its shape differs.
        """
        if row.shape != self.row_shape:
            raise ValueError(f"a row of shape {row.shape}; expected {self.row_shape}")
        self.extend(row[None])

    def extend(self, rows):
        """Append several rows of the array.

        Raises
        ------
        ValueError
            If their shape differs.
        """
        if rows.shape[1:] != self.row_shape:
            raise ValueError(f"a row of shape {rows.shape[1:]}; expected {self.row_shape}")
        self.file.write(np.ascontiguousarray(rows, self.dtype).data)
        self.n_written += len(rows)
