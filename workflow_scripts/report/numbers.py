"""Numbers as text: sensible digits and units."""

import math

NO_BREAK = "\u00a0"  # a line of a table may break before an interval, but not inside


def format_as(value, scale):
    """Return a number with as many decimals as show three digits of another number, the scale."""
    decimals = 2 - math.floor(math.log10(abs(scale))) if scale else 3
    return f"{value:.{min(max(decimals, 0), 9)}f}"


def format_interval(values):
    """Return a value with its interval (value, low, high); nothing where it is undefined."""
    if values[0] is None:
        return ""
    value, low, high = ("" if one is None else f"{one:.3f}" for one in values)
    return f"{value} [{low},{NO_BREAK}{high}]" if low and high else value


def format_price(usd):
    """Return a price in USD, to the cent above one cent."""
    if usd < 0.0001:
        return "< 0.0001"
    return f"{usd:.4f}" if usd < 0.01 else f"{usd:.2f}"


def format_duration(hours):
    """Return a time in seconds, minutes or hours."""
    seconds = hours * 3600
    if seconds < 90:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:.1f} min" if seconds < 5400 else f"{hours:.2f} h"


def format_size(n_bytes):
    """Return a number of bytes in a decimal unit."""
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if n_bytes >= size:
            return f"{n_bytes / size:.1f} {unit}"
    return f"{n_bytes} bytes"
