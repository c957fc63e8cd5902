"""Rule import_galaxies: stamps of galaxies with their class and attributes, in three parts."""

import logging
from collections import Counter
from contextlib import ExitStack
from itertools import islice

import numpy as np

from workflow_scripts.attributes.known import galaxy_column
from workflow_scripts.formats.catalogues import write_catalogue
from workflow_scripts.formats.stacks import create_stack
from workflow_scripts.formats.units import normalised_unit
from workflow_scripts.measuring.attributes import APPARENT, ATTRIBUTES, measure_attributes
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.runtime.progress import progress
from workflow_scripts.runtime.seeds import rng
from workflow_scripts.settings import plugins
from workflow_scripts.settings.data import ImportGalaxies
from workflow_scripts.settings.declared import nearest

PARTS, BLOCK = ("train", "valid", "test"), 64


def import_galaxies(*, manifest, train, valid, test, catalogue, folder, options: ImportGalaxies, seed, code):
    """Write the galaxies of a data set.

    Parameters
    ----------
    manifest : str
        Read only to depend on the fetched files.
    train, valid, test : str
        Stacks written: `image (n, s, s[, band]) float32`, `number (n,)`, the row in the catalogue, `class (n,)` and
        the attributes, float32; attributes of the stack `class_names` and `psf_fwhm`, pixel.
    catalogue : str
        ECSV written, a row per galaxy: `id, part, class` and the attributes.
    options : settings.data.ImportGalaxies

    Raises
    ------
    ValueError
        If ids are not unique, sizes differ, attributes are not finite, a class is unknown or a part is empty.
    """
    source = plugins.load("datasets", options.source)
    if source.DECLARATION.holds != "galaxies":
        raise ValueError(f"data set {options.source} holds {source.DECLARATION.holds}, not galaxies with classes")
    chosen = plugins.options_of(source, options.options)
    about = source.describe(folder, chosen)
    names, about["unit"] = about.pop("classes"), normalised_unit(about.get("unit"), f"data set {options.source}")
    draws, rows = rng(seed, "import_galaxies"), []
    with ExitStack() as files:
        stack_about = {**about, "class_names": names, "seed": seed, "code": code}
        paths = dict(zip(PARTS, (train, valid, test), strict=True))
        writers = {part: files.enter_context(create_stack(path, **stack_about)) for part, path in paths.items()}
        pairs = iter(progress(source.read(folder, chosen), "galaxies"))
        while block := list(islice(pairs, BLOCK)):
            images, described = describe(block, source.DECLARATION.linear, about, options.attributes)
            parts = draws.choice(PARTS, len(block), p=fractions(options.split))
            append(writers, images, described, parts, names, len(rows))
            rows += [{**row, "part": part} for row, part in zip(described, parts, strict=True)]
        check(rows, options.source)
        if options.balance:
            repeat_rare(writers["train"], draws)
    columns = {name: np.array([row[name] for row in rows]) for name in ("id", "part", *described[0])}
    write_catalogue(catalogue, columns, unit=about["unit"], column=galaxy_column)


def fractions(split):
    """Return the fractions of the parts, normalised to 1."""
    values = np.array([split[part] for part in PARTS], float)
    return values / values.sum()


def describe(block, linear, about, attributes):
    """Return the images of a block, (n, y, x[, band]), and a row for each: id, class, attributes.

    Raises
    ------
    ValueError
        If images differ in size or an attribute is not finite.
    """
    shapes = {image.shape for image, _ in block}
    if len(shapes) > 1:
        raise ValueError(f"images of different sizes {sorted(shapes)}: set the data set's size")
    images, rows = np.stack([image for image, _ in block]), [row for _, row in block]
    if attributes == "measured":
        measured = measure_attributes(images, about.get("psf_fwhm") or 0.0)
        kept = ATTRIBUTES if linear else APPARENT
        rows = [
            {"id": row["id"], "class": row["class"], **{name: float(measured[name][i]) for name in kept}}
            for i, row in enumerate(rows)
        ]
    for row in rows:
        bad = [name for name, value in row.items() if isinstance(value, float) and not np.isfinite(value)]
        if bad:
            raise ValueError(f"galaxy {row['id']}: {', '.join(bad)} is not finite")
    return images, [{"id": row.pop("id"), **row} for row in map(dict, rows)]


def append(writers, images, rows, parts, names, first):
    """Append galaxies to the stacks of their parts.

    Raises
    ------
    ValueError
        If the class of a galaxy is not among those of the data set.
    """
    columns = {
        name: np.array([row[name] for row in rows], np.float32) for name in rows[0] if name not in ("id", "class")
    }
    unknown = [row for row in rows if row["class"] not in names]
    if unknown:
        known = nearest(unknown[0]["class"], names)
        raise ValueError(f"galaxy {unknown[0]['id']}: no class {unknown[0]['class']!r}{known}")
    columns["class"] = np.array([names.index(row["class"]) for row in rows], np.int32)
    columns["number"] = np.arange(first, first + len(rows))
    for part, writer in writers.items():
        mine = parts == part
        if mine.any():
            writer.append(image=images[mine], **{name: values[mine] for name, values in columns.items()})


def check(rows, source):
    """Raise an error for duplicate ids and empty parts; log the number of galaxies of each class."""
    duplicates = [str(name) for name, count in Counter(row["id"] for row in rows).items() if count > 1]
    if duplicates:
        raise ValueError(f"data set {source}: duplicate ids: {', '.join(duplicates[:5])}")
    if len({row["part"] for row in rows}) < len(PARTS):
        raise ValueError(f"data set {source}: {len(rows)} galaxies do not fill the three parts; it needs more")
    logging.info("%d galaxies: %s", len(rows), dict(sorted(Counter(row["class"] for row in rows).items())))


def repeat_rare(writer, draws):
    """Append random repeats of galaxies of rare classes until all classes are equally frequent."""
    classes = writer.columns["class"][:]
    counts = np.bincount(classes)
    for kind in np.flatnonzero((counts > 0) & (counts < counts.max())):
        again = draws.choice(np.flatnonzero(classes == kind), counts.max() - counts[kind])
        for start in range(0, len(again), BLOCK):
            rows = again[start : start + BLOCK]
            order, back = np.unique(rows, return_inverse=True)
            writer.append(**{name: column[order][back] for name, column in writer.columns.items()})


if "snakemake" in globals():
    run_rule(import_galaxies, snakemake)
