"""AB zero points stated by the headers of surveys, each by its own convention."""

from dataclasses import dataclass
from math import log10

from astropy import units
from astropy.units import photometric

STATED = ("MAGZERO", "MAGZPT", "PHOTZP")  # AB magnitude of one unit of the pixels as they are; PHOTZPT is STMAG
POSITIVE = ("FLUXMAG0", "PHOTFLAM", "PHOTPLAM")  # keywords whose logarithm is taken
TOTALS = ("electron", "ct", "adu", "DN", "ph", "photon")
AREA_TOLERANCE = 0.02  # relative difference of PIXAR_SR and the area of the WCS, which varies over a distorted image
ARCSEC2_IN_SR = float(units.arcsec.to("rad")) ** 2


@dataclass(frozen=True)
class ZeroPoint:
    """An AB zero point.

    Attributes
    ----------
    value : float
        AB magnitude of a source with a flux of one unit, or of one unit per second.
    origin : str
        Keywords or option that state it.
    per_second : bool
        It belongs to fluxes per second.
    """

    value: float
    origin: str
    per_second: bool = False


def parsed_unit(text):
    """Return a unit in the notation of `formats.units`, per pixel without the pixel; None if the text is empty."""
    if not text:
        return None
    with units.add_enabled_units(photometric):
        unit = units.Unit(text, parse_strict="silent")
    per_pixel = dict(zip(unit.bases, unit.powers, strict=True)).get(units.pix) == -1
    return unit * units.pix if per_pixel else unit


def is_total(unit):
    """Return whether a unit is one of counts, not per second."""
    return unit is not None and any(unit == units.Unit(name) for name in TOTALS)


def is_rate(unit):
    """Return whether a unit is one of counts per second."""
    return unit is not None and is_total(unit * units.s)


def is_per_area(unit):
    """Return whether a unit is one of surface brightness, per solid angle on the sky."""
    if unit is None:
        return False
    powers = zip(unit.bases, unit.powers, strict=True)
    return any(power < 0 and (base**-power).is_equivalent(units.sr) for base, power in powers)


def of_flux_density(unit):
    """Return the zero point of a unit of flux density per pixel (nJy 31.4, nanomaggies 22.5), or None."""
    if unit is not None and unit.is_equivalent(photometric.maggy):
        return ZeroPoint(-2.5 * log10(unit.to(photometric.maggy)), "BUNIT")
    if unit is None or not unit.is_equivalent(units.Jy):
        return None
    return ZeroPoint(float((1 * unit).to_value(units.ABmag)), "BUNIT")


def of_surface_brightness(unit, header, wcs_area_arcsec2):
    """Return the zero point of a unit such as MJy/sr, and a note if the header's area of a pixel is that of another.

    Parameters
    ----------
    unit : astropy.units.Unit or None
    header : mapping
        `PIXAR_SR`, as in files of JWST.
    wcs_area_arcsec2 : float or None
        Area of a pixel by the WCS, which is that of the image's own grid.

    Returns
    -------
    zero_point : ZeroPoint or None
    note : str or None
    """
    if unit is None or not unit.is_equivalent(units.Jy / units.sr):
        return None, None
    stated = header.get("PIXAR_SR")
    measured = wcs_area_arcsec2 and wcs_area_arcsec2 * ARCSEC2_IN_SR
    if not (stated or measured):
        return None, f"no zero point for {unit} without PIXAR_SR, a WCS or the option pixel_scale_arcsec"
    differ = bool(stated and measured) and abs(stated / measured - 1) > AREA_TOLERANCE
    area = measured if differ or not stated else stated
    value = float((1 * unit * area * units.sr).to_value(units.ABmag))
    found = ZeroPoint(value, "BUNIT and PIXAR_SR" if area == stated else "BUNIT and WCS")
    if not differ:
        return found, None
    return found, f"PIXAR_SR {stated:.4g} sr is not the area of a pixel by the WCS, {measured:.4g} sr, which is used"


def of_zero_flux(header):
    """Return the zero point by FLUXMAG0, the flux of a source of magnitude 0 (HSC), or None."""
    flux = positive(header, "FLUXMAG0")
    return ZeroPoint(2.5 * log10(flux), "FLUXMAG0") if flux else None


def of_inverse_sensitivity(header):
    """Return the zero point per second by PHOTFLAM and PHOTPLAM (HST), or None.

    ZP_AB = -2.5 log10(PHOTFLAM) - 5 log10(PHOTPLAM) - 2.408, with PHOTFLAM in erg / (s cm2 Angstrom) per count per
    second, and the pivot wavelength PHOTPLAM in Angstrom (Bohlin 2012, ACS ISR 2012-01).
    """
    sensitivity, pivot = positive(header, "PHOTFLAM"), positive(header, "PHOTPLAM")
    if None in (sensitivity, pivot):
        return None
    value = -2.5 * log10(sensitivity) - 5 * log10(pivot) - 2.408
    return ZeroPoint(value, "PHOTFLAM and PHOTPLAM", per_second=True)


def positive(header, key):
    """Return the value of a keyword if it is a positive number, or None."""
    value = header.get(key)
    return value if is_number(value) and value > 0 else None


def unusable(header):
    """Return a note for each keyword that is neither a positive number nor 0, the usual value of an unknown one."""
    found = [key for key in POSITIVE if header.get(key) not in (None, 0) and positive(header, key) is None]
    return [f"{key} {header[key]!r} is not a positive number and is not used" for key in found]


def stated_ones(header):
    """Return the zero points that keywords state directly."""
    numbers = {key: header.get(key) for key in STATED}
    return [ZeroPoint(float(number), key) for key, number in numbers.items() if is_number(number)]


def is_number(value):
    """Return whether the value of a card is a number other than 0, the usual value of an unknown zero point."""
    return isinstance(value, int | float) and not isinstance(value, bool) and value != 0
