"""Rule generate_stamps: galaxies that are what was asked for."""

import logging
from functools import partial

import numpy as np

from workflow_scripts.attributes.requests import CLASS, beyond_data, complete_requests, draw_requests, strips, take
from workflow_scripts.formats.checkpoints import read_model
from workflow_scripts.formats.requests import read_requests
from workflow_scripts.formats.stacks import copy_attributes, create_stack, open_stack
from workflow_scripts.imaging.stretch import invert_stretch
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.runtime.progress import progress
from workflow_scripts.runtime.seeds import rng
from workflow_scripts.settings import plugins
from workflow_scripts.training.devices import find_device, use_threads
from workflow_scripts.training.sampling import BATCH, Sampler, rebuild

BLOCK = 512  # galaxies drawn from one generator
SHOWN = 5  # requests beyond the data that a message names


def generate_stamps(*, weights, about, train, test, table, stamps, options, seed, code):
    """Ask a trained stage for galaxies.

    Parameters
    ----------
    weights, about : str
        The trained stage; it is conditioned on attributes.
    train, test : str
        Stacks of real galaxies: the range of what can be asked, and where requests are drawn from.
    table : list of str
        The user's requests, CSV or ECSV, and the check of them; nothing where `source` is another.
    stamps : str
        Stack written: `image (n, s, s[, band])` in the data's unit, and what each was asked to be (`class` as a number,
        named by the stack's attribute `class_names`; its attribute `asked` lists the columns); `outside_{attribute}
        (n,)`: beyond all of its class in the training data; `moved (n,)`: the column that a strip moves, or -1.
    options : dict
        `request` (its name), `source` (`train`, `test`, `strips` or `table`), `n`, `balance`, `strict`, `stage`,
        `device`, `torch_threads`.

    Raises
    ------
    ValueError
        Where a request names an unknown class, or, if `strict`, is beyond the data.
    """
    use_threads(options["torch_threads"])
    arrays, described = read_model(weights)
    module = rebuild(plugins.load("models", described["model"]), arrays, described, find_device(options["device"]))
    names = [one["name"] for one in described["condition"]]
    if not names:
        raise ValueError(f"stage {options['stage']} has no condition: nothing can be asked of it")
    known, pixels = read_known(train, names)
    asked, moved = ask(options, known, test, table, rng(seed, f"requests {options['request']}"))
    strip = options["source"] == "strips"
    size = len(moved) // options["n"] if strip else BLOCK
    invert = partial(invert_stretch, stretch=described["stretch"])
    sampler = Sampler(module, invert, described["condition"], batch=min(BATCH, size))
    beyond = beyond_data(asked, known)
    warn(beyond, asked, options["strict"])
    stream = f"generate_stamps {options['request']} {options['stage']}"
    with create_stack(stamps, asked=",".join(known), seed=seed, code=code, **pixels) as writer:
        for item, start in enumerate(progress(range(0, len(moved), size), "blocks")):
            rows = slice(start, min(start + size, len(moved)))
            wanted, draws = take(asked, rows), rng(seed, stream, 0 if strip else item)  # a strip's steps share theirs
            images = sampler(rows.stop - rows.start, draws, wanted)
            flags = {f"outside_{name}": flag[rows].astype(np.uint8) for name, flag in beyond.items()}
            writer.append(image=images, moved=moved[rows], **numbered(wanted, pixels["class_names"]), **flags)
        writer.describe(evaluations_per_image=sampler.evaluations / len(moved))


def read_known(path, names):
    """Return what is known of real galaxies, their class as text, and what their pixels are."""
    with open_stack(path) as stack:
        missing = [name for name in names if name not in stack]
        if missing:
            raise ValueError(f"{path}: no column {', '.join(missing)}, which the stage is conditioned on")
        classes = stack.attributes.get("class_names") or ""
        pixels = {**copy_attributes(stack), "class_names": classes, "psf_fwhm": stack.attributes.get("psf_fwhm")}
        known = {name: stack[name][:] for name in names}
    if CLASS in known:
        known[CLASS] = np.array(classes.split(","))[known[CLASS]]
    return {name: one if name == CLASS else one.astype(float) for name, one in known.items()}, pixels


def ask(options, known, test, table, draws):
    """Return complete requests (n,) per column, and the column that a strip moves, or -1."""
    if options["source"] == "strips":
        asked, moved = strips(options["n"], known)
        return asked, np.array([list(known).index(name) for name in moved], np.int8)
    if options["source"] == "test":
        held_out, _ = read_known(test, list(known))
        asked = take(held_out, slice(options["n"]))
    elif options["source"] == "train":
        asked = draw_requests(options["n"], known, options["balance"], draws)
    else:
        kinds = {name: "class" if name == CLASS else "number" for name in known}
        asked = complete_requests(read_requests(table[0], kinds), known, draws)
    return asked, np.full(len(next(iter(asked.values()))), -1, np.int8)


def warn(beyond, asked, strict):
    """Say which requests are beyond the data; refuse them if they are not to be had."""
    rows = np.flatnonzero(np.any(list(beyond.values()), axis=0)) if beyond else []
    if not len(rows):
        return
    shown = [
        f"{row + 1} ({', '.join(f'{name} {asked[name][row]:.4g}' for name, flag in beyond.items() if flag[row])})"
        for row in rows[:SHOWN]
    ]
    more = f" and {len(rows) - SHOWN} more" if len(rows) > SHOWN else ""
    said = (
        f"{len(rows)} requests are beyond all galaxies of their class that were learnt from: {', '.join(shown)}{more}"
    )
    if strict:
        raise ValueError(f"{said}: change them, or set strict: false")
    logging.warning("%s; the catalogue's column `outside` tells them", said)


def numbered(wanted, classes):
    """Return requests as columns of a stack: the class as a number."""
    return {
        name: np.array([classes.split(",").index(kind) for kind in values], np.int32)
        if name == CLASS
        else values.astype(np.float32)
        for name, values in wanted.items()
    }


if "snakemake" in globals():
    run_rule(generate_stamps, snakemake)
