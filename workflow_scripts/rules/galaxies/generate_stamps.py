"""Rule generate_stamps: galaxies with requested attributes."""

import logging

import numpy as np

from workflow_scripts.attributes.known import CLASS
from workflow_scripts.attributes.requests import complete_requests, draw_requests, out_of_range, strips, take
from workflow_scripts.formats.requests import read_requests
from workflow_scripts.formats.stacks import copy_attributes, create_stack, open_stack
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.runtime.progress import progress
from workflow_scripts.runtime.seeds import rng
from workflow_scripts.settings.galaxies import GenerateStamps
from workflow_scripts.training.devices import find_device, use_threads
from workflow_scripts.training.sampling import BATCH
from workflow_scripts.training.stage import load_generator

BLOCK = 512  # galaxies drawn from one generator
N_REPORTED = 5  # requests out of range that a message lists


def generate_stamps(*, weights, about, train, test, table, stamps, options: GenerateStamps, seed, code):
    """Generate galaxies with requested attributes by a trained stage.

    Parameters
    ----------
    weights, about : str
        The trained stage, conditioned on attributes.
    train, test : str
        Stacks of real galaxies, for the range of the attributes and as a source of requests.
    table : list of str
        The user's requests, CSV or ECSV, and the output of `check_requests`; empty unless `source` is `table`.
    stamps : str
        Stack written: `image (n, s, s[, band])` in the data's unit, and the requested attributes (`class` as a number,
        named by the stack's attribute `class_names`; its attribute `requested` lists the columns); `outside_{attribute}
        (n,)`: out of the range of its class in the training data; `moved (n,)`: the column that a strip moves, or -1.
    options : settings.galaxies.GenerateStamps

    Raises
    ------
    ValueError
        If a request is impossible, or, with `strict`, out of the range of the training data.
    """
    use_threads(options.torch_threads)
    generator = load_generator(weights, find_device(options.device))
    names = generator.description.condition_names
    if not names:
        raise ValueError(f"stage {options.stage} has no condition: no attribute can be requested of it")
    data, pixels = read_galaxies(train, names)
    requested, moved = make_requests(options, data, test, table, rng(seed, f"requests {options.request}"))
    strip = options.source == "strips"
    size = len(moved) // options.n if strip else BLOCK
    generator = generator.with_batch(min(BATCH, size))
    outside = out_of_range(requested, data)
    warn(outside, requested, options.strict)
    stream = f"generate_stamps {options.request} {options.stage}"
    with create_stack(stamps, requested=list(data), seed=seed, code=code, **pixels) as writer:
        for item, start in enumerate(progress(range(0, len(moved), size), "blocks")):
            rows = slice(start, min(start + size, len(moved)))
            draws = rng(seed, stream, 0 if strip else item)  # the steps of a strip share theirs
            block = take(requested, rows)
            images = generator(rows.stop - rows.start, draws, block)
            flags = {f"outside_{name}": flag[rows].astype(np.uint8) for name, flag in outside.items()}
            writer.append(image=images, moved=moved[rows], **numbered(block, pixels["class_names"]), **flags)
        writer.describe(evaluations_per_image=generator.evaluations / len(moved))


def read_galaxies(path, names):
    """Return attributes of real galaxies, their class as text, and the properties of the pixels."""
    with open_stack(path) as stack:
        missing = [name for name in names if name not in stack]
        if missing:
            raise ValueError(f"{path}: no column {', '.join(missing)}, which the stage is conditioned on")
        classes = stack.names("class_names")
        pixels = {**copy_attributes(stack), "class_names": classes, "psf_fwhm": stack.attributes.get("psf_fwhm")}
        columns = {name: stack[name][:] for name in names}
    if CLASS.name in columns:
        columns[CLASS.name] = np.array(classes)[columns[CLASS.name]]
    return {name: one if name == CLASS.name else one.astype(float) for name, one in columns.items()}, pixels


def make_requests(options, data, test, table, draws):
    """Return complete requests (n,) per column, and the column that a strip moves, or -1."""
    if options.source == "strips":
        requested, moved = strips(options.n, data)
        return requested, np.array([list(data).index(name) for name in moved], np.int8)
    if options.source == "test":
        held_out, _ = read_galaxies(test, list(data))
        requested = take(held_out, slice(options.n))
    elif options.source == "train":
        requested = draw_requests(options.n, data, options.balance, draws)
    else:
        requested = complete_requests(read_requests(table[0], list(data)), data, draws)
    return requested, np.full(len(next(iter(requested.values()))), -1, np.int8)


def warn(outside, requested, strict):
    """Log the requests that are out of the range of the training data; refuse them if strict."""
    rows = np.flatnonzero(np.any(list(outside.values()), axis=0)) if outside else []
    if not len(rows):
        return
    listed = [
        f"{row + 1} ({', '.join(f'{name} {requested[name][row]:.4g}' for name, flag in outside.items() if flag[row])})"
        for row in rows[:N_REPORTED]
    ]
    more = f" and {len(rows) - N_REPORTED} more" if len(rows) > N_REPORTED else ""
    text = f"{len(rows)} requests are out of the range of their class in the training data: {', '.join(listed)}{more}"
    if strict:
        raise ValueError(f"{text}: change them, or set strict: false")
    logging.warning("%s; the catalogue's column `outside` lists them", text)


def numbered(requested, classes):
    """Return requests as columns of a stack: the class as a number."""
    numbers = {name: number for number, name in enumerate(classes)}
    return {
        name: np.array([numbers[kind] for kind in values], np.int32)
        if name == CLASS.name
        else values.astype(np.float32)
        for name, values in requested.items()
    }


if "snakemake" in globals():
    run_rule(generate_stamps, snakemake)
