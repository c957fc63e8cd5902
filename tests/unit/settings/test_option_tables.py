"""The reference says what is declared."""

from typing import Annotated, Literal

from pydantic import Field

from workflow_scripts.settings import plugins
from workflow_scripts.settings.declared import Declared, option
from workflow_scripts.settings.option_tables import plugins_reference, reference_of, table_of


class Inner(Declared):
    """Inner."""

    depth: int = option(3, "Depth.", ge=1, lt=9)


class Thing(Declared):
    """A thing."""

    files: list[str] = option(..., "Files.", min_length=1)
    three: list[Annotated[int, Field(gt=0)]] = option([1, 2, 3], "Three.", min_length=3, max_length=3)
    limit: float | None = option(None, "Limit.", unit="pixel", ge=0)
    how: Literal["a", "b"] = option("a", "Way.")
    on: bool = option(False, "Switch | on.")
    inner: Inner = Inner()
    named: dict[str, Inner] = option({}, "Named.")


def test_rows_hold_all_that_is_declared():
    found = [(row.name, row.type, row.default, row.range, row.unit, row.help) for row in reference_of(Thing)]
    assert found == [
        ("files", "list of text", "required", "at least 1 item", "", "Files."),
        ("three", "list of integer > 0", "[1, 2, 3]", "3 items", "", "Three."),
        ("limit", "number or null", "null", "≥ 0", "pixel", "Limit."),
        ("how", "`a` or `b`", '"a"', "", "", "Way."),
        ("on", "true or false", "false", "", "", "Switch | on."),
        ("inner.depth", "integer", "3", "≥ 1, < 9", "", "Depth."),
        ("named", "mapping", "", "", "", "Named."),
        ("named.*.depth", "integer", "3", "≥ 1, < 9", "", "Depth."),
    ]


def test_a_table_has_one_line_per_option():
    lines = table_of(reference_of(Thing)).splitlines()
    assert len(lines) == 2 + 8
    assert r"Switch \| on." in lines[6]
    assert {line.replace(r"\|", "").count("|") for line in lines} == {7}


def test_all_options_of_all_plugins_are_in_the_reference():
    text, lost = plugins_reference(), []
    for folder in plugins.FOLDERS:
        of_kind = text.split(f"## Options of {folder}\n")[1].split("\n## ")[0]
        for name in plugins.names(folder):
            section = of_kind.split(f"### `{name}`\n")[1].split("\n### ")[0]
            options = plugins.options_class(folder, name).model_fields
            lost += [(folder, name, key) for key in options if f"| `{key}` |" not in section]
    assert lost == []
