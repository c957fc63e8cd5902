"""The WCS of an image, read tolerantly: what is invalid is ignored and reported, and the image is still read."""

import re
import warnings

from astropy import units
from astropy.io import fits
from astropy.wcs import WCS, InconsistentAxisTypesError, SingularMatrixError

SIP = {"A": "B", "B": "A", "AP": "BP", "BP": "AP"}  # polynomials that must come in pairs
LOOKUP = re.compile(r"(D2IM|CPDIS|CPERR|CQDIS|DP\d|DQ\d|WCSDVARR)")
PLATE = ("XPIXELSZ", "YPIXELSZ")  # of a digitised plate, which has also PLTRAH and others


def read_wcs(header, file=None):
    """Return the WCS of an image with two axes.

    Distortions are kept: SIP, TPV, and lookup tables if they are in the file.

    Parameters
    ----------
    header : astropy.io.fits.Header
        With the two axes of the sky alone (`fits_axes.planar_header`).
    file : astropy.io.fits.HDUList or None
        For the lookup tables.

    Returns
    -------
    wcs : astropy.wcs.WCS or None
        None if the header has no valid celestial WCS.
    ignored : list of str
        What was ignored, and why.
    """
    header, ignored = header.copy(), []
    for repair in (drop_half_sip, drop_plate, repair_units):
        ignored += repair(header)
    wcs, fault = parsed(header, file)
    if fault and drop_lookup_tables(header):
        wcs, second = parsed(header, None)
        ignored += [] if second else ["lookup tables of the distortion that are not in the file"]
        fault = second
    if wcs is not None and not wcs.has_celestial:
        return None, [*ignored, *missing_types(header)]
    return wcs, ignored + ([fault] if fault else [])


def parsed(header, file):
    """Return the WCS of a header, and None; or None, and the reason why it is invalid."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            wcs = WCS(header, file, naxis=2)
            if wcs.has_celestial and not 0 < area_of(wcs) < 1e9:
                return None, "WCS (pixels without a finite area)"
        return wcs, None
    except Exception as error:  # wcslib has one class of its own for every fault
        return None, f"WCS ({reason(error, header)})"


def header_text(wcs):
    """Return a WCS as the text of a header, with SIP and TPV distortion."""
    return wcs.to_header(relax=True).tostring(sep="\n")


def sky_positions(text, x, y):
    """Return the ICRS right ascension and declination, deg, of positions (first pixel 0) by the text of a header.

    The header may have any celestial frame (FK4, FK5, galactic, ...) and either order of its axes.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sky = WCS(fits.Header.fromstring(text, sep="\n")).pixel_to_world(x, y).icrs
    return sky.ra.deg, sky.dec.deg


def area_of(wcs):
    """Return the area of a pixel at the reference position, arcsec2."""
    return float(wcs.proj_plane_pixel_area().to_value("arcsec2"))


def reason(error, header):
    """Return why a WCS is invalid, in words."""
    if isinstance(error, SingularMatrixError):
        return "singular CD or PC matrix"
    if isinstance(error, InconsistentAxisTypesError):
        return f"CTYPE {header.get('CTYPE1', 'missing')!r} and {header.get('CTYPE2', 'missing')!r}"
    return (str(error).strip() or type(error).__name__).splitlines()[-1]


def missing_types(header):
    """Return a note about positions and scales without `CTYPE`."""
    typeless = not (header.get("CTYPE1") or header.get("CTYPE2"))
    return ["CRVAL and pixel scale (no CTYPE)"] if typeless and "CRVAL1" in header else []


def drop_half_sip(header):
    """Drop SIP polynomials that lack their counterpart."""
    half = [one for one, other in SIP.items() if f"{one}_ORDER" in header and f"{other}_ORDER" not in header]
    drop(header, [key for key in header if re.match(rf"({'|'.join(half)})_(\d+_\d+|ORDER|DMAX)$", key)] if half else [])
    if not {"A_ORDER", "B_ORDER"} <= set(header):
        for key in ("CTYPE1", "CTYPE2"):
            if str(header.get(key, "")).endswith("-SIP"):
                header[key] = header[key].removesuffix("-SIP")
    return [f"SIP distortion ({half[0]}_ORDER without {SIP[half[0]]}_ORDER)"] if half else []


def drop_plate(header):
    """Drop the pixel size of a digitised plate without the rest of the plate's solution."""
    stray = [key for key in PLATE if key in header] if "PLTRAH" not in header else []
    drop(header, stray)
    return [f"{' and '.join(stray)} (no plate solution)"] if stray else []


def repair_units(header):
    """Replace other spellings of degrees in `CUNIT`, and drop units that are no angles."""
    ignored = []
    for key in ("CUNIT1", "CUNIT2"):
        text = str(header.get(key, "")).strip()
        if text.lower() in ("degree", "degrees", "deg"):
            header[key] = "deg"
        elif text and not is_angle(text):
            del header[key]
            ignored.append(f"{key} {text!r} (degrees assumed)")
    return ignored


def is_angle(text):
    """Return whether a text is a unit of angles."""
    return units.Unit(text, parse_strict="silent").is_equivalent("deg")


def drop_lookup_tables(header):
    """Drop the references to lookup tables; return whether there were any."""
    found = [key for key in header if LOOKUP.match(key)]
    drop(header, found)
    return bool(found)


def drop(header, keys):
    """Remove keys from a header."""
    for key in dict.fromkeys(keys):
        header.remove(key, ignore_missing=True, remove_all=True)
