"""The number of cores and of shards changes no byte of a product."""

import hashlib
import re

import pytest
from running import copy_repository, run
from study_files import override

# Not compared: the pages, the costs, and the shards, whose number is what changes.
EXEMPT = re.compile(r"report\.html|cost|/shards/")
SHARDS = {
    "generation": {"n_shards": 1},
    "blends": {"pairs": {"n_shards": 3, "n_blends": {"train": 12, "test": 6}}},
}


def products(folder):
    """Return {path: checksum} of every product of a run."""
    files = [path for path in (folder / "results").rglob("*") if path.is_file()]
    named = {str(path.relative_to(folder)): path for path in sorted(files)}
    return {name: hash_of(path) for name, path in named.items() if not EXEMPT.search(name)}


def hash_of(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    """Run the study again, on one core and in other shards."""
    folder = copy_repository(tmp_path_factory.mktemp("other") / "skyloom")
    run(override(folder, **SHARDS), cores=1)
    return folder


def test_cores_and_shards_change_no_byte(finished, other):
    ours, theirs = products(finished), products(other)
    assert len(ours) > 40
    assert ours.keys() == theirs.keys()
    assert [name for name in ours if ours[name] != theirs[name]] == []


def test_the_shards_were_others(finished, other):
    """Else the test above says nothing."""
    assert len(shards(finished, "pairs")) == 4
    assert len(shards(other, "pairs")) == 6
    assert len(shards(finished, "skies")) == 2 * len(shards(other, "skies"))


def shards(folder, what):
    return [path for path in (folder / "results" / "smoke").rglob("shards/*") if what in str(path)]


def test_nothing_half_written_is_left(finished):
    assert list((finished / "results").rglob(".*")) == []
    assert not list(finished.rglob("*.part"))
    assert not list((finished / "state").rglob("step_*"))
