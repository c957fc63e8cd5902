"""Locks of folders, which end with the process that holds them."""

import fcntl


def hold(file, busy):
    """Take the lock of an open file.

    Parameters
    ----------
    file : file object
    busy : callable
        Returns what to say where another process holds it.

    Raises
    ------
    ValueError
        Where another process holds it, or the file system has no locks.
    """
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise ValueError(busy()) from None
    except OSError as error:
        raise ValueError(
            f"{file.name}: this file system has no locks ({error.strerror}): have it mounted with them (Lustre: -o "
            "flock), or work in a folder of another one"
        ) from None
