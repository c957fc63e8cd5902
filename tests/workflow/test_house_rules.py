"""House rules for the code: its length, its names, and what it must not know or do."""

import ast
import re

from running import ROOT
from trees import FILES, LIBRARY, functions, imports, offenders, room, source, tree, undetected

MOST_LINES_OF_A_BODY, MOST_LINES_OF_A_FILE = 40, 250
NO_NAMES = ("utils", "helpers", "common", "misc")
SURROUNDINGS = ("snakemake", "config", "environ", "getenv", "getcwd", "chdir")
LOADERS = {"pickle", "cPickle", "dill", "joblib", "cloudpickle", "shelve", "marshal"}
UNSAFE = ("torch.load", "torch.save", "allow_pickle=True", "yaml.load", "yaml.unsafe_load")


def surroundings(node):
    """Return what a tree knows of Snakemake, the config, the environment or the working directory."""
    found = {name for name in imports(node) if name.split(".")[0] == "snakemake"}
    for item in ast.walk(node):
        if isinstance(item, ast.Name) and item.id in SURROUNDINGS:
            found.add(item.id)
        if isinstance(item, ast.Attribute) and item.attr in (*SURROUNDINGS[2:], "cwd"):
            found.add(item.attr)
        if isinstance(item, ast.Constant) and isinstance(item.value, str) and "config.yaml" in item.value:
            found.add(item.value)
    return found


def unsafe_loading(node):
    """Return what could run code out of a file that is read."""
    spelt = {ast.unparse(item) for item in ast.walk(node) if isinstance(item, ast.Attribute | ast.keyword)}
    return {name for name in imports(node) if name.split(".")[0] in LOADERS} | spelt & set(UNSAFE)


def global_randomness(node):
    """Return the uses of random numbers of a generator that was not handed in."""
    forks = [item for item in ast.walk(node) if isinstance(item, ast.With) and "fork_rng" in ast.unparse(item.items[0])]
    forked = {inner for fork in forks for inner in ast.walk(fork)}
    spelt = {ast.unparse(item) for item in ast.walk(node) if isinstance(item, ast.Attribute) and item not in forked}
    numpy = {name for name in spelt if re.fullmatch(r"np\.random\.(?!default_rng|SeedSequence|Generator)\w+", name)}
    found = {name for name in imports(node) if name == "random" or name.startswith("numpy.random")}
    return found | numpy | spelt & {"torch.manual_seed"}


def long_functions(node):
    """Return the functions whose body, without its docstring, has too many lines."""
    lengths = {item.name: item.end_lineno - first_statement(item).lineno + 1 for item in functions(node)}
    return {f"{name}: {n} lines" for name, n in lengths.items() if n > MOST_LINES_OF_A_BODY}


def first_statement(function):
    """Return the first statement of a function after its docstring."""
    return function.body[1 if ast.get_docstring(function) is not None and len(function.body) > 1 else 0]


def long_file(path):
    """Return how long a file is, where it is too long."""
    n = len(source(path).splitlines())
    return {f"{n} lines"} if n > MOST_LINES_OF_A_FILE else set()


def test_the_library_knows_no_surroundings():
    library = [path for path in LIBRARY if room(path) not in ("settings", "runtime")]
    assert offenders((path, surroundings(tree(path))) for path in library) == []


def test_nothing_loaded_can_run_code():
    assert offenders((path, unsafe_loading(tree(path))) for path in FILES) == []


def test_random_generators_are_handed_in():
    assert offenders((path, global_randomness(tree(path))) for path in FILES) == []


def test_functions_and_files_are_short():
    assert offenders((path, long_functions(tree(path)) | long_file(path)) for path in FILES) == []


def test_files_say_in_their_names_what_they_hold():
    assert [str(path.relative_to(ROOT)) for path in FILES if path.stem in NO_NAMES] == []


def test_threads_of_torch_are_set_in_one_place():
    assert [path.name for path in FILES if "set_num_threads" in source(path)] == ["devices.py"]


def test_faults_are_detected():
    """Every check above finds what it is there for."""
    knowing = ["import snakemake", "config['a']", "os.environ['HOME']", "Path.cwd()", "open('config.yaml')"]
    assert undetected(surroundings, knowing) == []
    assert undetected(unsafe_loading, ["import pickle", "torch.load(p)", "np.load(p, allow_pickle=True)"]) == []
    random = ["import random", "np.random.rand(3)", "np.random.seed(1)", "torch.manual_seed(1)"]
    assert undetected(global_randomness, random) == []
    assert not global_randomness(ast.parse("with torch.random.fork_rng():\n    torch.manual_seed(1)"))
    body = "    a = 1\n" * MOST_LINES_OF_A_BODY
    assert undetected(long_functions, [f"def f():\n    '''Text.'''\n{body}    a = 2\n"]) == []
    assert not long_functions(ast.parse(f"def f():\n    '''Text.'''\n{body}"))
