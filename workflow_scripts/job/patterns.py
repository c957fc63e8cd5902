"""Files that a config names by patterns."""

import glob


def expand(patterns, where):
    """Return the files that paths or patterns name, those of each pattern sorted.

    Raises
    ------
    ValueError
        Naming the pattern that no file fits.
    """
    found = []
    for pattern in patterns:
        files = sorted(glob.glob(str(pattern), recursive=True))
        if not files:
            raise ValueError(f"{where}: no file fits {pattern!r}")
        found += files
    return found
