"""The user's own files named in a config, which must exist when Snakemake parses the rules."""

import glob
import os
import re
from pathlib import Path

BRACES = "braces are wildcards of Snakemake: rename the file, or name a link to it"


def local(path):
    """Return a path with `~` and environment variables such as `$HOME` expanded."""
    return os.path.expandvars(Path(path).expanduser())


def existing(path, where):
    """Return the path of one of the user's files.

    Parameters
    ----------
    path : str
        `~` and environment variables are expanded.
    where : str
        The key it stands under, for the message.

    Raises
    ------
    ValueError
        If it is not there, or cannot be named in a workflow.
    """
    found = Path(local(path))
    if not found.exists():
        raise ValueError(f"{where}: no file {path!r}, looked for from {Path.cwd()}: correct the path")
    if found.is_dir():
        raise ValueError(f"{where}: {path!r} is a folder: name the file")
    return nameable(str(found), where)


def split_extension(path):
    """Return a path and the extension of a FITS file at its end, `a.fits[SCI]`; None without one.

    Brackets that belong to the name of an existing file are no extension.
    """
    found = re.fullmatch(r"(.+\.[^/\[\]]+)\[(\w+(?:,\d+)?)\]", path)
    if not found or Path(local(path)).exists():
        return path, None
    return found[1], int(found[2]) if found[2].isdigit() else found[2]


def expand(patterns, where):
    """Return the files of paths, folders or patterns, sorted for each.

    Raises
    ------
    ValueError
        If a pattern matches nothing, or folders alone.
    """
    return [nameable(path, where) for pattern in patterns for path in files_of(local(pattern), pattern, where)]


def files_of(path, pattern, where):
    """Return the files of one path, folder or pattern; an existing path is not read as a pattern."""
    if Path(path).is_file():
        return [path]
    inside = Path(path).is_dir()
    fits = map(str, Path(path).glob("[!.]*")) if inside else glob.glob(path, recursive=True)
    fits = sorted(fits)
    files = [path for path in fits if Path(path).is_file()]
    if inside and not files:
        raise ValueError(f"{where}: the folder {pattern!r} holds no file")
    if fits and not files:
        raise ValueError(f"{where}: {pattern!r} matches folders only, such as {fits[0]!r}: add /* for their files")
    if not files:
        hint = "; in a pattern [[] stands for [" if "[" in path else ""
        raise ValueError(f"{where}: no file fits {pattern!r}, looked for from {Path.cwd()}{hint}")
    return files


def nameable(path, where):
    """Return a path, or raise an error for one with braces, which Snakemake would read as wildcards."""
    if set("{}") & set(path):
        raise ValueError(f"{where}: {path!r}: {BRACES}")
    return path
