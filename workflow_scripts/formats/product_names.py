"""Assignment of products to samples, stages or metrics by their paths."""

from pathlib import Path


def by_name(paths, names):
    """Return the path of each name, independent of the order of the paths.

    A product belongs to the last component of its path (folder, or file name without suffix) that is one of the names:
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
        If a path has none of the names, or a name has no path or several.
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
    """Return the name to which a product belongs."""
    path = Path(path)
    for part in (path.name.split(".")[0], *reversed(path.parent.parts)):
        if part in names:
            return part
    raise ValueError(f"{path}: belongs to none of {', '.join(names)}")


def by_folder(paths, folders):
    """Return the paths in each of several folders, for products with a second name in their path.

    Raises
    ------
    ValueError
        If a path is in none of the folders.
    """
    found = {folder: [] for folder in folders}
    for path in paths:
        found[name_of(Path(path).parent, list(found))].append(path)
    return found
