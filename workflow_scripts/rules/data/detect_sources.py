"""Rule detect_sources: the catalogue and the segmentation maps of one part of a data set."""

import numpy as np

from workflow_scripts.formats.catalogues import write_catalogue
from workflow_scripts.formats.stacks import copy_attributes, create_stack, open_stack
from workflow_scripts.measuring.detection import detect
from workflow_scripts.imaging.mosaics import fields_of, part_mosaics
from workflow_scripts.runtime.entry import run_rule


def detect_sources(*, fields, catalogue, segmentation, options, seed, code):
    """Detect sources on each parent image's mosaic of the part.

    Parameters
    ----------
    fields : str
        Stack of fields.
    catalogue : str
        ECSV written, one row per source; ids count from 1 and are the labels of the segmentation.
    segmentation : str
        Stack written: `segmentation (n, y, x) int32`, row by row beside the fields.
    options : dict
        Keyword arguments of `measuring.detection.detect`.

    Raises
    ------
    ValueError
        If no source is above the threshold.
    """
    tables, n_found = [], 0
    with (
        open_stack(fields) as stack,
        create_stack(segmentation, seed=seed, code=code, **copy_attributes(stack)) as maps,
    ):
        for mosaic in part_mosaics(stack, "image"):
            sources, labels = detect(mosaic.pixels, mosaic.covered, **options)
            labels[labels > 0] += n_found
            places = {name: stack[name][mosaic.rows] for name in ("parent", "x0", "y0")}
            maps.append(segmentation=fields_of(labels, mosaic), **places)
            tables.append(place_in_fields(sources, mosaic, n_found))
            n_found += len(tables[-1]["id"])
        if not n_found:
            raise ValueError(
                f"{fields}: no source above {options['threshold_sigma']} sigma: lower detection.threshold_sigma, "
                f"or give this part more sky than its {len(stack)} fields (fields.field_size, fields.split)"
            )
        unit = stack.attributes["unit"]
    columns = {name: np.concatenate([table[name] for table in tables]) for name in tables[0]}
    write_catalogue(catalogue, columns, unit=unit)


def place_in_fields(sources, mosaic, n_found):
    """Return catalogue columns with each source's id, parent, field and position in its field."""
    x, y = sources.pop("x"), sources.pop("y")
    field, x_field, y_field = mosaic.locate(x, y)
    return {
        "id": np.arange(len(x)) + 1 + n_found,
        "parent": np.full(len(x), mosaic.parent),
        "field": field,
        "x": x_field,
        "y": y_field,
        "x_parent": x + mosaic.origin[0],
        "y_parent": y + mosaic.origin[1],
        **sources,
    }


if "snakemake" in globals():
    run_rule(detect_sources, snakemake)
