"""Detection by a command of the user's own, which writes a catalogue."""

import shlex
import subprocess
from pathlib import Path

import numpy as np

from workflow_scripts.formats.catalogues import read_catalogue

COLUMNS = ("x", "y", "flux")


def detect_by_command(command, image, weight, catalogue):
    """Run a command without a shell and return its catalogue.

    Parameters
    ----------
    command : settings.injection.Command
    image, weight, catalogue : str or Path
        Replace `{image}`, `{weight}` and `{catalogue}` in the arguments.

    Returns
    -------
    sources : dict of str to (n,) float
        `x, y` (first pixel 0) and `flux`.

    Raises
    ------
    ValueError
        If the command fails, takes too long, or writes no catalogue with the columns.
    """
    if "{weight}" in command.run and weight is None:
        raise ValueError(f"command {command.run!r}: {{weight}}, but the image has no map of its uncertainty")
    files = {"{image}": image, "{weight}": weight, "{catalogue}": catalogue}
    arguments = [filled(part, files) for part in shlex.split(command.run)]
    Path(catalogue).unlink(missing_ok=True)
    run(arguments, command.timeout_s)
    if not Path(catalogue).exists():
        raise ValueError(f"command {arguments[0]}: it wrote no file {catalogue}")
    table = read_catalogue(catalogue)
    names = {name: command.columns.get(name, name) for name in COLUMNS}
    missing = [name for name in names.values() if name not in table.colnames]
    if missing:
        raise ValueError(
            f"command {arguments[0]}: its catalogue has no column {', '.join(missing)}; it has "
            f"{', '.join(table.colnames)}: set command.columns"
        )
    found = {name: np.asarray(table[column], float) for name, column in names.items()}
    return {**found, "x": found["x"] - command.first_pixel, "y": found["y"] - command.first_pixel}


def filled(part, files):
    """Return an argument with the names of files in place of their placeholders."""
    for placeholder, path in files.items():
        part = part.replace(placeholder, str(path))
    return part


def run(arguments, timeout_s):
    """Run a program.

    Raises
    ------
    ValueError
        If it does not exist, fails, or takes too long; the message has the last line of its output.
    """
    name = arguments[0]
    try:
        done = subprocess.run(arguments, capture_output=True, text=True, timeout=timeout_s, check=False)
    except OSError as error:
        raise ValueError(f"command {name}: it cannot be run ({error.strerror})") from None
    except subprocess.TimeoutExpired:
        raise ValueError(f"command {name}: not finished after {timeout_s:g} s: raise command.timeout_s") from None
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines()
        raise ValueError(f"command {name}: exit status {done.returncode}: {lines[-1] if lines else 'no message'}")
