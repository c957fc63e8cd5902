"""Files of a set of blends: members and shifts in shards, the stamps that they refer to, the catalogue."""

import csv
import io
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from workflow_scripts.formats.atomic import whole_file
from workflow_scripts.formats.catalogues import read_catalogue
from workflow_scripts.formats.stacks import open_stack

GALAXY_COLUMNS = {"id": "id", "mag": "mag", "rad": "flux_radius", "z": "z", "type": "galtype"}
NEEDED = ("id", "mag", "flux_radius", "z", "galtype", "segval")
BLOCK_BYTES = 2**24


@dataclass(frozen=True)
class StampFile:
    """Open stamps and their catalogue.

    Attributes
    ----------
    table : dict of str to (n,) array
        The catalogue; unknown numbers are NaN.
    stack : formats.stacks.Stack
    """

    table: dict
    stack: object

    @property
    def shape(self):
        """Return the shape of a stamp: (y, x) or (y, x, band)."""
        return self.stack["image"].shape[1:]

    @property
    def is_model(self):
        """Whether the stamps are noiseless models."""
        return bool(self.stack.attributes.get("model"))

    @property
    def area_arcmin2(self):
        """Return the area of a stamp, or None if the pixel scale is unknown."""
        scale = self.stack.photometry.pixel_scale_arcsec
        return scale and self.shape[0] * self.shape[1] * (scale / 60) ** 2

    @property
    def noise(self):
        """Return the standard deviation of the background of each stamp, (n,) or (n, band)."""
        return self.stack["noise"][:]

    def blocks(self, images=True):
        """Yield blocks of stamps and of their segmentation maps; without images, the maps are yielded for both."""
        step = max(1, BLOCK_BYTES // (4 * int(np.prod(self.shape))))
        for start in range(0, len(self.stack), step):
            labels = self.stack["segmentation"][start : start + step]
            yield self.stack["image"][start : start + step] if images else labels, labels


@contextmanager
def open_stamps(stamps, stamp_catalogue):
    """Yield stamps and their catalogue.

    Raises
    ------
    ValueError
        If they differ in number, ids are not unique, or a column is missing.
    """
    table = read_catalogue(stamp_catalogue)
    lost = [name for name in NEEDED if name not in table.colnames]
    if lost:
        raise ValueError(f"{stamp_catalogue}: no column {', '.join(lost)}; it has {', '.join(table.colnames)}")
    names, count = np.unique(np.asarray(table["id"]), return_counts=True)
    if len(names) < len(table):
        twice = names[count > 1][0]
        rows = np.nonzero(np.asarray(table["id"]) == twice)[0]
        raise ValueError(f"{stamp_catalogue}: two galaxies have the id {twice}: rows {rows[0] + 1} and {rows[1] + 1}")
    with open_stack(stamps) as stack:
        if len(table) != len(stack):
            raise ValueError(f"{stamp_catalogue} has {len(table)} rows, {stamps} {len(stack)} stamps")
        yield StampFile({name: plain(table[name]) for name in table.colnames}, stack)


def plain(column):
    """Return a column as an array, masked numbers as NaN."""
    if hasattr(column, "mask") and column.dtype.kind == "f":
        return column.filled(np.nan).data
    return np.asarray(column)


def read_members(shards, n_stamps):
    """Return the members (n, g) int, -1 in empty slots, and the shifts (n, g, 2) float of all shards.

    Raises
    ------
    ValueError
        If a blend refers to a stamp that does not exist.
    """
    members, shifts = [], []
    for path in shards:
        with open_stack(path) as stack:
            members.append(stack["stamp"][:])
            shifts.append(stack["shift"][:])
        if members[-1].max(initial=-1) >= n_stamps:
            lost = members[-1].max()
            raise ValueError(f"{path}: no stamp {lost} among {n_stamps}: the blends were produced from other stamps")
    return np.concatenate(members), np.concatenate(shifts)


def blend_columns(n_galaxies):
    """Return the columns of a catalogue of blends; galaxies from the third on have shifts of their own."""
    columns = ["id", "distance", "shift_x", "shift_y"]
    for g in range(1, max(n_galaxies, 2) + 1):
        columns += [f"g{g}_{name}" for name in GALAXY_COLUMNS]
        columns += [f"g{g}_{name}" for name in ("distance", "shift_x", "shift_y")] if g > 2 else []
    return columns


def write_blend_catalogue(path, members, shifts, table, *, legacy_shift_columns=False):
    """Write the catalogue of a set of blends as CSV, row by row.

    Parameters
    ----------
    members : (n, g) int
    shifts : (n, g, 2) float
        x, y.
    table : dict of str to (m,) array
        The catalogue of the stamps.
    legacy_shift_columns : bool
        Write the shift along y to `shift_x` and that along x to `shift_y`, as the original software does.
    """
    galaxies = [*galaxy_texts(table), "," * (len(GALAXY_COLUMNS) - 1)]  # the last one, at index -1, is an empty slot
    if legacy_shift_columns:
        shifts = shifts[..., ::-1]
    with whole_file(path) as part, part.open("w", newline="", encoding="utf-8") as file:
        file.write(",".join(blend_columns(members.shape[1])) + "\n")
        for start in range(0, len(members), 4096):
            block = members[start : start + 4096].tolist(), shifts[start : start + 4096].tolist()
            rows = zip(*block, strict=True)
            file.writelines(blend_row(number, *row, galaxies) for number, row in enumerate(rows, start))


def blend_row(number, members, shifts, galaxies):
    """Return one line of a catalogue of blends."""
    moves = [shift_text(*shift) if member >= 0 else ",," for member, shift in zip(members, shifts, strict=True)]
    texts = [galaxies[member] for member in members]
    if len(members) == 1:
        moves, texts = [*moves, ",,"], [*texts, galaxies[-1]]
    later = "".join(f",{text},{move}" for text, move in zip(texts[2:], moves[2:], strict=True))
    return f"{number},{moves[1]},{texts[0]},{texts[1]}{later}\n"


def shift_text(x, y):
    """Return distance, x and y of a shift; whole pixels as integers."""
    return f"{(x * x + y * y) ** 0.5:.3f},{x:.10g},{y:.10g}"


def galaxy_texts(table):
    """Return the cells of each galaxy in a catalogue of blends, as CSV without the end of the line."""
    texts = []
    for row in zip(*(table[column].tolist() for column in GALAXY_COLUMNS.values()), strict=True):
        line = io.StringIO()
        csv.writer(line, lineterminator="").writerow(row)
        texts.append(line.getvalue())
    return texts


def read_magnitudes(path):
    """Return the magnitudes (n, g) of a catalogue of blends, NaN in empty slots.

    Raises
    ------
    ValueError
        If the catalogue has no magnitudes.
    """
    with Path(path).open(newline="", encoding="utf-8") as file:
        rows = csv.reader(file)
        header = next(rows, [])
        columns = [number for number, name in enumerate(header) if name.startswith("g") and name.endswith("_mag")]
        if not columns:
            raise ValueError(f"{path}: no column g1_mag; it has {', '.join(header)}")
        flat = np.fromiter((float(row[c] or "nan") for row in rows for c in columns), float)
    return flat.reshape(-1, len(columns))
