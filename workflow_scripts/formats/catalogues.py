"""Catalogues: ECSV with units and descriptions, FITS binary tables for those that grow large."""

from pathlib import Path

from astropy import units
from astropy.io import fits
from astropy.table import Table

from workflow_scripts.formats.atomic import whole_file

# Unit and meaning of every column that a catalogue of ours can have.
COLUMNS = {
    "id": ("", "number of the source"),
    "parent": ("", "number of the image that the source was found in"),
    "field": ("", "row of the field in the stack of images; of stamps, the name of their field on the sky"),
    "x": ("pix", "centre along x in its image, first pixel 0"),
    "y": ("pix", "centre along y in its image, first pixel 0"),
    "x_parent": ("pix", "centre along x in the parent image, first pixel 0"),
    "y_parent": ("pix", "centre along y in the parent image, first pixel 0"),
    "x_image": ("pix", "centre along x in its image, first pixel 1, as in DS9"),
    "y_image": ("pix", "centre along y in its image, first pixel 1, as in DS9"),
    "flux": ("{unit}", "flux above the background"),
    "peak": ("{unit}", "highest pixel above the background"),
    "flux_radius": ("pix", "half-light radius"),
    "ellipticity": ("", "1 - b/a of the second moments"),
    "axis_ratio": ("", "b/a"),
    "theta": ("rad", "position angle of the major axis from x towards y"),
    "npix": ("", "pixels above the threshold"),
    "flags": ("", "extraction flags of SEP"),
    "snr": ("", "flux over the noise of the pixels above the threshold"),
    "background": ("{unit}", "local background"),
    "noise": ("{unit}", "standard deviation of the background"),
    "mag": ("mag", "magnitude; instrumental, with zero point 0, where the data set has none"),
    "mag_err": ("mag", "uncertainty of the magnitude"),
    "radius": ("pix", "half-light radius"),
    "z": ("", "redshift; NaN where unknown"),
    "galtype": ("", "morphological type; empty where unknown"),
    "segval": ("", "label of the source in its segmentation map"),
    "ra": ("deg", "right ascension"),
    "dec": ("deg", "declination"),
    "clean_flag": ("", "whether the data set's makers found the stamp clean"),
    "bright": ("", "whether a simulated source is of the bright kind"),
    "companions": ("", "other sources of its cluster"),
    "radius_disc": ("pix", "radius of the disc"),
}


def write_catalogue(path, columns, *, unit="", **meta):
    """Write a catalogue; `.ecsv` or `.fits` by the name.

    Parameters
    ----------
    columns : dict of str to array (n,)
    unit : str
        Unit of the fluxes; in ECSV a name that astropy does not know is kept in the metadata alone.
    """
    table = Table(columns, meta={"FLUXUNIT": unit, **meta} if unit else meta)
    texts = {name: COLUMNS.get(name, ("", ""))[0].format(unit=unit) for name in table.colnames}
    with whole_file(path) as part:
        if str(path).endswith(".ecsv"):
            for name, text in texts.items():
                table[name].description = COLUMNS.get(name, ("", ""))[1]
                table[name].unit = known_unit(text)
            table.write(part, format="ascii.ecsv", overwrite=True, delimiter=",")
        else:
            hdu = fits.table_to_hdu(table)
            for number, text in enumerate(texts.values(), 1):
                if text:  # as it is: the FITS standard has no electron, but every reader shows what is written here
                    hdu.header.set(f"TUNIT{number}", text, after=f"TFORM{number}")
            fits.HDUList([fits.PrimaryHDU(), hdu]).writeto(part, overwrite=True)


def known_unit(text):
    """Return a unit that astropy knows, or None."""
    try:
        return units.Unit(text) if text else None
    except ValueError:
        return None


def read_catalogue(path):
    """Read an ECSV or FITS catalogue as an astropy table; its columns are plain ones that know their unit.

    Raises
    ------
    ValueError
        Where the file cannot be read as a table.
    """
    ecsv = Path(path).suffix == ".ecsv"
    kind = {"format": "ascii.ecsv"} if ecsv else {"format": "fits", "unit_parse_strict": "silent"}
    try:
        return Table.read(path, **kind)
    except Exception as error:
        raise ValueError(f"{path} is not a readable catalogue (ECSV, by its ending .ecsv, or FITS): {error}") from None
