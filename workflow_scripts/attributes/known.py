"""Every quantity that a catalogue of ours holds or that a galaxy is requested by, each declared once."""

from dataclasses import replace

from workflow_scripts.attributes.attribute import PIXEL_UNIT, Attribute

# What a galaxy is requested by, and what is measured of it.
CLASS = Attribute("class", "class", "", "class", "morphological class")
FLUX = Attribute("flux", "logarithmic", PIXEL_UNIT, "flux", "flux above the background", low=0)
HALF_LIGHT_RADIUS = Attribute(
    "half_light_radius",
    "linear",
    "pix",
    "half-light radius",
    "half-light radius along the major axis, before the PSF",
    0,
)
AXIS_RATIO = Attribute("axis_ratio", "linear", "", "axis ratio", "minor over major axis, b/a", 0, 1)
THETA = Attribute(
    "theta", "angle", "deg", "position angle", "position angle of the major axis, from x towards y", -90, 90
)
CONCENTRATION = Attribute("concentration", "linear", "", "concentration", "5 log10(r80 / r20)", 0)
SNR = Attribute("snr", "logarithmic", "", "signal-to-noise ratio", "flux over its noise", 0)

# What is measured of detected sources. A radius of a source is that of a circle, as it is seen through the PSF.
FLUX_RADIUS = Attribute(
    "flux_radius", "linear", "pix", "half-flux radius", "radius of the circle with half the flux", 0
)
PEAK = Attribute("peak", "logarithmic", PIXEL_UNIT, "peak", "highest pixel above the background", 0)
ELLIPTICITY = Attribute("ellipticity", "linear", "", "ellipticity", "1 - b/a", 0, 1)
N_PIXELS = Attribute("npix", "linear", "", "number of pixels", "pixels above the threshold", 0)
MAGNITUDE = Attribute(
    "mag", "linear", "mag", "magnitude", "AB magnitude; instrumental, with zero point 0, where there is no zero point"
)
X = Attribute("x", "linear", "pix", "x", "centre along x in its image, first pixel 0")
Y = Attribute("y", "linear", "pix", "y", "centre along y in its image, first pixel 0")

