"""Locks of folders, released when the process that holds them ends."""

import fcntl


def hold(file, busy):
    """Take the lock of an open file.

    Parameters
    ----------
    file : file object
    busy : callable
        Returns the error message if another process holds it.

    Raises
    ------
    ValueError
        If another process holds it, or the file system does not support locks.
    """
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise ValueError(busy()) from None
    except OSError as error:
        raise ValueError(
            f"{file.name}: this file system does not support locks ({error.strerror}): mount it with locks (Lustre: -o "
            "flock), or work on another one"
        ) from None
