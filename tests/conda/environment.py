"""Read an environment file of conda as what pip installs: names and ranges alike."""

import re
from pathlib import Path

PIP_NAMES = {"pytorch": "torch", "snakemake-minimal": "snakemake"}
LINE = re.compile(r"^\s+- ([a-z0-9-]+) ?([<>=][^#\s]*)?\s*(?:#.*)?$")


def requirements_of(path):
    """Return {name: range} of an environment file, as pip spells both; Python itself left out.

    It is read line by line: the host of the stand-in `conda` has no YAML reader to rely on.
    """
    lines = Path(path).read_text().partition("dependencies:")[2].splitlines()
    found = {}
    for line in filter(str.strip, lines):
        name, versions = LINE.match(line).groups()
        if name != "python":
            found[PIP_NAMES.get(name, name)] = pip_range(versions or "")
    return found


def pip_range(versions):
    """Return a range as pip spells it: `=9.27` of conda is any 9.27, `=2.13.0` is 2.13.0."""
    if re.fullmatch(r"=\d[\d.]*", versions):
        return f"={versions}.*" if versions.count(".") < 2 else f"={versions}"
    return versions
