"""What an image of a survey is for, by the words in the name of its extension or file."""

import re

ROLES = {
    "science": ("sci", "science", "image", "img", "drz", "drc", "i2d", "data"),
    "weight": ("wht", "weight", "weights"),
    "inverse_variance": ("ivar", "invvar", "ivm"),
    "rms": ("rms", "err", "error", "sigma", "unc"),
    "variance": ("var", "variance"),
    "exposure": ("exp", "exptime", "expmap", "nexp"),
    "mask": ("dq", "mask", "msk", "flag", "flags", "badpix"),
    "psf": ("psf", "psfex"),
    "other": ("ctx", "con", "seg", "segm", "segmentation", "bkg", "background", "area", "wmap", "poisson", "rnoise"),
}
ROLE_OF = {word: role for role, words in ROLES.items() for word in words}


def role_of(name):
    """Return the role that a name states, a key of `ROLES`, by its last word that states one; else None.

    `xdf_f814w_rms` is an rms map; `VAR_POISSON` is only a part of a variance, and therefore `other`.
    """
    words = re.split(r"[^a-z0-9]+", name.lower())
    return next((ROLE_OF[word] for word in reversed(words) if word in ROLE_OF), None)
