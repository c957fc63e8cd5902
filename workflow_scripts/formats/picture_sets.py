"""Sets of pictures on disk: files, archives of files, and tables of files with their credits."""

import shutil
import tarfile
import tempfile
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from workflow_scripts.formats.archives import check_member
from workflow_scripts.formats.tables import read_csv

ZIPPED, TARRED = (".zip",), (".tar", ".tgz", ".tar.gz", ".tar.bz2", ".tar.xz")
MAX_MEMBER_BYTES = 2**31
ORIGINS = ("", "photograph", "art")
DAMAGED = (zipfile.BadZipFile, tarfile.TarError, EOFError, zlib.error, RuntimeError)  # RuntimeError: encrypted


@dataclass(frozen=True)
class PictureFile:
    """A file of a set, and what a table states about it.

    Attributes
    ----------
    name : str
        Path of the file, or of its archive followed by the name of the member.
    path : Path
        Where it can be read; of a member, until the next one is requested.
    credit, licence, source, origin : str
        Empty if not stated; `source` is an address, `origin` is `photograph` or `art`.
    """

    name: str
    path: Path
    credit: str = ""
    licence: str = ""
    source: str = ""
    origin: str = ""


def picture_files(files, file_column="file", source_column="source"):
    """Yield the files of a set, each once: of folders and archives, and those that tables list.

    Parameters
    ----------
    files : list of str
        Tables (CSV), archives (ZIP, TAR), and files; a file that a table lists as well is that of the table.
    file_column, source_column : str
        Columns of the tables. File names are relative to the folder of the table.

    Raises
    ------
    ValueError
        If a table has no such column of files or an invalid origin, or an archive is damaged or unsafe.
    """
    tables = [file for file in files if file.lower().endswith(".csv")]
    listed = {one.name: one for table in tables for one in rows_of(table, file_column, source_column)}
    for file in files:
        if file.lower().endswith(ZIPPED + TARRED):
            yield from members_of(file)
        elif file not in tables and str(Path(file)) not in listed:
            yield PictureFile(str(Path(file)), Path(file))
    yield from listed.values()


def rows_of(table, file_column, source_column):
    """Yield the files that a table lists."""
    for row in read_csv(table, [file_column]):
        path = Path(table).parent / row[file_column]
        stated = {name: row.get(name) or "" for name in ("credit", "licence", "origin")}
        if stated["origin"] not in ORIGINS:
            raise ValueError(f"{table}: {row[file_column]}: origin is {stated['origin']!r}, not photograph or art")
        yield PictureFile(str(path), path, source=row.get(source_column) or "", **stated)


def members_of(archive):
    """Yield the files of an archive, extracted one after the other to a temporary folder.

    Raises
    ------
    ValueError
        If the archive is damaged or encrypted, or a member could write outside of it or is larger than 2 GiB.
    """
    members = zipped if archive.lower().endswith(ZIPPED) else tarred
    try:
        with tempfile.TemporaryDirectory() as folder:
            for member, size, stream in members(archive):
                if size > MAX_MEMBER_BYTES:
                    raise ValueError(f"{archive}: member {member} has {size} bytes, more than {MAX_MEMBER_BYTES}")
                path = Path(folder) / PurePosixPath(member).name
                with stream as source, path.open("wb") as copy:
                    shutil.copyfileobj(source, copy)
                yield PictureFile(f"{archive}/{member}", path)
                path.unlink()
    except DAMAGED as error:
        raise ValueError(f"{archive}: not a readable archive ({error}): copy or download it again") from None


def zipped(archive):
    """Yield name, size and open content of every file in a ZIP."""
    with zipfile.ZipFile(archive) as file:
        for member in file.infolist():
            if not member.is_dir() and is_visible(member.filename):
                yield member.filename, member.file_size, file.open(member)


def tarred(archive):
    """Yield name, size and open content of every file in a TAR, read once from start to end."""
    with tarfile.open(archive, "r|*") as file:
        for member in file:
            check_member(archive, member)
            if member.isreg() and is_visible(member.name):
                yield member.name, member.size, file.extractfile(member)


def is_visible(member):
    """Return whether a member is the user's: neither hidden nor a record of macOS."""
    return not any(part.startswith(".") or part == "__MACOSX" for part in PurePosixPath(member).parts)
