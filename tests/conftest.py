"""Tests side by side: a file is tested in one process, and so are all files that share the finished run."""

from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]


def pytest_xdist_make_scheduler(config, log):
    """Return what hands the tests out; only asked where there are several processes."""
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            return shared_by(nodeid.split("::")[0])

    return ByFile(config, log)


@cache
def shared_by(file):
    """Return what the tests of a file share with others: the run that is finished once, or nothing beyond the file."""
    return "finished" if "finished" in (ROOT / file).read_text() else file
