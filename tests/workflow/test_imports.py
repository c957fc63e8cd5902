"""Who may import whom, and what no library code does."""

import ast
import re
import sys

import pytest
import yaml
from running import ROOT, rule_names

from workflow_scripts.runtime.fingerprint import entry_file, reachable

SCRIPTS = ROOT / "workflow_scripts"
LAW = {  # room: the rooms below it that it may import
    "settings": set(),
    "runtime": {"settings"},
    "attributes": set(),
    "formats": set(),
    "imaging": set(),
    "measuring": {"imaging"},
    "scenes": {"imaging"},
    "blending": set(),
    "networks": set(),
    "models": {"networks", "settings"},
    "training": {"formats"},
    "datasets": {"formats", "imaging", "measuring", "settings"},
    "skies": {"imaging", "measuring", "scenes", "settings"},
    "features": {"imaging", "measuring", "scenes", "settings"},
    "scorers": {"features", "settings"},
    "metrics": {"features", "settings"},
    "judging": {"formats"},
    "report": {"formats"},
}
FILES = sorted(SCRIPTS.rglob("*.py"))
LIBRARY = [path for path in FILES if path.parent != SCRIPTS and SCRIPTS / "rules" not in path.parents]
PARSED = ("settings", "runtime")  # rooms that .smk files import
PACKAGES = {
    "sklearn": "scikit-learn",
    "skimage": "scikit-image",
    "PIL": "pillow",
    "torch": "pytorch",
    "yaml": "pyyaml",
    "lightning_fabric": "lightning-fabric",
}
TRAINING_NEEDS = {"pydantic", "torch", "numpy", "h5py", "safetensors", "lightning_fabric"}


def imports(tree):
    """Return all modules that a syntax tree imports, as they are spelt; a dot before those of a relative import."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        if isinstance(node, ast.ImportFrom):
            names = [f".{alias.name}" for alias in node.names] if node.module == "workflow_scripts" else [""]
            found += ["." * node.level + (node.module or "") + name for name in names]
    return found


def parsed(path):
    return ast.parse(path.read_text())


def foreign(tree):
    """Return the top names of what a tree imports, besides the standard library and ours."""
    tops = {name.split(".")[0] for name in imports(tree)}
    return tops - set(sys.stdlib_module_names) - {"workflow_scripts", "__future__"}


def trespasses(tree, folder):
    """Return the imports of ours that the law forbids a file of a folder (None: an entry)."""
    wrong = []
    for name in imports(tree):
        top, *rest = name.split(".")
        if top == "":
            wrong.append(f"{name}: relative")
        elif top in LAW or (top == "workflow_scripts" and not rest):
            wrong.append(f"{name}: spelt without 'from workflow_scripts...'")
        elif top == "workflow_scripts" and (rest[0] not in (LAW if folder is None else LAW[folder] | {folder})):
            wrong.append(name)
    plain = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    return wrong + [f"import {name}" for name in plain if name.startswith("workflow_scripts")]


def knowledge(tree):
    """Return what a library file knows of Snakemake, the config, the environment or the working directory."""
    found = {name for name in imports(tree) if name.split(".")[0] == "snakemake"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in ("snakemake", "config", "environ", "getenv", "getcwd", "chdir"):
            found.add(node.id)
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv", "getcwd", "chdir", "cwd"):
            found.add(node.attr)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "config.yaml" in node.value:
            found.add(node.value)
    return found


def loads_code(tree):
    """Return what could run code out of a file that is read."""
    modules = {"pickle", "cPickle", "dill", "joblib", "cloudpickle", "shelve", "marshal"}
    found = {name for name in imports(tree) if name.split(".")[0] in modules}
    for node in ast.walk(tree):
        spelt = ast.unparse(node) if isinstance(node, ast.Attribute | ast.keyword) else ""
        if spelt in ("torch.load", "torch.save", "allow_pickle=True", "yaml.load", "yaml.unsafe_load"):
            found.add(spelt)
    return found


def global_randomness(tree):
    """Return the uses of random numbers that nobody handed in."""
    found = {name for name in imports(tree) if name == "random" or name.startswith("numpy.random")}
    forked = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.With) and any("fork_rng" in ast.unparse(item) for item in node.items):
            forked |= set(ast.walk(node))
    for node in ast.walk(tree):
        spelt = ast.unparse(node) if isinstance(node, ast.Attribute) else ""
        made = re.fullmatch(r"np\.random\.(default_rng|SeedSequence|Generator)", spelt)
        if (spelt.startswith("np.random.") and not made) or (spelt == "torch.manual_seed" and node not in forked):
            found.add(spelt)
    return found


def loaded_plugins(tree):
    """Return the files of the plugin folders that a tree loads from: `plugins.load("models", ...)`."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "plugins.load"]
    return [path for call in calls for path in (SCRIPTS / call.args[0].value).glob("*.py")]


def reached(name):
    """Return all files that an entry can reach, through any plugin."""
    files = reachable([entry_file(name)])
    while more := reachable([*files, *(path for file in files for path in loaded_plugins(parsed(file)))]) - files:
        files |= more
    return files