MEASURED = (
    FLUX,
    HALF_LIGHT_RADIUS,
    AXIS_RATIO,
    THETA,
    CONCENTRATION,
    CLASS,
    SNR,
    FLUX_RADIUS,
    PEAK,
    ELLIPTICITY,
    N_PIXELS,
    MAGNITUDE,
    X,
    Y,
    replace(X, name="x_parent", description="centre along x in the parent image, first pixel 0"),
    replace(Y, name="y_parent", description="centre along y in the parent image, first pixel 0"),
    replace(X, name="x_image", description="centre along x in its image, first pixel 1, as in DS9"),
    replace(Y, name="y_image", description="centre along y in its image, first pixel 1, as in DS9"),
    Attribute("mag_err", "linear", "mag", "magnitude error", "uncertainty of the magnitude", 0),
    Attribute("flux_err", "linear", PIXEL_UNIT, "flux error", "uncertainty of the flux", 0),
    Attribute("covered", "linear", "", "covered", "share of the light in pixels that are not masked", 0, 1),
    Attribute("background", "linear", PIXEL_UNIT, "background", "local background"),
    Attribute("noise", "linear", PIXEL_UNIT, "noise", "standard deviation of the background", 0),
    Attribute("ra", "linear", "deg", "right ascension", "right ascension (ICRS)", 0, 360),
    Attribute("dec", "linear", "deg", "declination", "declination (ICRS)", -90, 90),
    Attribute("z", "linear", "", "redshift", "redshift; NaN where unknown"),
    Attribute("radius_disc", "linear", "pix", "radius of the disc", "radius of the uniform disc", 0),
    Attribute("companions", "linear", "", "companions", "other sources of its cluster", 0),
    Attribute("flux_factor", "linear", "", "flux factor", "flux over that of the original", 0),
    Attribute("size_factor", "linear", "", "size factor", "size over that of the original", 0),
    # Published quantities made of the votes of Galaxy Zoo 2; none is physical.
    Attribute("size", "linear", "", "size", "number of votes, from 0.3 to 1"),
    Attribute("brightness", "linear", "", "brightness", "0.8 times the share of votes for smooth, and 0.2"),
)
IDENTIFIERS = (
    Attribute("id", "identifier", "", "id", "number or name of the source"),
    Attribute("original", "identifier", "", "original", "id of the resampled source in the library"),
    Attribute(
        "symmetry", "identifier", "", "symmetry", "of a resampled source: 1 mirrors y, 2 mirrors x, 4 exchanges both"
    ),
    Attribute("number", "identifier", "", "number", "row of the galaxy in its stack, from 0"),
    Attribute("parent", "identifier", "", "parent", "number of the image that the source was found in"),
    Attribute("block", "identifier", "", "block", "number of the block of fields that holds the centre"),
    Attribute("field", "identifier", "", "field", "row of the field in the stack of images; of stamps, its name"),
    Attribute("part", "identifier", "", "part", "train, valid or test"),
    Attribute("segval", "identifier", "", "segment", "label of the source in its segmentation map"),
    Attribute("galtype", "identifier", "", "type", "morphological type; empty where unknown"),
    Attribute("flags", "identifier", "", "flags", "extraction flags of SEP"),
    Attribute("clean_flag", "identifier", "", "clean", "whether the data set's makers found the stamp clean"),
    Attribute("bright", "identifier", "", "bright", "whether a simulated source is of the bright kind"),
    Attribute(
        "outside", "identifier", "", "out of range", "requested attributes out of the range of the training data"
    ),
)
OF_PICTURES = {
    attribute.name: attribute
    for attribute in (
        Attribute("file", "identifier", "", "file", "file of the picture, as the manifest names it"),
        Attribute("part", "identifier", "", "part", "train, valid or test"),
        Attribute("group", "identifier", "", "group", "pictures of one source, and their near duplicates"),
        Attribute("x0", "linear", "pix", "x0", "lower corner of the square in the file along x, first pixel 0", 0),
        Attribute("y0", "linear", "pix", "y0", "lower corner of the square in the file along y, first pixel 0", 0),
        Attribute("side", "linear", "pix", "side", "side of the square in the file", 0),
        Attribute("bytes", "linear", "byte", "size", "size of the file; 0 where unknown", 0),
        Attribute("sha256", "identifier", "", "sha256", "checksum of the file"),
        Attribute("credit", "identifier", "", "credit", "who made the picture; empty where not stated"),
        Attribute("licence", "identifier", "", "licence", "terms of use; empty where not stated"),
        Attribute("source", "identifier", "", "source", "address of the picture; empty where not stated"),
        Attribute("origin", "identifier", "", "origin", "photograph or art; empty where not stated"),
    )
}
KNOWN = {attribute.name: attribute for attribute in (*MEASURED, *IDENTIFIERS)}
# In catalogues of sources the signal is that above the threshold of SEP.
OF_SOURCES = {"snr": replace(SNR, description="flux over the noise of the pixels above the threshold")}
OF_BANDS = ("flux_err", "flux", "mag_err", "mag", "covered")  # the longer one of two that begin alike first
ROLES = ("requested", "measured")


def galaxy_column(name):
    """Return what a column of a catalogue of galaxies is; `requested_flux` and `measured_flux` are fluxes."""
    role, _, rest = name.partition("_")
    return galaxy_column(rest).prefixed(role) if role in ROLES and rest else KNOWN.get(name) or undeclared(name)


def picture_column(name):
    """Return what a column of a catalogue of pictures is."""
    return OF_PICTURES.get(name) or undeclared(name)


def source_column(name):
    """Return what a column of a catalogue of sources is; `flux_r` is the flux in band r."""
    return OF_SOURCES.get(name) or KNOWN.get(name) or column_of_band(name) or undeclared(name)


def column_of_band(name):
    """Return what a column of one band is, or None."""
    base = next((base for base in OF_BANDS if name.startswith(f"{base}_")), None)
    if base is None:
        return None
    band = name.removeprefix(f"{base}_")
    return replace(
        KNOWN[base],
        name=name,
        label=f"{KNOWN[base].label}, {band}",
        description=f"{KNOWN[base].description}, in band {band}",
    )


def undeclared(name):
    """Return what is known of a column that a user's data set brings: its name."""
    return Attribute(name, label=name.replace("_", " "), description="as the data set gives it")
