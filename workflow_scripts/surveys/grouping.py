"""The files of a survey grouped by band and image: each science image with its maps."""

import logging
import re
from dataclasses import dataclass
from pathlib import Path

from workflow_scripts.formats.fits_files import ENDINGS, find_image, has_image, open_fits
from workflow_scripts.formats.image_planes import inherited
from workflow_scripts.formats.image_roles import ROLE_OF, role_of
from workflow_scripts.surveys.bands import band_of
from workflow_scripts.surveys.exposures import ExposureFiles, Layer
from workflow_scripts.surveys.uncertainty import KINDS

PREFERRED = ("variance", "inverse_variance", "rms", "weight", "exposure")  # of several maps of one image


@dataclass(frozen=True)
class SurveyImage:
    """One image in a file of a survey.

    Attributes
    ----------
    layer : Layer
    role : str
        Key of `formats.image_roles.ROLES`.
    band : str
        Empty for images that are not science images.
    stem : str
        Name of the file without the words of roles, which an image and its maps share.
    """

    layer: Layer
    role: str
    band: str
    stem: str

    @property
    def name(self):
        """Return the file, and the extension if it was chosen."""
        extension = self.layer.extension
        return self.layer.path if extension is None else f"{self.layer.path}[{extension}]"


def describe_images(path, preset=None):
    """Return the images and maps of a file.

    Parameters
    ----------
    path : str
    preset : settings.surveys.Survey or None
        Translates values of FILTER.

    Raises
    ------
    ValueError
        If the file cannot be read or has no image, or the band of a science image is unknown.
    """
    with open_fits(path) as file:
        numbers = [number for number, hdu in enumerate(file) if has_image(hdu)]
        if len(numbers) < 2:
            find_image(file, path)
            header = inherited(file[numbers[0]].header, file[0].header)
            role = role_of(str(header.get("EXTTYPE", ""))) or role_of(Path(path).name) or role_of(file[numbers[0]].name)
            found = [(Layer(path), role or "science", header, stem_of(path))]
        else:
            found = [described(file, number, path) for number in numbers]
    return [
        SurveyImage(layer, role, band_of(header, path, preset) if role == "science" else "", stem)
        for layer, role, header, stem in found
        if role in ("science", "mask", *KINDS)
    ]


def described(file, number, path):
    """Return layer, role, header and stem of one of several images; those of one version (EXTVER) belong together."""
    hdu = file[number]
    stem = f"{stem_of(path)} {words_of(hdu.name)} {hdu.ver}"
    return Layer(path, number), role_of(hdu.name) or "science", inherited(hdu.header, file[0].header), stem


def stem_of(path):
    """Return the name of a file without its ending and the words of roles."""
    name = Path(path).name.lower()
    ending = next((end for end in sorted(ENDINGS, key=len, reverse=True) if name.endswith(end)), Path(name).suffix)
    return words_of(name.removesuffix(ending))


def words_of(name):
    """Return the words of a name that state no role."""
    return " ".join(word for word in re.split(r"[^a-z0-9]+", name.lower()) if word not in ROLE_OF)


def group_images(images):
    """Group the images of a survey.

    Parameters
    ----------
    images : iterable of SurveyImage

    Returns
    -------
    bands : dict of str to list of ExposureFiles
        In the order of the images.

    Raises
    ------
    ValueError
        If there is no science image, a map belongs to no image or to several, or an image has two maps of one role.
    """
    images = list(images)
    science = [one for one in images if one.role == "science"]
    if not science:
        names = ", ".join(one.name for one in images[:3]) or "no file"
        raise ValueError(f"no science image among the files ({names}): name them in the options of the band")
    maps = {one.name: {} for one in science}
    for other in images:
        if other.role != "science":
            owner = owner_of(other, science)
            if twin := maps[owner.name].get(other.role):
                raise ValueError(f"{other.name}: {owner.name} has another {other.role} map, {twin.name}: leave out one")
            maps[owner.name][other.role] = other
    bands = {}
    for one in science:
        bands.setdefault(one.band, []).append(with_maps(one, maps[one.name]))
    return bands


def owner_of(other, science):
    """Return the science image to which a map belongs: the only one with its stem."""
    owners = [one for one in science if one.stem == other.stem]
    if len(owners) != 1:
        many = f"several images, {', '.join(one.name for one in owners[:3])}" if owners else "no image of the same name"
        raise ValueError(f"{other.name}: a {other.role} map that belongs to {many}: name it in the options of the band")
    return owners[0]


def with_maps(image, maps):
    """Return the files of an exposure, and log its maps."""
    kind = next((kind for kind in PREFERRED if kind in maps), None)
    used = [maps[role] for role in (kind, "mask") if role in maps]
    words = ", ".join(f"{one.role} map {one.name}" for one in used) or "no maps"
    logging.info("band %s: %s with %s", image.band, image.name, words)
    return ExposureFiles(
        image.layer,
        uncertainty=maps[kind].layer if kind else None,
        kind=kind or "weight",
        mask=maps["mask"].layer if "mask" in maps else None,
    )
