"""Kinds of studies: the kind of the real images, and their paths."""

from dataclasses import dataclass
from typing import get_args

from workflow_scripts.settings.contracts.metrics import DamageKind

PARTS = ("train", "valid", "test")
REAL_SAMPLES = tuple(f"real_{part}" for part in PARTS)
LADDER_SAMPLES = tuple(f"ladder_{part}" for part in PARTS)
DAMAGED_SAMPLES = tuple(f"damaged_{kind}" for kind in get_args(DamageKind))
CONTROL_SAMPLES = ("control_noise", "control_blurred")  # damaged training fields, which a referee has to recognise
# Names of samples, and of a file beside them.
RESERVED = (*REAL_SAMPLES, *LADDER_SAMPLES, *DAMAGED_SAMPLES, *CONTROL_SAMPLES, "own", "null")


@dataclass(frozen=True)
class Kind:
    """The kind of a study.

    Attributes
    ----------
    name : str
        Content of the reference of generated images: `fields`, `blends`, `galaxies` or `pictures`.
    real : str
        Stack of the real images of a part, a pattern of `{study}` and `{split}`.
    stamps : str
        Stamps that the blends of a part are made of, a pattern of `{study}` and `{split}` without its ending.
    described : str
        Stack whose unit, size and number the page states, a pattern of `{study}`.
    imported : tuple of str
        Products of the import that a bare run makes, patterns of `{study}`.
    divides_galaxies : bool
        Whether galaxies, not the sky, are divided into parts.
    """

    name: str
    real: str
    stamps: str
    described: str
    imported: tuple = ()
    divides_galaxies: bool = False


FOLDER = "results/{study}"
FIELDS = f"{FOLDER}/fields/{{split}}.h5"
CROPS = f"{FOLDER}/crops/judging/{{split}}.h5"
CUT, WHOLE = f"{FOLDER}/stamps/{{split}}", f"{FOLDER}/stamps/all"
CATALOGUE = (f"{WHOLE}.ecsv",)
GALAXIES, PICTURES = f"{FOLDER}/galaxies", f"{FOLDER}/pictures"
KINDS = {  # by the content of the data set, and by the reference of generated images
    ("images", "fields"): Kind("fields", FIELDS, CUT, f"{FOLDER}/fields/test.h5"),
    ("images", "blends"): Kind("blends", CROPS, CUT, f"{FOLDER}/crops/judging/test.h5"),
    ("stamps", "fields"): Kind("fields", FIELDS, WHOLE, f"{WHOLE}.h5", CATALOGUE, True),
    ("stamps", "blends"): Kind("blends", CROPS, WHOLE, f"{FOLDER}/crops/judging/test.h5", CATALOGUE, True),
    ("galaxies", "fields"): Kind(
        "galaxies",
        f"{GALAXIES}/{{split}}.h5",
        CUT,
        f"{GALAXIES}/test.h5",
        (*(f"{GALAXIES}/{part}.h5" for part in PARTS), f"{GALAXIES}/all.ecsv"),
    ),
    ("pictures", "fields"): Kind(
        "pictures",
        f"{PICTURES}/{{split}}.h5",
        CUT,
        f"{PICTURES}/test.h5",
        (*(f"{PICTURES}/{part}.h5" for part in PARTS), f"{PICTURES}/all.ecsv"),
    ),
}
KINDS["galaxies", "blends"] = KINDS["galaxies", "fields"]
KINDS["pictures", "blends"] = KINDS["pictures", "fields"]
