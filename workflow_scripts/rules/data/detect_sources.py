"""Rule detect_sources: the catalogue and the segmentation maps of one part of a data set."""

import logging
from collections import Counter

import numpy as np
from scipy.ndimage import binary_erosion

from workflow_scripts.formats.catalogues import write_catalogue
from workflow_scripts.formats.celestial_wcs import sky_positions
from workflow_scripts.formats.stacks import copy_attributes, create_stack, open_stack
from workflow_scripts.imaging.blocks import stored_blocks
from workflow_scripts.imaging.windows import fields_of, inside_block, read_windows
from workflow_scripts.measuring.background_mesh import stored_meshes
from workflow_scripts.measuring.detection import detect
from workflow_scripts.measuring.survey_detection import SurveyDetector
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.settings.data import Detection

OF_SURVEY = ("threshold_sigma", "min_area", "deblend_thresholds", "deblend_contrast")  # options of `SurveyDetector`


def detect_sources(
    *, fields, windows, background, catalogue, segmentation, window_segmentation, options: Detection, seed, code
):
    """Detect sources in the window of each block; those whose centre lies in the block are catalogued.

    Parameters
    ----------
    fields, windows : str
        Outputs of `import_dataset` and `cut_windows`; where each image is one field, its window is the field.
    background : list of str
        Output of `map_background` for a data set that is read by windows; empty for others, which have the background
        of each window, and one band without variances.
    catalogue : str
        ECSV written, one row per source; `id` is its label in the segmentation. Of a data set read by windows, it has
        fluxes of every band with errors, and `ra`, `dec` if all images have a WCS.
    segmentation : str
        Stack written: `segmentation (n, y, x) int32`, row by row beside the fields. Labels that the catalogue does not
        list are of sources whose centre lies outside the block.
    window_segmentation : str
        Stack written: likewise, row by row beside the windows.
    options : settings.data.Detection

    Raises
    ------
    ValueError
        If no source is above the threshold.
    """
    tables, n_labels, tally = [], 0, Counter()
    with open_stack(fields) as stack, open_stack(windows) as sky:
        about, blocks = {"seed": seed, "code": code, **copy_attributes(stack)}, stored_blocks(stack)
        pixels, wcs = stack.photometry, stack.names("wcs")
        detector = survey_detector(background[0], pixels, options) if background else None
        with create_stack(segmentation, **about) as maps, create_stack(window_segmentation, **about) as wide:
            for row, (block, window) in enumerate(zip(blocks, read_windows(sky), strict=True)):
                if detector:
                    sources, labels = detector.detect(window, block.parent, inside_block(window, block))
                else:
                    sources, labels = detect(window.pixels, window.covered, **options.of_one_band)
                tables.append(place_in_block(sources, window.origin - block.corner, block, n_labels))
                tally.update(catalogued=len(tables[-1]["id"]), outside=len(sources["x"]) - len(tables[-1]["id"]))
                labels[labels > 0] += n_labels
                covered = window.covered.reshape(*labels.shape, -1).any(axis=-1)
                tally["truncated"] += int(np.isin(tables[-1]["id"], labels[edge_of(covered)]).sum())
                n_labels += len(sources["x"])
                maps.append(segmentation=fields_of(labels, window, block), **rows_of(stack, block.rows))
                wide.append(segmentation=labels[None], **rows_of(sky, [row]))
            if not tally["catalogued"]:
                raise ValueError(
                    f"{fields}: no source above {options.threshold_sigma:g} sigma: lower detection.threshold_sigma, "
                    f"or give this part more sky than its {len(stack)} fields (fields.field_size, fields.split)"
                )
    logging.info("%(catalogued)d sources, %(truncated)d of them cut off by the edge of their window", tally)
    logging.info("%d sources in the margins have their centre outside the blocks", tally["outside"])
    columns = {name: np.concatenate([table[name] for table in tables]) for name in tables[0]}
    columns = with_positions(detector.correct(columns) if detector else columns, wcs)
    band_units = dict(zip(pixels.bands, pixels.units, strict=True))
    write_catalogue(catalogue, columns, unit=pixels.units[0], band_units=band_units)


def survey_detector(background, pixels, options):
    """Return the detector of sources in a survey.

    Raises
    ------
    ValueError
        If the method of the detection is for grey levels.
    """
    if options.method != "sep":
        raise ValueError(f"detection.method {options.method} is for images of grey levels: set it to sep")
    chosen = {name: getattr(options, name) for name in OF_SURVEY}
    with open_stack(background) as stack:
        meshes = stored_meshes(stack)
    return SurveyDetector(pixels.bands, pixels.zeropoints_ab, meshes, options.combination, chosen)


def with_positions(columns, wcs):
    """Return columns with right ascension and declination behind the position in the image, if all images have a WCS.

    Parameters
    ----------
    columns : dict of str to array (n,)
    wcs : list of str
        Header of the WCS of each image.
    """
    if not wcs or not all(wcs):
        return columns
    x, y, parents = (columns[name] for name in ("x_parent", "y_parent", "parent"))
    ra, dec = np.empty(len(x)), np.empty(len(x))
    for parent in np.unique(parents):
        rows = parents == parent
        ra[rows], dec[rows] = sky_positions(wcs[parent], x[rows], y[rows])
    names = list(columns)
    first = names[: names.index("y_parent") + 1]
    rest = {name: values for name, values in columns.items() if name not in first}
    return {**{name: columns[name] for name in first}, "ra": ra, "dec": dec, **rest}


def rows_of(stack, rows):
    """Return the columns that place some rows of a stack in the sky."""
    return {name: stack[name][rows] for name in ("parent", "block", "x0", "y0")}


def edge_of(covered):
    """Return the covered pixels beside those without data, (y, x) bool."""
    return covered & ~binary_erosion(covered)


def place_in_block(sources, offset, block, n_labels):
    """Return catalogue columns of the sources in a block, with id, parent, block, field and position in the field.

    Parameters
    ----------
    sources : dict of str to array (n,)
        In the order of their labels; `x`, `y` in the window.
    offset : (2,) int
        Corner of the window in the block.
    block : imaging.blocks.Block
    n_labels : int
        Labels of earlier windows.
    """
    x, y = sources["x"] + offset[0], sources["y"] + offset[1]
    kept = np.nonzero(block.holds(x, y))[0]
    field, x_field, y_field = block.locate(x[kept], y[kept])
    return {
        "id": kept + 1 + n_labels,
        "parent": np.full(len(kept), block.parent),
        "block": np.full(len(kept), block.number),
        "field": field,
        "x": x_field,
        "y": y_field,
        "x_parent": x[kept] + block.corner[0],
        "y_parent": y[kept] + block.corner[1],
        **{name: values[kept] for name, values in sources.items() if name not in ("x", "y")},
    }


if "snakemake" in globals():
    run_rule(detect_sources, snakemake)
