"""Assignment of products to samples, stages or metrics by their paths."""

from pathlib import Path


def by_stem(paths, names):
    """Return the path of each name, given in the name of the file: `features/summary/naive.h5` belongs to `naive`.

    Parameters
    ----------
    paths : iterable of str or Path
    names : iterable of str

    Returns
    -------
    found : dict of str to str or Path
        In the order of the names, independent of that of the paths.

    Raises
    ------
    ValueError
        If a path has none of the names, or a name has no path or several.
    """
    return one_of_each(paths, list(names), stem)


def by_folder(paths, names):
    """Return the path of each name, given in its folder: `skies/naive/fields.h5` belongs to `naive`.

    Parameters, result and errors are those of `by_stem`.
    """
    return one_of_each(paths, list(names), folder)


def group_by_folder(paths, names):
    """Return the paths in each of several folders: `scores/trees/naive.csv` belongs to `trees`.

    Raises
    ------
    ValueError
        If a path is in none of the folders.
    """
    found = {name: [] for name in names}
    for path in paths:
        found[known(folder(path), path, found)].append(path)
    return found


def by_path(paths, declared):
    """Return the path of a file that is declared in a config, where an importing workflow may have added a prefix.

    Raises
    ------
    ValueError
        If there is none.
    """
    for path in map(str, paths):
        if path == declared or path.endswith(f"/{declared}"):
            return path
    raise ValueError(f"no file {declared} among {', '.join(map(str, paths)) or 'none'}")


def stem(path):
    """Return the name of a file without suffixes."""
    return Path(path).name.split(".")[0]


def folder(path):
    """Return the name of the folder of a file."""
    return Path(path).parent.name


def one_of_each(paths, names, name_of):
    """Return the path of each name."""
    found = {}
    for path in paths:
        name = known(name_of(path), path, names)
        if name in found:
            raise ValueError(f"{path}: a second file for {name!r}, beside {found[name]}")
        found[name] = path
    missing = [name for name in names if name not in found]
    if missing:
        raise ValueError(f"no file for {', '.join(missing)}; there are {', '.join(map(str, found.values())) or 'none'}")
    return {name: found[name] for name in names}


def known(name, path, names):
    """Return the name of a product; raise an error for a name that is not among those known."""
    if name not in names:
        raise ValueError(f"{path}: belongs to none of {', '.join(names)}")
    return name
