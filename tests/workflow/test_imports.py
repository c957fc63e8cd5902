"""Which room imports which, and which packages."""

import ast
import re
import sys
from graphlib import CycleError, TopologicalSorter

import yaml
from running import ROOT, TARGETS
from trees import ENTRIES, FILES, LIBRARY, SCRIPTS, SMK_FILES, imports, offenders, room, source, tree, undetected

from workflow_scripts.runtime.fingerprint import entry_file, imports_of, reachable
from workflow_scripts.settings.plugins import FOLDERS

PARSED = ("settings", "runtime")  # rooms that .smk files import
PARSED_NEED = {"seeds": {"numpy"}, "yaml_files": {"yaml"}, "cluster": {"yaml"}}  # besides pydantic
TORCH = {"torch", "lightning_fabric"}
TORCH_ROOMS = ("networks", "models", "training", "studio")
TRAINING_NEEDS = {"pydantic", "torch", "numpy", "h5py", "safetensors", "lightning_fabric"}
CONDA_NAMES = {  # of modules whose package has another name
    "sklearn": "scikit-learn",
    "skimage": "scikit-image",
    "PIL": "pillow",
    "torch": "pytorch",
    "yaml": "pyyaml",
    "lightning_fabric": "lightning-fabric",
}


def law():
    """Return {room: the rooms that it may import}, read from the table in docs/architecture.md."""
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = text.partition("| room | may import |\n")[2].partition("\n\n")[0]
    cells = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in table.splitlines()[1:]]
    rooms = {name: set(rooms_in(below)) for names, below in cells for name in rooms_in(names)}
    plugins = next(below for names, below in cells if names.startswith("plugins"))
    return {name: below | set(rooms_in(plugins) if name in FOLDERS else ()) for name, below in rooms.items()}


def rooms_in(cell):
    """Return the rooms that a cell of the table lists; none where it speaks of other files."""
    listed = "" if cell.startswith(("entries", "plugins", "`.smk`")) else cell
    return re.findall(r"(\w+)/", listed)


LAW = law()


def foreign(node):
    """Return the top names of what a tree imports, besides the standard library and ours."""
    tops = {name.split(".")[0] for name in imports(node)}
    return tops - set(sys.stdlib_module_names) - {"workflow_scripts", "__future__"}


def trespasses(node, importer):
    """Return the imports of ours that the law forbids a file of a room (None: an entry)."""
    allowed = LAW if importer is None else LAW[importer] | {importer}
    plain = [alias.name for item in ast.walk(node) if isinstance(item, ast.Import) for alias in item.names]
    wrong = [f"import {name}" for name in plain if name.startswith("workflow_scripts")]
    return wrong + [name for name in imports(node) if is_trespass(name.split("."), allowed)]


def is_trespass(parts, allowed):
    """Tell whether an imported name is ours and relative, spelt without the package, or of a room not allowed."""
    top, *rest = parts
    return top in ("", *LAW) or (top == "workflow_scripts" and (not rest or rest[0] not in allowed))


