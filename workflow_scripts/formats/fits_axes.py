"""Axes of an image extension: which are y and x, and which counts the bands."""

import re
from dataclasses import dataclass

from astropy.io import fits

CELESTIAL = re.compile(r"(RA|DEC|[GEHS]L(ON|AT))-")
# keywords of the WCS with the number of one axis, and of two (rows and columns of matrices, numbers of parameters)
ONE_AXIS = re.compile(r"(CTYPE|CRPIX|CRVAL|CDELT|CUNIT|CROTA|CNAME|CRDER|CSYER)(\d+)([A-Z]?)$")
TWO_AXES = re.compile(r"(CD|PC)(\d+)_(\d+)([A-Z]?)$")
PARAMETER = re.compile(r"(PV|PS)(\d+)(_\d+[A-Z]?)$")


@dataclass(frozen=True)
class Axes:
    """Numbers of the axes of an array.

    Attributes
    ----------
    y, x : int
    band : int or None
    shape : tuple of int
        All axes; those that are none of the three have length 1.
    """

    y: int
    x: int
    band: int | None
    shape: tuple

    @property
    def n_bands(self):
        """Return the number of bands."""
        return 1 if self.band is None else self.shape[self.band]

    @property
    def plane(self):
        """Return the shape (y, x) of one band."""
        return self.shape[self.y], self.shape[self.x]

    def index(self, window, band):
        """Return the index of a window, slices (y, x), of one band; it keeps all axes."""
        place = {self.y: window[0], self.x: window[1], self.band: slice(band, band + 1)}
        return tuple(place.get(axis, slice(0, 1)) for axis in range(len(self.shape)))

    @property
    def others(self):
        """Return the axes of which one pixel is read."""
        return tuple(axis for axis in range(len(self.shape)) if axis not in (self.y, self.x))


def axes_of(shape, header, name):
    """Return the axes of an image extension.

    Axes of length 1 are dropped as long as two others remain. Of three, the band is the one that `CTYPE` does not
    call celestial, or else the first or last one if it is at most half as long as the others.

    Raises
    ------
    ValueError
        If there are more axes, or it is not clear which of three is the band.
    """
    axes = [axis for axis, side in enumerate(shape) if side > 1]
    axes = axes if len(axes) >= 2 else list(range(len(shape)))[-2:]
    if len(axes) == 2:
        return Axes(*axes, None, tuple(shape))
    if len(axes) > 3:
        raise ValueError(f"{name}: an image of {len(axes)} axes {tuple(shape)}; expected (y, x), or these and a band")
    band = spectral_axis(axes, header, len(shape))
    if band is None:
        few = [axis for axis in (axes[0], axes[-1]) if is_short(axis, axes, shape)]
        if len(few) != 1:
            raise ValueError(
                f"{name}: a cube of shape {tuple(shape)}: it is not clear which axis counts the bands (CTYPE does not "
                "say so): save each band as an extension of its own"
            )
        band = few[0]
    return Axes(*(axis for axis in axes if axis != band), band, tuple(shape))


def is_short(axis, axes, shape):
    """Return whether an axis is at most half as long as each of the others."""
    return all(2 * shape[axis] <= shape[other] for other in axes if other != axis)


def spectral_axis(axes, header, n_axes):
    """Return the axis that is not celestial by its `CTYPE`, if the other two are; else None."""
    sky = [axis for axis in axes if CELESTIAL.match(str(header.get(f"CTYPE{n_axes - axis}", "")).upper())]
    return next(axis for axis in axes if axis not in sky) if len(sky) == 2 else None


def planar_header(header, axes):
    """Return a copy of a header in which x and y are the axes 1 and 2 of the WCS and there are no others.

    The WCS of other axes is often invalid, and would make that of the sky unreadable.
    """
    n = len(axes.shape)
    new = {n - axes.x: 1, n - axes.y: 2}
    planar = fits.Header()
    for card in header.cards:
        keyword = renumbered(card.keyword, new)
        if keyword and not re.match(r"(NAXIS|WCSAXES)", keyword):
            planar.append((keyword, card.value, card.comment) if keyword != card.keyword else card)
    return planar


def renumbered(keyword, new):
    """Return a keyword with new numbers of axes, or None if it belongs to an axis that is dropped."""
    if found := ONE_AXIS.match(keyword):
        axis = new.get(int(found[2]))
        return axis and f"{found[1]}{axis}{found[3]}"
    if found := TWO_AXES.match(keyword):
        row, column = new.get(int(found[2])), new.get(int(found[3]))
        return row and column and f"{found[1]}{row}_{column}{found[4]}"
    if found := PARAMETER.match(keyword):
        axis = new.get(int(found[2]))
        return axis and f"{found[1]}{axis}{found[3]}"
    return keyword
