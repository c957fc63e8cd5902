"""Photometric calibration of the images of a survey, and their conversion to one zero point."""

from dataclasses import dataclass, replace

from astropy import units

from workflow_scripts.formats.image_planes import warn_once
from workflow_scripts.formats.units import normalised_unit
from workflow_scripts.surveys import zero_points
from workflow_scripts.surveys.zero_points import ZeroPoint, is_rate, is_total, parsed_unit

TOLERANCE = 0.005  # mag; zero points that differ by more contradict each other
SYSTEMS = ("MAGSYS", "PHOTSYS", "MAG_SYS")


@dataclass(frozen=True)
class GivenCalibration:
    """What the options state about an image; it has precedence over the header.

    Attributes
    ----------
    unit : str
        Empty: that of the header.
    zero_point : ZeroPoint or None
    vega_to_ab : float or None
        m_AB - m_Vega of the band: the zero point, given or of the header, is one of Vega magnitudes.
    fallback : ZeroPoint or None
        Zero point of the survey's preset, for an image that does not state one.
    pixel_area_arcsec2 : float or None
        Area of a pixel, if there is no WCS.
    """

    unit: str = ""
    zero_point: ZeroPoint | None = None
    vega_to_ab: float | None = None
    fallback: ZeroPoint | None = None
    pixel_area_arcsec2: float | None = None


NOTHING_GIVEN = GivenCalibration()


@dataclass(frozen=True)
class Calibration:
    """How pixels become fluxes.

    Attributes
    ----------
    unit : str
        Unit of the fluxes, in the notation of astropy; empty if unknown.
    zeropoint_ab : float or None
        AB magnitude of a flux of one unit; None: the fluxes are not calibrated.
    factor : float
        By which the pixels are multiplied.
    origin : str
        What states the zero point; empty without one.
    """

    unit: str
    zeropoint_ab: float | None
    factor: float = 1.0
    origin: str = ""


def calibrate(header, name, given=NOTHING_GIVEN, wcs_area_arcsec2=None):
    """Return the calibration of an image.

    The zero point is that of the options, or that of the header by any of the conventions in `zero_points`, or that of
    the survey's preset. One per second turns total counts into counts per second.

    Parameters
    ----------
    header : mapping
        Cards of the image.
    name : str
        For messages.
    given : GivenCalibration
    wcs_area_arcsec2 : float or None
        Area of a pixel by the WCS.

    Raises
    ------
    ValueError
        If the header states zero points that contradict each other, one of Vega magnitudes without `vega_to_ab`, or one
        per second for total counts without EXPTIME.
    """
    text = unit_text(header, name, given)
    unit, area = parsed_unit(text), wcs_area_arcsec2 or given.pixel_area_arcsec2
    stated, notes = header_zero_points(header, unit, area)
    chosen = given.zero_point or agreed(stated, name) or given.fallback
    notes += contradictions(given, stated)
    if notes:
        warn_once(f"{name}: {'; '.join(notes)}")
    if chosen is None:
        return Calibration(text, None)
    value = chosen.value + vega_offset(header, name, given, chosen)
    if chosen.per_second and is_total(unit):
        return Calibration((unit / units.s).to_string(), value, 1 / exposure_time(header, name, chosen), chosen.origin)
    if chosen.per_second and not is_rate(unit):
        raise ValueError(
            f"{name}: the zero point ({chosen.origin}) belongs to counts per second, the unit of the pixels is "
            f"{text or 'unknown'}: set the option unit"
        )
    return Calibration(text, value, 1.0, chosen.origin)


def unit_text(header, name, given):
    """Return the unit of the pixels in the notation of astropy; that of the options, or of BUNIT if it is valid."""
    if given.unit:
        return normalised_unit(given.unit, name)
    try:
        return normalised_unit(str(header.get("BUNIT", "")), name)
    except ValueError as error:
        warn_once(f"{error}; until then the pixels have no unit")
        return ""


