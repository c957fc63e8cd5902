"""Rule divide_pictures: pictures in three parts that share no group and no near duplicate, and their catalogue."""

import logging
from contextlib import ExitStack

import numpy as np

from workflow_scripts.attributes.known import picture_column
from workflow_scripts.formats.atomic import read_json
from workflow_scripts.formats.catalogues import write_catalogue
from workflow_scripts.formats.stacks import copy_attributes, create_stack, open_stack
from workflow_scripts.imaging.near_duplicates import find_pairs, joined_groups, thumbnail
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.runtime.seeds import rng
from workflow_scripts.settings.pictures import Pictures

PARTS, BLOCK = ("train", "valid", "test"), 64
OF_FILES = ("bytes", "sha256", "credit", "licence", "source", "origin")  # in the records of the manifest
OF_SQUARES = ("x0", "y0", "side")


def divide_pictures(*, manifest, pictures, train, valid, test, catalogue, options: Pictures, seed, code):
    """Divide pictures into parts.

    Parameters
    ----------
    manifest : str
        Records of the files.
    pictures : str
        Stack of all pictures.
    train, valid, test : str
        Stacks written: `image (n, s, s[, band]) float32`, `number (n,)`, the row in the catalogue, and `group (n,)`.
    catalogue : str
        ECSV written, a row per picture: its file with size, checksum and credit, its square, group and part.

    Raises
    ------
    ValueError
        If the groups do not fill the three parts.
    """
    with open_stack(pictures) as stack:
        near = np.concatenate([list(map(thumbnail, block)) for block in stack.blocks("image", BLOCK)])
        groups = joined_groups(stack["group"][:], find_pairs(near, options.duplicate_correlation))
        log_duplicates(stack, groups)
        parts = parts_of(groups, options.split.model_dump(), rng(seed, "divide_pictures"))
        write_parts(stack, dict(zip(PARTS, (train, valid, test), strict=True)), parts, groups, seed=seed, code=code)
        columns = {"file": np.array(stack.names("files"))[stack["file"][:]], "part": parts, "group": groups}
        columns |= {name: stack[name][:] for name in OF_SQUARES}
    write_catalogue(catalogue, columns | stated(manifest, columns["file"]), column=picture_column)


def parts_of(groups, split, draws):
    """Return the part of each picture, (n,) str: large groups first, each to the part that lacks most pictures.

    Groups of one size, as those of single pictures, are in random order.

    Raises
    ------
    ValueError
        If a part is empty.
    """
    sizes = np.bincount(groups)
    shares = np.array([split[part] for part in PARTS])
    missing, chosen = len(groups) * shares / shares.sum(), np.empty(len(sizes), int)
    order = draws.permutation(len(sizes))
    for group in order[np.argsort(-sizes[order], kind="stable")]:
        chosen[group] = missing.argmax()
        missing[chosen[group]] -= sizes[group]
    counts = np.bincount(chosen[groups], minlength=len(PARTS))
    found = ", ".join(f"{part} {n}" for part, n in zip(PARTS, counts, strict=True))
    logging.info("%d pictures in %d groups: %s", len(groups), len(sizes), found)
    if not counts.all():
        raise ValueError(
            f"{len(groups)} pictures in {len(sizes)} groups, which are not divided, do not fill the parts ({found}): "
            "add pictures, or change pictures.split"
        )
    return np.array(PARTS)[chosen[groups]]


def write_parts(stack, paths, parts, groups, **about):
    """Write the stack of every part, in the order of all pictures."""
    with ExitStack() as files:
        kept = copy_attributes(stack) | about
        writers = {part: files.enter_context(create_stack(path, **kept)) for part, path in paths.items()}
        for start, images in zip(range(0, len(stack), BLOCK), stack.blocks("image", BLOCK), strict=True):
            rows = np.arange(start, start + len(images))
            for part, writer in writers.items():
                mine = parts[rows] == part
                if mine.any():
                    writer.append(image=images[mine], number=rows[mine], group=groups[rows[mine]])


def log_duplicates(stack, groups):
    """Log the groups of the data set that near duplicates have joined, by name."""
    names, members = stack.names("groups"), {}
    for own, joined in zip(stack["group"][:], groups, strict=True):
        members.setdefault(joined, {})[names[own]] = None
    for found in members.values():
        if len(found) > 1:
            logging.info("near duplicates, in one part: %s", ", ".join(found))


def stated(manifest, files):
    """Return what the manifest records about the file of every picture, as columns; empty where it does not."""
    records = {record["file"]: record for record in read_json(manifest)["files"]}
    blank = {"bytes": 0, **dict.fromkeys(OF_FILES[1:], "")}
    rows = [blank | records.get(name, {}) for name in files]
    return {name: np.array([row[name] for row in rows]) for name in OF_FILES}


if "snakemake" in globals():
    run_rule(divide_pictures, snakemake)
