import logging
import re
from dataclasses import dataclass
from types import SimpleNamespace

import pytest

from workflow_scripts.runtime.entry import arguments_of, explain, message_of, run_rule
from workflow_scripts.settings.declared import Declared, option


@dataclass(frozen=True)
class Found:
    k: int


class Chosen(Declared):
    k: float = option(2.0, "A number.")


@pytest.fixture
def job(tmp_path):
    return SimpleNamespace(
        input={"image": "a.fits"},
        output={"table": "b.ecsv"},
        params={"options": {"k": 1}, "code": "abc"},
        log=[str(tmp_path / "rule.log")],
        wildcards={"study": "hubble"},
        rule="find_things",
        threads=3,
    )


@pytest.fixture(autouse=True)
def _root_logger():
    handlers, level = logging.root.handlers[:], logging.root.level
    yield
    for handler in logging.root.handlers:
        if handler not in handlers:
            handler.close()
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)


def test_a_function_gets_what_it_asks_for(job):
    def plain(*, image, table, options: Found): ...

    def curious(*, image, table, options: Found, code, threads): ...

    common = {"image": "a.fits", "table": "b.ecsv", "options": Found(1)}
    assert arguments_of(plain, job) == common
    assert arguments_of(curious, job) == {**common, "code": "abc", "threads": 3}


def test_options_are_of_the_class_that_a_function_declares(job):
    def typed(*, image, table, options: Found): ...

    def chosen(*, image, table, options: Chosen): ...

    assert arguments_of(typed, job)["options"] == Found(1)
    assert arguments_of(chosen, job)["options"].k == 1
    job.params["options"] = {"k": 1, "j": 1}
    with pytest.raises(SystemExit, match=r"TypeError: .*options\.j Unexpected keyword argument.*unexpected: see"):
        run_rule(typed, job)


def test_an_error_of_ours_is_one_line_and_the_traceback_lies_beside_the_log(job, tmp_path):
    def fail(*, image, table, options: Found):
        raise ValueError("no sources:\n  lower the threshold")

    with pytest.raises(SystemExit) as stop:
        run_rule(fail, job)
    line = "skyloom: find_things (study hubble): no sources: lower the threshold"
    assert stop.value.code == line
    assert line in (tmp_path / "rule.log").read_text()
    assert "in fail" in (tmp_path / "rule.log.traceback").read_text()


def test_a_bug_says_where_its_traceback_is(job):
    def fail(*, image, table, options: Found):
        raise KeyError("x")

    with pytest.raises(SystemExit, match=r"KeyError: 'x' \(unexpected: see .*rule.log.traceback\)"):
        run_rule(fail, job)


def test_a_log_that_cannot_be_written_leaves_the_line(tmp_path):
    assert explain(ValueError("full"), "rule", {}, tmp_path / "missing" / "a.log") == "skyloom: rule: full"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(28, "No space left on device"), "the disk is full"),
        (RuntimeError("[HDF5] write failed: errno = 28, ..."), "the disk is full"),
        (OSError("4096 requested and 512 written"), "the disk is full"),
        (FileNotFoundError(2, "No such file"), "No such file"),
        (ValueError("a  b\nc"), "^a b c$"),
        (TypeError("bad"), "^TypeError: bad$"),
    ],
)
def test_messages(error, words):
    assert re.search(words, message_of(error))


def test_a_full_disk_is_not_guessed(tmp_path):
    assert "disk" not in message_of(ValueError("28 fields requested"))


def test_a_full_disk_is_nothing_unexpected(tmp_path):
    log = tmp_path / "a.log"
    assert explain(RuntimeError("write failed: errno = 28"), "rule", {}, log).endswith("run the same command again")
    assert explain(RuntimeError("odd"), "rule", {}, log).endswith("(unexpected: see " + f"{log}.traceback)")
