"""Rule import_pictures: the pictures of a data set as one stack."""

from itertools import islice

import numpy as np

from workflow_scripts.formats.stacks import create_stack
from workflow_scripts.formats.units import normalised_unit
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.runtime.progress import progress
from workflow_scripts.settings import plugins
from workflow_scripts.settings.data import FetchDataset

BLOCK = 64
GEOMETRY = ("x0", "y0", "side")


def import_pictures(*, manifest, pictures, folder, options: FetchDataset, seed, code):
    """Write the pictures of a data set.

    Parameters
    ----------
    manifest : str
        Read only to depend on the fetched files.
    pictures : str
        Stack written: `image (n, s, s[, band]) float32`; `file` and `group` (n,) int, places in the attributes `files`
        and `groups`, JSON lists of names; `x0`, `y0`, `side` (n,) int, the square in the file, pixel.

    Raises
    ------
    ValueError
        If the data set holds no pictures, or none is usable.
    """
    source = plugins.load("datasets", options.source)
    if source.DECLARATION.holds != "pictures":
        raise ValueError(f"data set {options.source} holds {source.DECLARATION.holds}, not pictures without labels")
    chosen, files, groups = plugins.options_of(source, options.options), {}, {}
    about = source.describe(folder, chosen)
    about["unit"] = normalised_unit(about["unit"], f"data set {options.source}")
    with create_stack(pictures, **about, seed=seed, code=code) as writer:
        pairs = iter(progress(source.read(folder, chosen), "pictures"))
        while block := list(islice(pairs, BLOCK)):
            images, rows = zip(*block, strict=True)
            columns = {name: np.array([row[name] for row in rows]) for name in GEOMETRY}
            named = {"file": numbers_of(rows, "file", files), "group": numbers_of(rows, "group", groups)}
            writer.append(image=np.stack(images), **columns, **named)
        if not files:
            raise ValueError(f"data set {options.source}: no picture is usable")
        writer.describe(files=list(files), groups=list(groups))


def numbers_of(rows, key, known):
    """Return the numbers of the names under a key, (n,) int; new names are added to those that are known."""
    return np.array([known.setdefault(row[key], len(known)) for row in rows])


if "snakemake" in globals():
    run_rule(import_pictures, snakemake)
