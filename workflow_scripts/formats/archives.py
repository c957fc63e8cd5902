"""Safe extraction of files from untrusted tar archives."""

import shutil
import tarfile
import zlib
from contextlib import ExitStack
from pathlib import Path, PurePosixPath

from workflow_scripts.formats.atomic import whole_file


def unpack(archive, folder, members):
    """Extract named files of a tar.gz into a folder; no file appears unless the entire archive is valid.

    Parameters
    ----------
    archive, folder : Path
    members : sequence of str
        File names, without the folders of the archive.

    Raises
    ------
    ValueError
        If the archive is truncated or not a tar.gz, if a member points outside of it, is a link or a device, or if a
        requested file is missing or duplicate.
    """
    found = []
    try:
        with ExitStack() as files, tarfile.open(archive, "r|gz") as tar:
            for member in tar:
                check_member(archive, member)
                name = PurePosixPath(member.name).name
                if name in members and member.isreg():
                    if name in found:
                        raise ValueError(f"{archive}: duplicate member {name}")
                    found.append(name)
                    part = files.enter_context(whole_file(Path(folder) / name))
                    with part.open("wb") as file:
                        shutil.copyfileobj(tar.extractfile(member), file)
            missing = sorted(set(members) - set(found))
            if missing:
                raise ValueError(f"{archive}: no member {', '.join(missing)}")
    except (tarfile.TarError, EOFError, zlib.error) as error:
        raise ValueError(f"{archive}: truncated, or not a tar.gz ({error}): remove it and download it again") from None


def check_member(archive, member):
    """Raise an error for a member of an archive that could write outside of the folder.

    Raises
    ------
    ValueError
        If the member is not a regular file or folder inside the archive.
    """
    path = PurePosixPath(member.name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts:
        raise ValueError(f"{archive}: member {member.name!r} points outside of the archive: refused")
    if member.issym() or member.islnk():
        raise ValueError(f"{archive}: member {member.name!r} is a link to {member.linkname!r}: refused")
    if not (member.isreg() or member.isdir()):
        raise ValueError(f"{archive}: member {member.name!r} is neither a file nor a folder: refused")
