"""Galaxy Zoo 2: SDSS pictures of about 240 000 galaxies (Zenodo record 3565489) and the votes of volunteers."""

import logging
import zipfile
from collections import Counter
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Literal

from skimage import io

from workflow_scripts.datasets.candels import look_up
from workflow_scripts.formats.downloads import checksum, download, locked, verify
from workflow_scripts.formats.pictures import decoded
from workflow_scripts.formats.tables import read_csv
from workflow_scripts.formats.votes import CLASSES, classify, published_attributes, read_votes
from workflow_scripts.settings.bases.datasets import Crop, MaxUnreadable, Page, PictureOptions, Record
from workflow_scripts.settings.contracts.datasets import Dataset
from workflow_scripts.settings.declared import option

DECLARATION = Dataset(holds="galaxies", linear=False)
PICTURES, MAPPING = "images_gz2.zip", "gz2_filename_mapping.csv"


class Options(PictureOptions):
    """Table of the votes, definition of the classes, and preparation of the pictures."""

    files: list[str] = option(
        ...,
        "The CSV of the votes, gz2_hart16.csv of https://data.galaxyzoo.org, optionally gzipped.",
        min_length=1,
        max_length=1,
    )
    id_column: str = option("dr7objid", "Column of the SDSS identifiers.")
    fractions: Literal["fraction", "weighted_fraction", "debiased"] = option("fraction", "Vote fractions to use.")
    classes: Literal["tree", "published"] = option(
        "tree", "Definition of the classes: the decision tree, or the four published classes."
    )
    attributes: Literal["none", "votes"] = option(
        "none", "Attributes: none, or the published ones, computed from the votes."
    )
    record: Record = "https://zenodo.org/api/records/3565489"
    page: Page = "https://zenodo.org/records/3565489"
    crop: Crop = 212
    max_unreadable: MaxUnreadable = 0.02


def fetch(folder, options):
    """Download and verify pictures and mapping; existing files are verified and used.

    Raises
    ------
    ValueError
        If there is neither a network nor the file, or the checksum or the size of a file is wrong.
    """
    with locked(folder) as folder:
        records = [obtain(folder / name, options) for name in (PICTURES, MAPPING)]
    votes = Path(options.files[0])
    return [*records, {"file": str(votes), "bytes": votes.stat().st_size, "sha256": checksum(votes, "sha256")}]


def obtain(path, options):
    """Download one file of the Zenodo record unless it exists, verify it and return its record."""
    published, why = look_up(SimpleNamespace(record=options.record, archive=path.name))
    downloaded = not path.exists()
    if downloaded:
        try:
            if published is None:
                raise OSError(why)
            download(published["address"], path, published["size"])
        except OSError as error:
            by_hand = f"download it by hand from {options.page} and save it as {path}, then run the same command again"
            raise ValueError(f"{path.name} cannot be downloaded ({error}): {by_hand}") from None
    if published:
        try:
            verify(path, size=published["size"], checksums=[(*published["checksum"], options.record)])
        except ValueError as error:
            if downloaded:
                path.unlink()
            remedy = "it was removed: run again" if downloaded else "remove it, or replace it by the right file"
            raise ValueError(f"{error}; {remedy}") from None
    about = {"verified": "by the record's checksum" if published else "not at all", "record": options.page}
    digest = checksum(path, "sha256")
    return {"file": str(path), "bytes": path.stat().st_size, "sha256": digest, **about}


def describe(folder, options):
    """Return the properties of the pixels, and the classes in the order of their numbers."""
    return {"unit": "stretched", "band": "i, r, g", "classes": list(CLASSES)}


def read(folder, options):
    """Yield each classified galaxy, (s, s, 3) float32, with its id, class and attributes; the others are counted.

    Pictures are read from the archive one by one, without unpacking it.
    """
    with zipfile.ZipFile(Path(folder) / PICTURES) as archive:
        members = {Path(name).name: name for name in archive.namelist()}

        def picture(asset):
            name = f"{asset}.jpg"
            if name not in members:
                raise ValueError(
                    f"the mapping names no picture for it, or one that {PICTURES} does not contain ({name})"
                )
            return io.imread(BytesIO(archive.read(members[name]))), {}

        yield from decoded(galaxies(folder, options), options.max_unreadable, options, picture)


def galaxies(folder, options):
    """Return (asset or None, row) of every galaxy that has a class."""
    votes = read_votes(options.files[0], options.id_column, options.fractions)
    classes = classify(votes, options.classes)
    logging.info("classes: %s; unclassified galaxies are excluded", dict(sorted(Counter(map(str, classes)).items())))
    asset_of = read_mapping(Path(folder) / MAPPING)
    more = published_attributes(votes) if options.attributes == "votes" else {}
    return [
        (asset_of.get(name), {"id": name, "class": str(classes[i]), **{key: float(more[key][i]) for key in more}})
        for i, name in enumerate(votes["id"])
        if classes[i]
    ]


def read_mapping(path):
    """Return the number of the picture of each id.

    Raises
    ------
    ValueError
        If a column is missing or an id is not unique.
    """
    rows = read_csv(path, ["objid", "asset_id"])
    found = {row["objid"]: row["asset_id"] for row in rows}
    if len(found) < len(rows):
        raise ValueError(f"{path}: {len(rows) - len(found)} duplicate ids")
    return found
