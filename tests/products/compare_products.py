"""Compare the products of two runs: pixels, weights, numeric columns and metric values bit by bit.

    python tests/products/compare_products.py results_before/smoke results_after/smoke

Names, units, prose, times and fingerprints may differ; a number may not. Prints each difference; exits with 1 if any.
"""

import argparse
import csv
import json
import sys
from pathlib import Path

import h5py
import numpy as np
from astropy.io import fits
from astropy.table import Table
from safetensors.numpy import load_file

TIMES = {"costs.csv", "sky_costs.csv"}  # measured, never the same twice


def numbers_of_hdf5(path):
    """Return the numeric data sets of an HDF5 file by name."""
    found = {}
    with h5py.File(path) as file:
        file.visititems(
            lambda name, item: found.__setitem__(name, item[()]) if isinstance(item, h5py.Dataset) else None
        )
    return {name: values for name, values in found.items() if np.asarray(values).dtype.kind in "biufc"}


def numbers_of_columns(columns):
    """Return the numeric columns of a table in their order; names may change."""
    arrays = [np.ma.filled(np.ma.asarray(column), 0) for column in columns]
    return {str(n): values for n, values in enumerate(arrays) if values.dtype.kind in "biuf"}


def numbers_of_fits(path):
    """Return the pixels and the numeric columns of every extension."""
    found = {}
    with fits.open(path) as file:
        for n, hdu in enumerate(file):
            if isinstance(hdu, fits.BinTableHDU):
                columns = numbers_of_columns([hdu.data[name] for name in hdu.columns.names])
                found |= {f"{n}.{key}": values for key, values in columns.items()}
            elif hdu.data is not None:
                found[str(n)] = hdu.data
    return found


def numbers_of_csv(path):
    """Return the cells that are numbers, row by row."""
    with path.open(newline="") as file:
        rows = list(csv.reader(file))
    return {
        f"row {n}": np.array([value for cell in row if (value := as_number(cell)) is not None])
        for n, row in enumerate(rows)
    }


def numbers_of_json(path):
    """Return the numbers of a JSON file, sorted: names may change, and with them their order."""
    found = []
    collect(json.loads(path.read_text()), found)
    return {"values": np.sort(found)}


def collect(value, found):
    """Append the numbers of nested lists and dicts, dicts by sorted keys."""
    if isinstance(value, dict):
        for key in sorted(value):
            collect(value[key], found)
    elif isinstance(value, list):
        for item in value:
            collect(item, found)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        found.append(float(value))


def as_number(text):
    """Return a cell as a number; None where it is none."""
    try:
        return float(text)
    except ValueError:
        return None


READERS = {
    ".h5": numbers_of_hdf5,
    ".npy": lambda path: {"values": np.load(path)},
    ".fits": numbers_of_fits,
    ".ecsv": lambda path: numbers_of_columns(Table.read(path).itercols()),
    ".csv": numbers_of_csv,
    ".json": numbers_of_json,
    ".safetensors": lambda path: load_file(path),
}


def differences(before, after):
    """Yield a line for every product or number of `before` that `after` has otherwise."""
    for path in sorted(path for path in before.rglob("*") if path.suffix in READERS and path.name not in TIMES):
        name = path.relative_to(before)
        if not (after / name).exists():
            yield f"{name}: missing"
            continue
        first, second = (READERS[path.suffix](folder / name) for folder in (before, after))
        for key in sorted(first.keys() | second.keys()):
            if key not in first or key not in second:
                yield f"{name}: {key}: on one side alone"
            elif not np.array_equal(first[key], second[key], equal_nan=first[key].dtype.kind == "f"):
                yield f"{name}: {key}: differs"


def main():
    """Print the differences of two folders of products."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    folders = parser.parse_args()
    found = list(differences(folders.before, folders.after))
    compared = sum(path.suffix in READERS for path in folders.before.rglob("*"))
    print("\n".join([*found, f"{compared} products compared, {len(found)} differences"]))
    sys.exit(bool(found) or not compared)


if __name__ == "__main__":
    main()