def header_zero_points(header, unit, area_arcsec2):
    """Return all zero points that a header states, and notes about keywords that are not used."""
    brightness, note = zero_points.of_surface_brightness(unit, header, area_arcsec2)
    found, notes = (
        [zero_points.of_flux_density(unit), brightness, zero_points.of_zero_flux(header)],
        zero_points.unusable(header),
    )
    inverse = zero_points.of_inverse_sensitivity(header)
    if inverse and (is_total(unit) or is_rate(unit)):
        found.append(inverse)
    elif inverse and unit is None:
        notes.append("PHOTFLAM is not used, as there is no BUNIT: set the option unit, e.g. to 'electron / s'")
    found += zero_points.stated_ones(header)
    return [one for one in found if one], notes + ([note] if note else [])


def agreed(stated, name):
    """Return the first of the zero points of a header.

    Raises
    ------
    ValueError
        If others differ from it.
    """
    others = [one for one in stated[1:] if abs(one.value - stated[0].value) > TOLERANCE]
    if others:
        words = ", ".join(f"{one.value:.4f} ({one.origin})" for one in (stated[0], *others))
        raise ValueError(f"{name}: its header states several zero points, {words}: set the option zeropoint_ab")
    return stated[0] if stated else None


def contradictions(given, stated):
    """Return a note if the zero point of the options is not that of the header."""
    if given.zero_point is None:
        return []
    other = [one for one in stated if abs(one.value - given.zero_point.value) > TOLERANCE]
    words = ", ".join(f"{one.value:.4f} ({one.origin})" for one in other)
    return [f"the option zeropoint_ab, {given.zero_point.value:g}, replaces {words} of the header"] if other else []


def vega_offset(header, name, given, chosen):
    """Return the magnitudes by which a zero point becomes one of AB magnitudes.

    Raises
    ------
    ValueError
        If the header states Vega magnitudes and the options do not give the offset.
    """
    if given.vega_to_ab is not None:
        return given.vega_to_ab
    system = next((str(header[key]) for key in SYSTEMS if key in header), "AB")
    if "vega" in system.lower() and chosen.origin in zero_points.STATED:
        raise ValueError(f"{name}: {chosen.origin} is in Vega magnitudes ({system}): set the option vega_to_ab")
    return 0.0


def exposure_time(header, name, chosen):
    """Return the exposure time, s.

    Raises
    ------
    ValueError
        If the header has none.
    """
    seconds = header.get("EXPTIME")
    if not zero_points.is_number(seconds) or seconds < 0:
        raise ValueError(
            f"{name}: total counts with a zero point per second ({chosen.origin}) need EXPTIME, which is "
            f"{'missing' if seconds is None else seconds}: divide the image by its exposure time, and set unit"
        )
    return float(seconds)


def common_calibration(calibrations):
    """Return calibrations that bring several images to the unit and zero point of the first.

    Parameters
    ----------
    calibrations : dict of str to Calibration
        By the name of the image.

    Raises
    ------
    ValueError
        If an image cannot be converted exactly; the message names it.
    """
    (first, target), *_ = calibrations.items()
    return {name: converted(one, target, name, first) for name, one in calibrations.items()}


def converted(one, target, name, first):
    """Return a calibration with the unit and zero point of another; `first` is the name of its image."""
    if (one.zeropoint_ab is None) != (target.zeropoint_ab is None):
        without, other = (name, first) if one.zeropoint_ab is None else (first, name)
        raise ValueError(f"{without}: no zero point, but {other} has one: set the option zeropoint_ab")
    if one.zeropoint_ab is not None:
        ratio = 10 ** (0.4 * (target.zeropoint_ab - one.zeropoint_ab))
    else:
        ratio = unit_ratio(one, target, name, first)
    return replace(one, unit=target.unit, zeropoint_ab=target.zeropoint_ab, factor=one.factor * ratio)


def unit_ratio(one, target, name, first):
    """Return the ratio of the units of two images without zero points."""
    if one.unit == target.unit:
        return 1.0
    given, wanted = parsed_unit(one.unit), parsed_unit(target.unit)
    if given is None or wanted is None or not given.is_equivalent(wanted):
        raise ValueError(
            f"{name}: its unit is {one.unit or 'unknown'}, that of {first} {target.unit or 'unknown'}: convert it, or "
            "set the option zeropoint_ab of both"
        )
    return float(given.to(wanted))
