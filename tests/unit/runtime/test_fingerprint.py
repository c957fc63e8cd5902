import pytest

from workflow_scripts.runtime import fingerprint as module

ENTRY = '''"""Rule make_thing."""

from workflow_scripts.library.sums import total
from workflow_scripts.runtime.entry import run_rule


def make_thing(*, out):
    """Make."""
    out.write(total([1, 2]))  # a comment
'''
SUMS = '''"""Sums."""


def total(values):
    """Add."""
    return sum(values)
'''

THREE = '''"""Model three."""

from workflow_scripts.settings.bases.models import LATENT
from workflow_scripts.settings.declared import Declared, option


class Options(Declared):
    """Options."""

    width: int = option(8, "Channels.", label="width", unit="pixel", ge=1)
'''


@pytest.fixture
def tree(tmp_path, monkeypatch):
    root = tmp_path / "workflow_scripts"
    files = {
        "rules/things/make_thing.py": ENTRY,
        "library/__init__.py": "",
        "library/sums.py": SUMS,
        "runtime/__init__.py": "",
        "runtime/entry.py": "def run_rule(function, job):\n    function()\n",
        "models/one.py": "SIZE = 1\n",
        "models/two.py": "SIZE = 2\n",
        "models/three.py": THREE,
        "settings/bases/models.py": "LATENT = 3\n",
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    (tmp_path / "page.html").write_text("<p>")
    monkeypatch.setattr(module, "ROOT", root)
    monkeypatch.setattr(module, "SEAM", {root / "runtime" / "entry.py"})
    yield root
    clear_caches()


def clear_caches():
    for function in (module.fingerprint, module.entry_files, module.imports_of, module.code_of):
        function.cache_clear()


def fingerprint(*names):
    clear_caches()
    return module.fingerprint(*names)


def edit(path, before, after):
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("rules/things/make_thing.py", "# a comment", "# other words"),
        ("rules/things/make_thing.py", '"""Make."""', '"""Make a thing,\n\n    and say so.\n    """'),
        ("rules/things/make_thing.py", "total([1, 2])", "total(\n        [1,\n         2]\n    )"),
        ("library/sums.py", '"""Sums."""', '"""What sums."""'),
        ("runtime/entry.py", "function()", "print(function())"),  # the seam shapes no product
        ("models/one.py", "SIZE = 1", "SIZE = 3"),  # a plugin that nobody chose
    ],
)
def test_what_changes_no_product_changes_no_fingerprint(tree, name, before, after):
    first = fingerprint("make_thing")
    edit(tree / name, before, after)
    assert fingerprint("make_thing") == first


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [("rules/things/make_thing.py", "[1, 2]", "[1, 3]"), ("library/sums.py", "sum(values)", "sum(values) + 1")],
)
def test_other_code_is_another_fingerprint(tree, name, before, after):
    first = fingerprint("make_thing")
    edit(tree / name, before, after)
    assert fingerprint("make_thing") != first


def test_the_plugins_chosen_count(tree):
    plain, one, two = (fingerprint("make_thing", *more) for more in ([], ["models/one"], ["models/two"]))
    assert len({plain, one, two}) == 3
    edit(tree / "models/one.py", "SIZE = 1", "SIZE = 3")
    assert fingerprint("make_thing", "models/one") != one
    assert fingerprint("make_thing", "models/two") == two


def test_an_edited_help_reruns_nothing_and_an_edited_default_does(tree):
    first = fingerprint("make_thing", "models/three")
    edit(tree / "models/three.py", "Channels.", "Channels of the first convolution.")
    edit(tree / "models/three.py", 'label="width"', 'label="channels"')
    assert fingerprint("make_thing", "models/three") == first
    edit(tree / "models/three.py", "option(8,", "option(16,")
    assert fingerprint("make_thing", "models/three") != first


def test_settings_reach_jobs_as_params_not_as_code(tree):
    """Shared options have their defaults there: an edited one changes the params of the stages that use it alone."""
    first = fingerprint("make_thing", "models/three")
    edit(tree / "settings/bases/models.py", "LATENT = 3", "LATENT = 4")
    assert fingerprint("make_thing", "models/three") == first


def test_a_template_counts_byte_by_byte(tree):
    first = fingerprint("make_thing", "page.html")
    (tree.parent / "page.html").write_text("<p> ")
    assert fingerprint("make_thing", "page.html") != first
