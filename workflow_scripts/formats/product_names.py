"""Which product belongs to which sample, stage or metric: its path says so."""

from pathlib import Path


def by_name(paths, names):
    """Return the path of each name, whatever the order of the paths.

    A product belongs to the last part of its path (folder, or file name without ending) that is one of the names:
    `results/hubble/skies/naive/fields.h5` to `naive`.

    Parameters
    ----------
    paths : iterable of str or Path
    names : iterable of str

    Returns
    -------
    found : dict of str to str or Path
        In the order of the names.

    Raises
    ------
    ValueError
        Where a path has none of the names, a name has no path, or several paths have one name.
    """
    names, found = list(names), {}
    for path in paths:
        name = name_of(path, names)
        if name in found:
            raise ValueError(f"{path}: a second file for {name!r}, beside {found[name]}")
        found[name] = path
    missing = [name for name in names if name not in found]
    if missing:
        raise ValueError(f"no file for {', '.join(missing)}; there are {', '.join(map(str, found.values())) or 'none'}")
    return {name: found[name] for name in names}


def name_of(path, names):
    """Return which of some names a product belongs to."""
    path = Path(path)
    for part in (path.name.split(".")[0], *reversed(path.parent.parts)):
        if part in names:
            return part
    raise ValueError(f"{path}: belongs to none of {', '.join(names)}")


def by_folder(paths, folders):
    """Return the paths in each folder of those names, for products that a second name in the path tells apart.

    Raises
    ------
    ValueError
        Where a path is in none of the folders.
    """
    found = {folder: [] for folder in folders}
    for path in paths:
        found[name_of(Path(path).parent, list(found))].append(path)
    return found