def circle(graph):
    """Return a circle of a graph {node: its successors} as a list of nodes; empty where there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return error.args[1]
    return []


def loaded_plugins(node):
    """Return the files of the plugin folders that a tree loads from: `plugins.load("models", ...)`."""
    calls = [item for item in ast.walk(node) if isinstance(item, ast.Call) and ast.unparse(item.func) == "plugins.load"]
    return [path for call in calls for path in (SCRIPTS / call.args[0].value).glob("*.py")]


def reached(name):
    """Return all files that an entry can reach, through any plugin."""
    files = reachable([entry_file(name)])
    while more := reachable([*files, *(path for file in files for path in loaded_plugins(tree(file)))]) - files:
        files |= more
    return files


def conda_names(modules):
    """Return the names of the conda packages that hold modules."""
    return {CONDA_NAMES.get(module, module.replace("_", "-")) for module in modules}


def test_every_room_has_its_law():
    there = {path.parent.name for path in SCRIPTS.glob("*/__init__.py")} - {ENTRIES.name}
    assert sorted(LAW) == sorted(there), "docs/architecture.md: the table of rooms"
    assert [name for name in FOLDERS if "settings" not in LAW[name]] == []


def test_imports_of_ours_follow_the_law():
    assert offenders((path, trespasses(tree(path), room(path))) for path in FILES) == []


def test_trespasses_are_detected():
    above = [
        "from workflow_scripts.metrics.duplicates import Options",
        "from workflow_scripts import judging",
        "from .stamps import cut",
        "from imaging.stamps import cut",
        "import workflow_scripts.imaging.stamps",
    ]
    assert undetected(lambda node: trespasses(node, "imaging"), above) == []
    of_an_entry = ["from workflow_scripts.rules.data.cut_stamps import stamp_rows"]
    assert undetected(lambda node: trespasses(node, None), of_an_entry) == []


def test_no_file_and_no_room_imports_itself_by_a_detour():
    """Rooms without a circle lie on floors, and every import goes down."""
    assert circle({path: imports_of(path) for path in FILES}) == []
    arrows = {name: set() for name in LAW}
    for path in LIBRARY:
        arrows[room(path)] |= {room(target) for target in imports_of(path)} - {room(path), None}
    assert circle(arrows) == []
    assert circle(LAW) == [], "the law itself"


def test_a_circle_is_detected():
    assert circle({"a": {"b"}, "b": {"c"}, "c": set()}) == []
    assert set(circle({"a": {"b"}, "b": {"c"}, "c": {"a"}})) == {"a", "b", "c"}


def test_smk_files_import_settings_and_runtime_alone():
    def faults(path):
        lines = re.findall(r"^\s*((?:from|import) \S.*)$", source(path), re.MULTILINE)
        return {name for name in imports(ast.parse("\n".join(lines))) if not parsable(name.split("."))}

    assert offenders((path, faults(path)) for path in SMK_FILES) == []


def parsable(parts):
    """Tell whether a module can be imported while Snakemake parses."""
    top, *rest = parts
    return top in {"snakemake", *sys.stdlib_module_names} or (top == "workflow_scripts" and rest[0] in PARSED)


def test_settings_and_runtime_need_little():
    """What comes with Snakemake, and pydantic."""
    parsed = [path for path in LIBRARY if room(path) in PARSED]
    assert (
        offenders((path, foreign(tree(path)) - {"pydantic", *PARSED_NEED.get(path.stem, ())}) for path in parsed) == []
    )


def test_heavy_packages_stay_where_they_belong(workflow):
    networks = {rule["name"] for rule in workflow["rules"] if rule["conda"].endswith("torch.yaml")}

    def faults(path):
        may_use_torch = room(path) in TORCH_ROOMS or (room(path) is None and path.stem in networks)
        forbidden = (set() if may_use_torch else TORCH) | (set() if room(path) == "scorers" else {"xgboost"})
        return forbidden & foreign(tree(path))

    assert offenders((path, faults(path)) for path in FILES) == []


def test_training_needs_few_packages():
    files = reached("train_stage")
    assert {path.stem for path in (SCRIPTS / "models").glob("*.py")} <= {path.stem for path in files}
    assert set().union(*(foreign(tree(path)) for path in files)) <= TRAINING_NEEDS


def test_environments_have_what_their_rules_import(workflow):
    def missing(rule):
        lines = yaml.safe_load((ROOT / "rules" / rule["conda"]).read_text())["dependencies"]
        needs = set().union(*(foreign(tree(path)) for path in reached(rule["name"])))
        return conda_names(needs) - {re.split(r"[ =<>]", line)[0] for line in lines}

    rules = [rule for rule in workflow["rules"] if rule["name"] not in TARGETS]
    assert [f"{rule['name']}: {package}" for rule in rules for package in sorted(missing(rule))] == []
