"""Hash the code that a rule runs, so that Snakemake sees edits in imported modules and plugins."""

import ast
import hashlib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
SEAM = {ROOT / "runtime" / name for name in ("entry.py", "progress.py")}  # between Snakemake and us: shapes no product


@cache
def fingerprint(entry, *plugins):
    """Return the hash of an entry's code, of the plugins it was given and of all of ours that they import.

    Parameters
    ----------
    entry : str
        Name of the rule.
    *plugins : str
        `folder/name` of each plugin that the config chose. A name with a suffix is another file that shapes
        the product (a template), relative to the repository, hashed as it is.
    """
    others = [ROOT.parent / name for name in plugins if Path(name).suffix]
    chosen = [ROOT / f"{name}.py" for name in plugins if not Path(name).suffix]
    modules = sorted(reachable([entry_file(entry), *chosen]) - SEAM)
    text = "".join(f"{path.relative_to(ROOT)}\n{code_of(path)}\n" for path in modules)
    digest = hashlib.sha256(text.encode())
    for path in others:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


@cache
def entry_files():
    """Return the file of each rule's entry by the rule's name: `workflow_scripts/rules/<theme>/<rule>.py`."""
    return {path.stem: path for path in sorted((ROOT / "rules").glob("*/*.py")) if path.stem != "__init__"}


def entry_file(rule):
    """Return the file of a rule's entry."""
    return entry_files()[rule]


def reachable(paths):
    """Return the given files and every file of ours that they import, directly or not."""
    seen, todo = set(), list(paths)
    while todo:
        path = todo.pop()
        if path not in seen:
            seen.add(path)
            todo += imports_of(path)
    return seen


@cache
def imports_of(path):
    """Return the files of ours that one file imports."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("workflow_scripts"):
            base = ROOT.parent / node.module.replace(".", "/")
            candidates = [base.with_suffix(".py"), *(base / f"{alias.name}.py" for alias in node.names)]
            found += [candidate for candidate in candidates if candidate.exists()]
    return found


@cache
def code_of(path):
    """Return a file's source as the parser sees it: no comments, docstrings or layout."""
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    return ast.unparse(tree)
