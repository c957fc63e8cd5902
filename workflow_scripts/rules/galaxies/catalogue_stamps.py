"""Rule catalogue_stamps: generated galaxies as catalogue, FITS and PNG, with requested and measured attributes."""

import numpy as np
from astropy.io import fits

from workflow_scripts.attributes.known import CLASS, galaxy_column
from workflow_scripts.formats.albums import create_album
from workflow_scripts.formats.atomic import whole_file
from workflow_scripts.formats.catalogues import table_hdu, write_catalogue
from workflow_scripts.formats.stacks import open_stack
from workflow_scripts.imaging.display import as_pictures, display_range
from workflow_scripts.measuring.attributes import APPARENT, ATTRIBUTES, measure_attributes
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.settings.galaxies import CatalogueStamps

BLOCK, N_SCALED = 512, 1000  # images in memory at a time; real ones that set the scale of the pictures
NOT_REQUESTED = ("image", "moved")


def catalogue_stamps(*, stamps, train, catalogue, cube, album, options: CatalogueStamps):
    """Measure generated galaxies and write them as a catalogue, a FITS cube and an album of PNG files.

    Parameters
    ----------
    stamps : str
        Output of `generate_stamps`.
    train : str
        Stack of real galaxies, which define the display range of all pictures.
    catalogue : str
        ECSV written, a row per galaxy: `number`, `class`, `requested_...`, `measured_...`, `outside` (requested
        attributes out of the range of the training data, comma-separated).
    cube : str
        FITS written: the images (n[, band], y, x), and the catalogue as a table.
    album : str
        ZIP written: a PNG per galaxy in a folder per class.
    options : settings.galaxies.CatalogueStamps
    """
    with open_stack(train) as stack:
        black, white = display_range(stack["image"][:N_SCALED])
    with open_stack(stamps) as stack:
        measured = measure(stack, ATTRIBUTES if options.linear else APPARENT)
        columns = columns_of(stack, measured)
        write_catalogue(catalogue, columns, unit=stack.photometry.unit, column=galaxy_column)
        write_cube(cube, stack, columns)
        with create_album(album) as add:
            for start in range(0, len(stack), BLOCK):
                pictures = as_pictures(stack["image"][start : start + BLOCK], black, white)
                for row, picture in enumerate(pictures, start):
                    kind = columns[CLASS.name][row] if CLASS.name in columns else "all"
                    add(f"{kind.replace('/', '_')}/{row:06d}", picture)


def measure(stack, names):
    """Return the attributes of all images of a stack."""
    psf = stack.attributes.get("psf_fwhm") or 0.0
    parts = [measure_attributes(block, psf) for block in stack.blocks("image", BLOCK)]
    return {name: np.concatenate([part[name] for part in parts]) for name in names}


def columns_of(stack, measured):
    """Return the catalogue of a stack."""
    names = [name for name in stack.file if name not in NOT_REQUESTED and not name.startswith("outside_")]
    columns = {"number": np.arange(len(stack))}
    if CLASS.name in names:
        columns[CLASS.name] = np.array(stack.names("class_names"))[stack[CLASS.name][:]]
    columns |= {f"requested_{name}": stack[name][:] for name in names if name != CLASS.name}
    columns |= {f"measured_{name}": values.astype(np.float32) for name, values in measured.items()}
    return {**columns, "outside": outside_of(stack)}


def outside_of(stack):
    """Return the names of the requested attributes that are out of range, comma-separated, (n,) str."""
    flags = {name.removeprefix("outside_"): stack[name][:] for name in stack.file if name.startswith("outside_")}
    names = [",".join(name for name, flag in flags.items() if flag[row]) for row in range(len(stack))]
    return np.array(names, dtype="U")


def write_cube(path, stack, columns):
    """Write images and catalogue as one FITS file, `BLOCK` images at a time."""
    images, step = stack["image"], BLOCK
    shape = images.shape if images.ndim == 3 else (images.shape[0], images.shape[3], *images.shape[1:3])
    header = fits.Header({"SIMPLE": True, "BITPIX": -32, "NAXIS": len(shape)})
    for axis, length in enumerate(reversed(shape), 1):
        header[f"NAXIS{axis}"] = length
    header["EXTEND"] = True
    header["BUNIT"] = stack.photometry.unit
    with whole_file(path) as part:
        part.unlink(missing_ok=True)  # StreamingHDU appends to an existing file
        stream = fits.StreamingHDU(part, header)
        for start in range(0, shape[0], step):
            block = images[start : start + step].astype(np.float32)
            stream.write(np.ascontiguousarray(block if block.ndim == 3 else np.moveaxis(block, -1, 1)))
        stream.close()
        with fits.open(part, mode="append") as file:
            file.append(table_hdu(columns, stack.photometry.unit, galaxy_column))


if "snakemake" in globals():
    run_rule(catalogue_stamps, snakemake)
