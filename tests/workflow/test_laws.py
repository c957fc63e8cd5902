"""Rules: their names are their functions' names, and each carries all that it has to."""

import ast
import re
from pathlib import Path

import pytest
from running import ROOT, TARGETS, rule_names

from workflow_scripts.runtime.fingerprint import entry_files

ORDER = ("input", "output", "log", "benchmark", "priority", "conda", "threads", "resources", "params", "script")
FILES = entry_files()
ENTRIES = sorted(FILES)


def rule_of(workflow, name):
    return next(rule for rule in workflow["rules"] if rule["name"] == name)


def arguments(source, name):
    """Return the keyword-only arguments of an entry's function; it has no others."""
    functions = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef) and node.name == name]
    assert len(functions) == 1, f"{name}.py: no function {name}"
    spelt = functions[0].args
    others = [*spelt.args, *spelt.posonlyargs, *filter(None, [spelt.vararg, spelt.kwarg])]
    assert not others, f"{name}: keyword-only arguments alone"
    return {argument.arg for argument in spelt.kwonlyargs}


def mismatch(rule, asked):
    """Return the names that a rule and its function do not share."""
    given = {*rule["input"], *rule["output"], *rule["params"]}
    return (given - {"code", "parents"}) ^ (asked - {"code", "threads"})


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


def test_every_file_is_a_rule_and_every_rule_a_file(workflow):
    names = [rule["name"] for rule in workflow["rules"] if rule["name"] not in TARGETS]
    assert sorted(names) == sorted(rule_names()) == ENTRIES


@pytest.mark.parametrize("name", ENTRIES)
def test_rule_and_function_use_the_same_names(workflow, name):
    rule = rule_of(workflow, name)
    assert Path(rule["script"]).stem == name
    assert not rule["unnamed"], "an input or an output has no name"
    assert mismatch(rule, arguments(FILES[name].read_text(), name)) == set()


def test_the_contract_sees_a_renamed_argument():
    rule = {"input": ["fields"], "output": ["patches"], "params": ["options", "code"]}
    good = "def cut(*, fields, patches, options, threads): pass"
    assert not mismatch(rule, arguments(good, "cut"))
    assert mismatch(rule, arguments(good.replace("fields", "images"), "cut")) == {"fields", "images"}
    with pytest.raises(AssertionError, match="keyword-only"):
        arguments("def cut(fields, *, patches): pass", "cut")


@pytest.mark.parametrize("name", ENTRIES)
def test_entry_ends_with_the_one_line(name):
    lines = FILES[name].read_text().rstrip().splitlines()
    assert lines[-2:] == ['if "snakemake" in globals():', f"    run_rule({name}, snakemake)"]
    assert lines[0].startswith(f'"""Rule {name}: ')


@pytest.mark.parametrize("name", ENTRIES)
def test_rule_says_all_that_a_rule_has_to(workflow, name):
    rule = rule_of(workflow, name)
    assert "code" in rule["params"], "the fingerprint of its code"
    assert {"mem_mb", "runtime", "disk_mb"} <= set(rule["resources"])
    assert rule["log"].startswith("logs/")
    assert rule["benchmark"].startswith("benchmarks/")
    assert (ROOT / "rules" / rule["conda"]).exists(), rule["conda"]


@pytest.mark.parametrize("path", sorted((ROOT / "rules").glob("*.smk")), ids=lambda path: path.stem)
def test_directives_come_in_order(path):
    for name, found in directives(path.read_text()).items():
        assert found == [word for word in ORDER if word in found], name
        assert set(ORDER) - set(found) <= {"input", "priority"}, f"{name}: {set(ORDER) - set(found)} missing"


def test_order_of_directives_can_be_wrong():
    found = directives("rule a:\n    output:\n        'x'\n    input:\n        'y'\n")
    assert found == {"a": ["output", "input"]} != [word for word in ORDER if word in found["a"]]


def test_every_rule_is_reached_from_a_study(workflow):
    """Else its params are not looked at below."""
    assert set(ENTRIES) <= {job["rule"] for job in workflow["jobs"]}


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


def test_code_is_a_hash_that_differs_between_rules(workflow):
    code = {job["rule"]: job["params"]["code"] for job in workflow["jobs"] if job["rule"] not in TARGETS}
    assert all(re.fullmatch("[0-9a-f]{12}", value) for value in code.values())
    assert len(set(code.values())) == len(code)


def test_memory_and_time_are_asked_for(workflow):
    for job in workflow["jobs"]:
        if job["rule"] not in TARGETS:
            assert job["resources"]["mem_mb"] >= 1000, f"{job['rule']}: Snakemake itself needs half of that"
            assert job["resources"]["disk_mb"] > 0
            assert job["resources"]["runtime"] >= 30, f"{job['rule']}: minutes; a busy file system takes its time"


def test_a_job_that_failed_asks_for_more(workflow):
    """But for the time of a training, which goes on where it was."""
    for job in workflow["jobs"]:
        first, second = job["resources"], job["second"]
        if job["rule"] not in TARGETS:
            assert second["mem_mb"] == 2 * first["mem_mb"], f"{job['rule']}: mem_mb=growing(...)"
            assert second["disk_mb"] == 2 * first["disk_mb"], f"{job['rule']}: disk_mb=growing(...)"
            expected = first["runtime"] * (1 if job["rule"] == "train_stage" else 2)
            assert second["runtime"] == expected, f"{job['rule']}: runtime=growing(...)"


def test_what_runs_networks_declares_gpu(workflow):
    torch = {rule["name"] for rule in workflow["rules"] if rule["conda"].endswith("torch.yaml")}
    assert {rule["name"] for rule in workflow["rules"] if "gpu" in rule["resources"]} == torch != set()


def test_a_product_has_one_log_and_benchmark_of_its_own(workflow):
    for rule in workflow["rules"]:
        if rule["name"] not in TARGETS:
            assert re.findall(r"{(\w+)", rule["log"]) == re.findall(r"{(\w+)", rule["benchmark"]), rule["name"]
