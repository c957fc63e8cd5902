"""Sparse greyscale images with labels and similarity scores, in the layout of the ETH cosmology task.

`labeled.csv` and `scored.csv` have the columns `Id,Actual`; the images `{Id}.png` are in a folder of the same name
beside each table. The images of `query` have no scores: list them in the config under `score.images`.
"""

from collections import Counter
from pathlib import Path
from typing import Literal

import numpy as np
from pydantic import model_validator

from workflow_scripts.formats.downloads import checksum
from workflow_scripts.formats.images import read_image
from workflow_scripts.formats.tables import read_csv
from workflow_scripts.settings.bases.datasets import FileOptions
from workflow_scripts.settings.contracts.datasets import Dataset
from workflow_scripts.settings.declared import option

DECLARATION = Dataset(holds="images")
HIGHEST = 8.0  # of the scores; labels are 0 or 1
N_REPORTED = 12  # rows or files of a kind that a message lists


class Options(FileOptions):
    """Choice of the images: `files` are labeled.csv, scored.csv or both; only changes of the tables are tracked."""

    use: Literal["real", "scored"] = option(
        "real", "Images to imitate (label 1, or a score of at least min_score), or all of scored.csv with their scores."
    )
    min_score: float = option(2.0, "Smallest score of a real image.", ge=0, le=HIGHEST)
    lit: float = option(5.0, "Smallest peak of a source above the background, in grey levels.", ge=0)

    @model_validator(mode="after")
    def check_files(self):
        """Raise an error for other tables."""
        names = {file.rpartition("/")[2] for file in self.files}
        if names - {"labeled.csv", "scored.csv"}:
            raise ValueError("files: give labeled.csv, scored.csv or both")
        return self


def fetch(folder, options):
    """Check every image and row, and record the checksums of the tables; nothing is copied.

    Raises
    ------
    ValueError
        If rows or files are unusable; the message lists them.
    """
    faults = [fault for path in map(Path, options.files) for fault in faults_of_table(path)]
    if not faults:
        faults = faults_of_images(choose(options), options)
    if faults:
        raise ValueError("unusable images in the data set: " + "; ".join(faults))
    return [record(Path(path)) for path in options.files]


def record(path):
    """Return the record of a table and its images for the manifest."""
    images = sorted(images_of(path).glob("*.png"))
    size = path.stat().st_size + sum(image.stat().st_size for image in images)
    return {"file": str(path), "bytes": size, "sha256": checksum(path, "sha256"), "n_images": len(images)}


def read(folder, options):
    """Yield each chosen image, (y, x) float32, with its labels; `score` with `use: scored`."""
    for path, score in choose(options):
        image, _ = read_image(path)
        labels = {"name": str(path), "unit": "DN", "band": "grey"}
        yield image.astype(np.float32), labels | ({"score": score} if options.use == "scored" else {})


def choose(options):
    """Return the file and the score (NaN for labelled images) of every image to be used, in the order of the tables.

    Raises
    ------
    ValueError
        If there is none.
    """
    chosen = []
    for table in map(Path, options.files):
        labelled = table.stem == "labeled"
        for row in read_csv(table, ("Id", "Actual")):
            value, path = float(row["Actual"]), images_of(table) / f"{row['Id']}.png"
            real = value == 1 if labelled else value >= options.min_score
            if not labelled and options.use == "scored" or options.use == "real" and real:
                chosen.append((path, float("nan") if labelled else value))
    if not chosen:
        needed = "a score" if options.use == "scored" else f"label 1 or a score of at least {options.min_score}"
        raise ValueError(f"{', '.join(map(str, options.files))}: no image has {needed}")
    return chosen


def images_of(table):
    """Return the folder of a table's images."""
    return table.parent / table.stem


def faults_of_table(table):
    """Return the faults of a table and of the files beside it, a message per kind."""
    rows, labelled = read_csv(table, ("Id", "Actual")), table.stem == "labeled"
    files = {path.stem for path in images_of(table).glob("*.png")}
    if not files:
        return [f"{images_of(table)}: the folder is missing or contains no PNG file"]
    times = Counter(row["Id"] for row in rows)
    wrong = [f"{row['Id']}={row['Actual']}" for row in rows if not is_score(row["Actual"], labelled)]
    kinds = {
        f"{table}: rows without a file": sorted(set(times) - files),
        f"{images_of(table)}: files without a row": sorted(files - set(times)),
        f"{table}: duplicate rows": sorted(name for name, n in times.items() if n > 1),
        f"{table}: rows without a {'label, 0 or 1' if labelled else f'score from 0 to {HIGHEST:g}'}": wrong,
    }
    return [listed(kind, names) for kind, names in kinds.items() if names]


def is_score(text, labelled):
    """Return whether a text is a valid label, or a score in range."""
    try:
        value = float(text)
    except (TypeError, ValueError):
        return False
    return value in (0.0, 1.0) if labelled else 0 <= value <= HIGHEST


def faults_of_images(chosen, options):
    """Return the faults of the chosen images, a message per kind; one image in memory at a time."""
    kinds, first = {}, None
    for path, _ in chosen:
        try:
            image, _ = read_image(path)
            first = first or (image.shape if image.ndim == 2 else None)
            fault = fault_of(image, first, options)
        except ValueError:
            fault = "images that cannot be read"
        if fault:
            kinds.setdefault(fault, []).append(str(path))
    return [listed(kind, names) for kind, names in kinds.items()]


def fault_of(image, first, options):
    """Return the fault of an image, or None; `first` is the shape of the first image."""
    if image.ndim != 2 or image.dtype != np.uint8:
        return "images that are not grey with 8 bits"
    if image.shape != first:
        return f"images of another size than the first, {first[1]}x{first[0]} px"
    # ASSUME: an image with a low score may be empty, a real image may not.
    if options.use == "real" and not (image > np.median(image) + options.lit).any():
        return f"images without a source, a pixel more than {options.lit:g} grey levels over the background"
    return None


def listed(kind, names):
    """Return a kind of fault with its frequency and its first occurrences."""
    more = f" and {len(names) - N_REPORTED} more" if len(names) > N_REPORTED else ""
    return f"{kind} ({len(names)}): {', '.join(names[:N_REPORTED])}{more}"
