"""The source files of the workflow, each parsed once, and the faults that a check finds in them."""

import ast
import textwrap
from functools import cache

from running import ROOT

SCRIPTS = ROOT / "workflow_scripts"
ENTRIES = SCRIPTS / "rules"
FILES = sorted(SCRIPTS.rglob("*.py"))
LIBRARY = [path for path in FILES if path.parent != SCRIPTS and ENTRIES not in path.parents]
SMK_FILES = [ROOT / "Snakefile", *sorted((ROOT / "rules").rglob("*.smk"))]


@cache
def source(path):
    """Return the text of a file."""
    return path.read_text(encoding="utf-8")


@cache
def tree(path):
    """Return the syntax tree of a file."""
    return ast.parse(source(path))


def room(path):
    """Return the room of a file; None for an entry and for the package itself."""
    return path.relative_to(SCRIPTS).parts[0] if path in LIBRARY else None


def offenders(found):
    """Return `file: fault` for every fault, from pairs of a file and its faults."""
    return [f"{path.relative_to(ROOT)}: {fault}" for path, faults in found for fault in sorted(faults)]


def undetected(check, snippets):
    """Return the faulty snippets of code in which a check finds nothing: it has to find something in each."""
    return [code for code in snippets if not check(ast.parse(textwrap.dedent(code)))]


def functions(node):
    """Return all functions and methods of a syntax tree, nested ones too."""
    return [item for item in ast.walk(node) if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef)]


def imports(node):
    """Return the modules that a syntax tree imports, as they are spelt; relative ones begin with dots."""
    found = []
    for item in ast.walk(node):
        if isinstance(item, ast.Import):
            found += [alias.name for alias in item.names]
        if isinstance(item, ast.ImportFrom):
            names = [f".{alias.name}" for alias in item.names] if item.module == "workflow_scripts" else [""]
            found += ["." * item.level + (item.module or "") + name for name in names]
    return found
