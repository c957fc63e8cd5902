"""Isolated galaxies of CANDELS (Hubble, F160W) with segmentation maps and a catalogue: Zenodo record 2604740."""

import logging
from pathlib import Path

from workflow_scripts.datasets.stamp_files import usable_stamps
from workflow_scripts.formats.archives import unpack
from workflow_scripts.formats.downloads import BROKEN, checksum, download, fetch_json, locked, verify
from workflow_scripts.formats.stamp_arrays import open_stamps
from workflow_scripts.settings.bases.datasets import Page, Record, StampOptions, Unit, ZeroPoint
from workflow_scripts.settings.contracts.datasets import Dataset
from workflow_scripts.settings.declared import option

DECLARATION = Dataset(holds="stamps")
MEMBERS = ("candels_img.npy", "candels_seg.npy", "candels_cat.csv")
COLUMNS = ("ra", "dec", "field", "mag_err", "z", "galtype")


class Options(StampOptions):
    """Location of the archive, and calibration of its pixels."""

    record: Record = "https://zenodo.org/api/records/2604740"
    page: Page = "https://zenodo.org/records/2604740"
    archive: str = option(
        "candels-blender-data.tar.gz", "File name in the record and in `data/candels/`.", pattern="^[^/]+$"
    )
    md5: str = option(
        "", "MD5 of the archive, checked in addition to the checksum of the record.", pattern="^([0-9a-fA-F]{32})?$"
    )
    sha256: str = option("", "SHA-256 of the archive, checked likewise.", pattern="^([0-9a-fA-F]{64})?$")
    unit: Unit = "electron / s"
    pixel_scale_arcsec: float = option(0.06, "Pixel scale of the stamps.", unit="arcsec", gt=0)
    zeropoint_ab: ZeroPoint = 25.96


def fetch(folder, options):
    """Download, verify and unpack the archive; an existing file is verified and used.

    Returns
    -------
    records : list of dict

    Raises
    ------
    ValueError
        If there is neither a network nor the file, or a checksum or the size of the file is wrong.
    """
    with locked(folder) as folder:
        archive = folder / options.archive
        published, why = look_up(options)
        downloaded = not archive.exists()
        if downloaded:
            if published is None:
                raise ValueError(by_hand(archive, options, why))
            try:
                download(published["address"], archive, published["size"])
            except OSError as error:
                raise ValueError(by_hand(archive, options, error)) from None
        check(archive, options, published, downloaded)
        unpack(archive, folder, MEMBERS)
        return records(folder, options, published)


def look_up(options):
    """Return size, checksum and address of the archive from its record, or None and the error of the request."""
    try:
        record = fetch_json(options.record)
    except BROKEN as error:
        logging.info("%s cannot be reached: %s", options.record, error)
        return None, error
    for file in record.get("files", []):
        if options.archive == (file.get("key") or file.get("filename")):
            licence = record.get("metadata", {}).get("license", {})
            terms = {"licence": licence.get("id", "") if isinstance(licence, dict) else str(licence)}
            address = file["links"].get("content") or file["links"].get("self") or file["links"]["download"]
            kind, _, digits = file["checksum"].rpartition(":")
            return {"address": address, "size": int(file["size"]), "checksum": (kind or "md5", digits), **terms}, None
    raise ValueError(f"{options.record}: the record has no file {options.archive}")


def by_hand(archive, options, why):
    """Return the message that explains how to proceed without a network."""
    return (
        f"{options.archive} (about 120 MB) cannot be downloaded ({why}): download it by hand from {options.page} "
        f"and save it as {archive}, then run the same command again"
    )


def check(archive, options, published, downloaded):
    """Verify the archive; a corrupt download is removed, the user's own file is not."""
    checksums = [(kind, getattr(options, kind), f"the option {kind}") for kind in ("md5", "sha256")]
    checksums = [item for item in checksums if item[1]]
    if published:
        checksums.append((*published["checksum"], options.record))
    try:
        verify(archive, size=published and published["size"], checksums=checksums)
    except ValueError as error:
        if downloaded:
            archive.unlink()
        remedy = "it was removed: run again" if downloaded else "remove it, or replace it by the right file"
        raise ValueError(f"{error}; {remedy}") from None


def records(folder, options, published):
    """Return the records of the archive and of the files in it."""
    about = {
        "verified": "by the record's checksum" if published else "by the options' checksums, format and rows alone",
        "licence": (published or {}).get("licence") or f"see {options.page}",
        "credit": "CANDELS GOLD sample, Dimauro et al. 2018; stamps by Boucaud et al. 2020",
        "record": options.page,
    }
    paths = [folder / name for name in (options.archive, *MEMBERS)]
    files = [{"file": str(path), "bytes": path.stat().st_size, "sha256": checksum(path, "sha256")} for path in paths]
    return [{**files[0], **about}, *files[1:]]


def describe(folder, options):
    """Return the properties of the pixels of all stamps.

    ASSUME: counts per second of the F160W mosaics at 0.06 arcsec; the record does not state the unit.
    """
    return {
        "unit": options.unit,
        "band": "F160W",
        "pixel_scale_arcsec": options.pixel_scale_arcsec,
        "zeropoint_ab": options.zeropoint_ab,
        "model": 0,
        "psf_matched": 0,
    }


def read(folder, options):
    """Yield each stamp, above the local background, and its row, with `clean_flag` if the catalogue has it."""
    stamps = open_stamps(*(Path(folder) / name for name in MEMBERS), required=COLUMNS)
    yield from usable_stamps(stamps, options.unusable, str(Path(folder) / MEMBERS[0]))
