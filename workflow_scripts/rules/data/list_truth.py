"""Rule list_truth: the true sources in the fields of one part, for data sets that provide them."""

import numpy as np

from workflow_scripts.formats.catalogues import write_catalogue
from workflow_scripts.formats.stacks import open_stack
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.settings import plugins
from workflow_scripts.settings.data import FetchDataset


def list_truth(*, fields, truth, folder, options: FetchDataset, code):
    """Write the catalogue of all sources in the fields, detected or not.

    Parameters
    ----------
    fields : str
        Output of `import_dataset`.
    truth : str
        ECSV written: `parent`, `field`, `x, y` in the field, and the properties that the data set provides.
    options : settings.data.FetchDataset
    """
    source = plugins.load("datasets", options.source)
    chosen = plugins.options_of(source, options.options)
    with open_stack(fields) as stack:
        parents, x0, y0 = (stack[name][:] for name in ("parent", "x0", "y0"))
        shape, unit = stack["image"].shape[1:3], stack.photometry.unit
    tables = [
        inside(source.read_truth(folder, chosen, int(parent)), field, parent, (x, y), shape)
        for field, (parent, x, y) in enumerate(zip(parents, x0, y0, strict=True))
    ]
    columns = {name: np.concatenate([table[name] for table in tables]) for name in tables[0]}
    write_catalogue(truth, columns, unit=unit)


def inside(sources, field, parent, origin, shape):
    """Return the sources whose centre lies in a field of a given shape (y, x), in coordinates of the field."""
    x, y = sources["x"] - origin[0], sources["y"] - origin[1]
    # a pixel extends half a pixel to either side of its centre
    kept = (x >= -0.5) & (x < shape[1] - 0.5) & (y >= -0.5) & (y < shape[0] - 0.5)
    n = int(kept.sum())
    known = {name: np.asarray(values)[kept] for name, values in sources.items()}
    known |= {"x": x[kept], "y": y[kept]}
    return {"parent": np.full(n, parent), "field": np.full(n, field), **known}


if "snakemake" in globals():
    run_rule(list_truth, snakemake)
