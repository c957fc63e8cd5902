"""Tar archives from elsewhere, unpacked without trust."""

import shutil
import tarfile
import zlib
from contextlib import ExitStack
from pathlib import Path, PurePosixPath

from workflow_scripts.formats.atomic import whole_file


def unpack(archive, folder, wanted):
    """Unpack the wanted files of a tar.gz into a folder; nothing appears unless all of the archive is sound.

    Parameters
    ----------
    archive, folder : Path
    wanted : sequence of str
        Names without their folders in the archive.

    Raises
    ------
    ValueError
        Where the archive is cut off or no tar.gz, where a member lies outside of it, is a link or a device, and where
        a wanted file is missing or there twice.
    """
    found = []
    try:
        with ExitStack() as files, tarfile.open(archive, "r|gz") as tar:
            for member in tar:
                check_member(archive, member)
                name = PurePosixPath(member.name).name
                if name in wanted and member.isreg():
                    if name in found:
                        raise ValueError(f"{archive}: {name} is in it twice")
                    found.append(name)
                    part = files.enter_context(whole_file(Path(folder) / name))
                    with part.open("wb") as file:
                        shutil.copyfileobj(tar.extractfile(member), file)
            missing = sorted(set(wanted) - set(found))
            if missing:
                raise ValueError(f"{archive}: no {', '.join(missing)} in it")
    except (tarfile.TarError, EOFError, zlib.error) as error:
        raise ValueError(f"{archive}: truncated, or no tar.gz ({error}): remove it and fetch it again") from None


def check_member(archive, member):
    """Refuse a member of an archive that could write outside of its folder.

    Raises
    ------
    ValueError
        Naming the member.
    """
    path = PurePosixPath(member.name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts:
        raise ValueError(f"{archive}: member {member.name!r} points outside of the archive: refused")
    if member.issym() or member.islnk():
        raise ValueError(f"{archive}: member {member.name!r} is a link to {member.linkname!r}: refused")
    if not (member.isreg() or member.isdir()):
        raise ValueError(f"{archive}: member {member.name!r} is neither a file nor a folder: refused")
