"""Hash the code that a rule runs, so that Snakemake detects changes of imported modules and plugins."""

import ast
import hashlib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
# Code that does not affect products: the interface to Snakemake, and settings, whose values are params of each job.
SEAM = {ROOT / "runtime" / name for name in ("entry.py", "progress.py")}
HELP = ("description", "label")  # keywords of a declaration, and its second argument: `option(default, description)`


@cache
def fingerprint(entry, *plugins):
    """Return the hash of the code of an entry, of its plugins and of all modules of the workflow that they import.

    Parameters
    ----------
    entry : str
        Name of the rule.
    *plugins : str
        `folder/name` of each plugin that the config selects. A name with a suffix is another file that affects the
        product (a template), relative to the repository, and is hashed unmodified.
    """
    others = [ROOT.parent / name for name in plugins if Path(name).suffix]
    chosen = [ROOT / f"{name}.py" for name in plugins if not Path(name).suffix]
    modules = sorted(filter(shapes_products, reachable([entry_file(entry), *chosen])))
    text = "".join(f"{path.relative_to(ROOT)}\n{code_of(path)}\n" for path in modules)
    digest = hashlib.sha256(text.encode())
    for path in others:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


@cache
def entry_files():
    """Return the entry file of each rule, by name: `workflow_scripts/rules/<theme>/<rule>.py`."""
    return {path.stem: path for path in sorted((ROOT / "rules").glob("*/*.py")) if path.stem != "__init__"}


def entry_file(rule):
    """Return the entry file of a rule."""
    return entry_files()[rule]


def reachable(paths):
    """Return files and all files of the workflow that they import, directly or indirectly."""
    seen, todo = set(), list(paths)
    while todo:
        path = todo.pop()
        if path not in seen:
            seen.add(path)
            todo += imports_of(path)
    return seen


def shapes_products(path):
    """Return whether a file of the workflow can affect products."""
    return path not in SEAM and path.relative_to(ROOT).parts[0] != "settings"


@cache
def imports_of(path):
    """Return the files of the workflow that a file imports directly."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("workflow_scripts"):
            base = ROOT.parent / node.module.replace(".", "/")
            candidates = [base.with_suffix(".py"), *(base / f"{alias.name}.py" for alias in node.names)]
            found += [candidate for candidate in candidates if candidate.exists()]
    return found


@cache
def code_of(path):
    """Return the normalised source of a file, without comments, docstrings, formatting and help of options."""
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "option":
            drop_help(node)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    return ast.unparse(tree)


def drop_help(call):
    """Remove help and label from the declaration of an option."""
    del call.args[1:]
    call.keywords = [keyword for keyword in call.keywords if keyword.arg not in HELP]
