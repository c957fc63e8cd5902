"""Rules: their names are their functions' names, and each declares all that it has to."""

import ast
import re
from importlib import import_module
from pathlib import Path
from typing import get_type_hints

import pytest
from running import ROOT, TARGETS, rule_names
from trees import ENTRIES, SMK_FILES, offenders, source, tree

from workflow_scripts.runtime.fingerprint import entry_files

ORDER = ("input", "output", "log", "benchmark", "priority", "conda", "threads", "resources", "params", "script")
OPTIONAL = {"input", "priority"}
FILES = entry_files()


def arguments(node, name):
    """Return the keyword-only arguments of an entry's function; it has no others."""
    functions = [item for item in node.body if isinstance(item, ast.FunctionDef) and item.name == name]
    assert len(functions) == 1, f"{name}.py: no function {name}"
    spelt = functions[0].args
    others = [*spelt.args, *spelt.posonlyargs, *filter(None, [spelt.vararg, spelt.kwarg])]
    assert not others, f"{name}: keyword-only arguments alone"
    return {argument.arg for argument in spelt.kwonlyargs}


def mismatch(rule, accepted):
    """Return the names that a rule and its function do not share."""
    given = {*rule["input"], *rule["output"], *rule["params"]}
    return (given - {"code", "parents"}) ^ (accepted - {"code", "threads"})


def unsorted(value, where="options"):
    """Return the place of a dict whose keys are not sorted, or None."""
    if isinstance(value, dict):
        if list(value) != sorted(value):
            return where
        return next(filter(None, (unsorted(item, f"{where}.{key}") for key, item in value.items())), None)
    if isinstance(value, list):
        return next(filter(None, (unsorted(item, where) for item in value)), None)
    return None


def directives(text):
    """Return {rule: its directives in order} of the text of a .smk file."""
    blocks = re.split(r"^rule (\w+):$", text, flags=re.MULTILINE)[1:]
    return {
        name: re.findall(r"^    (\w+):", block, re.MULTILINE)
        for name, block in zip(blocks[::2], blocks[1::2], strict=True)
    }


def faults_of_directives(text):
    """Return the rules of a .smk file whose directives are missing or out of order."""
    wrong = set()
    for name, found in directives(text).items():
        missing = set(ORDER) - OPTIONAL - set(found)
        wrong |= {f"{name}: {word} is missing" for word in missing}
        if found != [word for word in ORDER if word in found]:
            wrong.add(f"{name}: the order is {', '.join(ORDER)}")
    return wrong


def faults_of_entry(name):
    """Return what is wrong with the first and last lines of an entry."""
    lines = source(FILES[name]).rstrip().splitlines()
    if lines[-2:] != ['if "snakemake" in globals():', f"    run_rule({name}, snakemake)"]:
        yield "does not end with the call of run_rule"
    if not lines[0].startswith(f'"""Rule {name}: '):
        yield f'does not begin with """Rule {name}: '


def faults_of_rule(rule):
    """Return what a rule does not declare, and the names that it does not share with its function."""
    name = rule["name"]
    if Path(rule["script"]).stem != name or rule["unnamed"]:
        yield "the script has another name, or an input or output has none"
    if wrong := mismatch(rule, arguments(tree(FILES[name]), name)):
        yield f"rule and function do not share {', '.join(sorted(wrong))}"
    if "code" not in rule["params"] or not {"mem_mb", "runtime", "disk_mb"} <= set(rule["resources"]):
        yield "the param code, or one of the resources mem_mb, runtime, disk_mb is missing"
    if not (rule["log"].startswith("logs/") and rule["benchmark"].startswith("benchmarks/")):
        yield "the log is not under logs/ or the benchmark not under benchmarks/"
    if re.findall(r"{(\w+)", rule["log"]) != re.findall(r"{(\w+)", rule["benchmark"]):
        yield "log and benchmark have other wildcards"
    if not (ROOT / "rules" / rule["conda"]).exists():
        yield f"no environment {rule['conda']}"


def scripts_of(workflow):
    """Return the rules that run an entry."""
    return [rule for rule in workflow["rules"] if rule["name"] not in TARGETS]


def test_every_entry_is_found_and_is_a_rule(workflow):
    """The checks below see every entry: there is none that `entry_files` misses, and no rule without one."""
    written = {path for path in ENTRIES.rglob("*.py") if path.stem != "__init__"}
    assert set(FILES.values()) == written
    assert sorted(FILES) == sorted(rule_names()) == sorted(rule["name"] for rule in scripts_of(workflow))
    assert len(FILES) > 40