def folder_of(path):
    """Return the room of a file; None: an entry, or the package itself."""
    room = path.relative_to(SCRIPTS).parts[0]
    return None if path.parent == SCRIPTS or room == "rules" else room


def name_of(path):
    return str(path.relative_to(SCRIPTS))


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_imports_of_ours_follow_the_law(path):
    assert folder_of(path) is None or folder_of(path) in LAW, "a new folder: say who may import it"
    assert trespasses(parsed(path), folder_of(path)) == []


@pytest.mark.parametrize(
    ("line", "folder"),
    [
        ("from workflow_scripts.formats.stacks import open_stack", "imaging"),
        ("from workflow_scripts import formats", "models"),
        ("from workflow_scripts.rules.data.cut_stamps import stamp_rows", None),
        ("from workflow_scripts.settings import plugins", "imaging"),
        ("from .stamps import cut", "imaging"),
        ("from imaging.stamps import cut", "skies"),
        ("import workflow_scripts.imaging.stamps", "skies"),
    ],
)
def test_a_trespass_is_seen(line, folder):
    assert trespasses(ast.parse(line), folder)


@pytest.mark.parametrize("path", sorted((ROOT / "rules").glob("*.smk")) + [ROOT / "Snakefile"], ids=lambda p: p.name)
def test_rules_import_settings_and_runtime_alone(path):
    lines = re.findall(r"^\s*(?:from|import) .*$", path.read_text(), re.MULTILINE)
    for name in imports(ast.parse("\n".join(line.strip() for line in lines))):
        top = name.split(".")[0]
        room = name.removeprefix("workflow_scripts.").split(".")[0]
        assert room in ("settings", "runtime") or top == "snakemake" or top in sys.stdlib_module_names, name


@pytest.mark.parametrize("path", [path for path in LIBRARY if folder_of(path) in PARSED], ids=name_of)
def test_settings_and_runtime_need_what_comes_with_snakemake(path):
    """And pydantic, which declares the settings."""
    allowed = {"seeds": {"numpy"}, "files": {"yaml"}, "cluster": {"yaml"}}
    declares = {"pydantic"} if folder_of(path) == "settings" else set()
    assert foreign(parsed(path)) <= allowed.get(path.stem, set()) | declares


@pytest.mark.parametrize("path", [path for path in LIBRARY if folder_of(path) not in PARSED], ids=name_of)
def test_library_knows_no_surroundings(path):
    assert knowledge(parsed(path)) == set()


@pytest.mark.parametrize(
    "line", ["import snakemake", "config['seed']", "os.environ['HOME']", "Path.cwd()", "open('config.yaml')"]
)
def test_knowledge_is_seen(line):
    assert knowledge(ast.parse(line))


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_nothing_loaded_can_run_code(path):
    assert loads_code(parsed(path)) == set()


@pytest.mark.parametrize("line", ["import pickle", "torch.load(p)", "np.load(p, allow_pickle=True)"])
def test_loading_of_code_is_seen(line):
    assert loads_code(ast.parse(line))


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_randomness_is_handed_in(path):
    assert global_randomness(parsed(path)) == set()


@pytest.mark.parametrize("line", ["import random", "np.random.rand(3)", "np.random.seed(1)", "torch.manual_seed(1)"])
def test_global_randomness_is_seen(line):
    assert global_randomness(ast.parse(line))


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_heavy_packages_stay_where_they_belong(path, workflow):
    env = {rule["name"]: rule["conda"] for rule in workflow["rules"]}
    runs_networks = folder_of(path) is None and env.get(path.stem, "").endswith("torch.yaml")
    found = foreign(parsed(path))
    if folder_of(path) not in ("networks", "models", "training", "studio") and not runs_networks:
        assert not {"torch", "lightning_fabric"} & found
    if folder_of(path) != "scorers":
        assert "xgboost" not in found


def test_training_needs_few_packages():
    files = reached("train_stage")
    assert {path.stem for path in (SCRIPTS / "models").glob("*.py")} <= {path.stem for path in files}
    assert set().union(*(foreign(parsed(path)) for path in files)) <= TRAINING_NEEDS


@pytest.mark.parametrize("name", rule_names())
def test_environment_has_what_a_rule_imports(name, workflow):
    rule = next(rule for rule in workflow["rules"] if rule["name"] == name)
    env = yaml.safe_load((ROOT / "rules" / rule["conda"]).read_text())
    has = {re.split(r"[ =<>]", line)[0] for line in env["dependencies"]}
    needs = set().union(*(foreign(parsed(path)) for path in reached(name)))
    assert {PACKAGES.get(package, package.replace("_", "-")) for package in needs} <= has


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_files_are_short_and_well_named(path):
    assert path.stem not in ("utils", "helpers", "common", "misc")
    assert len(path.read_text().splitlines()) < 300
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef):
            start = node.body[1 if ast.get_docstring(node) is not None and len(node.body) > 1 else 0].lineno
            assert node.end_lineno - start < 60, f"{node.name}: split it"


def test_threads_of_torch_are_set_where_its_functions_are_called_once_before():
    callers = [path.name for path in FILES if "set_num_threads" in path.read_text()]
    assert callers == ["devices.py"]
