"""NPY files written row by row, readable with `np.load(mmap_mode="r")`."""

from contextlib import contextmanager

import numpy as np

from workflow_scripts.formats.atomic import whole_file


@contextmanager
def create_array(path, shape, dtype):
    """Create an NPY file of a known shape and yield its writer; the file appears when the block ends.

    Raises
    ------
    ValueError
        Where the block ends before all rows are written.
    """
    with whole_file(path) as part, part.open("wb") as file:
        header = {"descr": np.lib.format.dtype_to_descr(np.dtype(dtype)), "fortran_order": False, "shape": tuple(shape)}
        np.lib.format.write_array_header_1_0(file, header)
        writer = ArrayWriter(file, shape, np.dtype(dtype))
        yield writer
        if writer.n_written != shape[0]:
            raise ValueError(f"{path}: {writer.n_written} rows written of {shape[0]}")


class ArrayWriter:
    """Appends rows to an open NPY file."""

    def __init__(self, file, shape, dtype):
        self.file, self.row_shape, self.dtype, self.n_written = file, tuple(shape[1:]), dtype, 0

    def append(self, row):
        """Append one row of the array.

        Raises
        ------
        ValueError
            Where its shape is another.
        """
        if row.shape != self.row_shape:
            raise ValueError(f"a row of shape {row.shape}; {self.row_shape} is wanted")
        self.extend(row[None])

    def extend(self, rows):
        """Append several rows of the array.

        Raises
        ------
        ValueError
            Where their shape is another.
        """
        if rows.shape[1:] != self.row_shape:
            raise ValueError(f"a row of shape {rows.shape[1:]}; {self.row_shape} is wanted")
        self.file.write(np.ascontiguousarray(rows, self.dtype).data)
        self.n_written += len(rows)