def test_rules_and_functions_fit(workflow):
    assert offenders((FILES[rule["name"]], faults_of_rule(rule)) for rule in scripts_of(workflow)) == []


def test_a_renamed_argument_is_detected():
    rule = {"input": ["fields"], "output": ["patches"], "params": ["options", "code"]}
    good = "def cut(*, fields, patches, options, threads): pass"
    assert not mismatch(rule, arguments(ast.parse(good), "cut"))
    renamed = ast.parse(good.replace("fields", "images"))
    assert mismatch(rule, arguments(renamed, "cut")) == {"fields", "images"}
    with pytest.raises(AssertionError, match="keyword-only"):
        arguments(ast.parse("def cut(fields, *, patches): pass"), "cut")


def joined_by_position(node, lists):
    """Return the calls of `zip` that take inputs which are lists of files, also under the name of a parameter."""
    local = {item.name: item for item in ast.walk(node) if isinstance(item, ast.FunctionDef)}
    found, todo, seen = [], [(node, frozenset(lists))], set()
    while todo:
        scope, names = todo.pop()
        if (scope, names) in seen:
            continue
        seen.add((scope, names))
        for call in calls_with(scope, names):
            found += [ast.unparse(call)] if call.func.id == "zip" else []
            function = local.get(call.func.id)
            todo += [(function, passed(call, function, names))] if function else []
    return found


def calls_with(scope, names):
    """Return the calls of functions by name, one of whose arguments mentions a name."""
    calls = [call for call in ast.walk(scope) if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)]
    return [call for call in calls if any(mentions(part, names) for part in (*call.args, *call.keywords))]


def passed(call, function, names):
    """Return the parameters of a function that get the names as they are."""
    by_place = zip([parameter.arg for parameter in function.args.args], call.args, strict=False)
    given = [*by_place, *((keyword.arg, keyword.value) for keyword in call.keywords)]
    return frozenset(name for name, value in given if isinstance(value, ast.Name) and value.id in names)


def mentions(node, names):
    """Return whether an expression contains one of the names."""
    return any(isinstance(part, ast.Name) and part.id in names for part in ast.walk(node))


def file_lists(text):
    """Return the arguments whose docstring says that they are lists of files."""
    found = re.findall(r"^    ([a-z_, ]+) : (?:[a-z, ]*)list of str$", text, re.MULTILINE)
    return {one.strip() for names in found for one in names.split(",")}


def test_files_are_joined_by_their_names_and_never_by_their_position():
    assert offenders((path, joined_by_position(tree(path), file_lists(source(path)))) for path in FILES.values()) == []


def test_a_join_by_position_is_detected():
    assert joined_by_position(ast.parse("zip(options['skies'], generated)"), {"generated"})
    assert joined_by_position(ast.parse("zip(['real', *names], [test, *stamps])"), {"stamps"})
    assert not joined_by_position(ast.parse("zip(names, values)"), {"stamps"})
    helper = "def read(paths, n): return zip(names, paths)\n"
    assert joined_by_position(ast.parse(helper + "read(stamps, 3)"), {"stamps"}) == ["zip(names, paths)"]
    assert joined_by_position(ast.parse(helper + "read(n=3, paths=stamps)"), {"stamps"})
    assert not joined_by_position(ast.parse(helper + "read(3, stamps)"), {"stamps"})


def test_entries_begin_and_end_alike():
    assert offenders((FILES[name], faults_of_entry(name)) for name in FILES) == []


def test_directives_come_in_order():
    assert offenders((path, faults_of_directives(source(path))) for path in SMK_FILES[1:]) == []


def test_directives_out_of_order_are_detected():
    lines = [f"    {word}:\n        'x'" for word in ORDER]
    assert not faults_of_directives("\n".join(["rule a:", *lines]))
    swapped = ["rule a:", lines[1], lines[0], *lines[2:]]
    assert faults_of_directives("\n".join(swapped)) == {f"a: the order is {', '.join(ORDER)}"}
    assert faults_of_directives("\n".join(["rule a:", *lines[:-1]])) == {"a: script is missing"}


def test_every_rule_is_reached_from_a_study(workflow):
    """Else its params are not looked at below."""
    assert set(FILES) <= {job["rule"] for job in workflow["jobs"]}


def test_settings_travel_in_one_sorted_dict(workflow):
    """Snakemake compares the values of params without their names, and dicts in their order."""
    for job in workflow["jobs"]:
        for name, value in job["params"].items():
            if name == "options":
                assert isinstance(value, dict), job
                assert unsorted(value) is None, f"{job['rule']}: {unsorted(value)}"
            elif name not in ("code", "parents", "seed"):
                assert isinstance(value, str) or is_list_of_strings(value), f"{job['rule']}: params.{name} = {value!r}"
        assert isinstance(job["params"].get("seed", 0), int)


def is_list_of_strings(value):
    """Tell whether a param is a list of paths: benchmark files reach the costs as such."""
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def test_unsorted_options_are_seen():
    assert unsorted({"a": 1, "b": [{"c": 1, "d": 2}]}) is None
    assert unsorted({"a": 1, "b": [{"d": 1, "c": 2}]}) == "options.b"


def test_options_are_built_by_the_function_of_the_rules_name():
    """`options=options_of(theme.rule)`, of `settings/<theme>.py`."""
    text = "".join(path.read_text() for path in sorted((ROOT / "rules").glob("*.smk")))
    blocks = re.split(r"^rule (\w+):$", text, flags=re.MULTILINE)[1:]
    built = {
        rule: re.findall(r"options=options_of\((?:\w+\.)?(\w+)\)", block)
        for rule, block in zip(blocks[::2], blocks[1::2], strict=True)
    }
    assert {rule: names for rule, names in built.items() if names not in ([], [rule])} == {
        "tabulate_costs": ["costs_of_study"],  # which knows the rules
    }
    assert sum(map(len, built.values())) > 40


def options_of_entry(name):
    """Return the class of the options that an entry declares, or None."""
    entry = import_module(f"workflow_scripts.rules.{FILES[name].parent.name}.{name}")
    return get_type_hints(getattr(entry, name)).get("options")


def options_of_settings(name):
    """Return the class that the function of the name of a rule returns, which one module of the settings has."""
    paths = sorted((ROOT / "workflow_scripts/settings").glob("*.py"))
    (found,) = [path.stem for path in paths if re.search(rf"^def {name}\(", path.read_text(), re.MULTILINE)]
    return get_type_hints(getattr(import_module(f"workflow_scripts.settings.{found}"), name))["return"]


def test_options_have_the_class_that_the_settings_return():
    """`run_rule` builds it from the params of a job."""
    taking = [name for name in FILES if "options" in arguments(tree(FILES[name]), name)]
    assert len(taking) > 40
    assert [name for name in taking if options_of_entry(name) is not options_of_settings(name)] == []


def jobs_of(workflow):
    """Return the jobs that run an entry."""
    return [job for job in workflow["jobs"] if job["rule"] not in TARGETS]


def test_code_is_a_hash_that_differs_between_rules(workflow):
    code = {job["rule"]: job["params"]["code"] for job in jobs_of(workflow)}
    assert [rule for rule, value in code.items() if not re.fullmatch("[0-9a-f]{12}", value)] == []
    assert len(set(code.values())) == len(code)


def faults_of_resources(job):
    """Return which resources of a job are too small, or do not grow with its attempts."""
    first, second = job["resources"], job["second"]
    if first["mem_mb"] < 1000 or first["disk_mb"] <= 0 or first["runtime"] < 30:
        yield "less than 1000 MB (Snakemake itself needs half of that), no disk, or less than 30 minutes"
    if second["mem_mb"] != 2 * first["mem_mb"] or second["disk_mb"] != 2 * first["disk_mb"]:
        yield "mem_mb and disk_mb: growing(...)"
    if second["runtime"] != first["runtime"] * (1 if job["rule"] == "train_stage" else 2):
        yield "runtime: growing(...), but for a training, which goes on where it was"


def test_jobs_declare_what_they_need_and_more_after_a_failure(workflow):
    wrong = {f"{job['rule']}: {fault}" for job in jobs_of(workflow) for fault in faults_of_resources(job)}
    assert sorted(wrong) == []


def test_rules_that_run_networks_declare_gpu(workflow):
    torch = {rule["name"] for rule in workflow["rules"] if rule["conda"].endswith("torch.yaml")}
    assert {rule["name"] for rule in workflow["rules"] if "gpu" in rule["resources"]} == torch != set()
