"""Tests side by side: those that share what takes long go to the same process."""

import pytest


@pytest.hookimpl(tryfirst=True)  # before the names of the groups are read
def pytest_collection_modifyitems(items):
    """Group the tests of the finished run; the others stay with their file, whose fixtures they share."""
    for item in items:
        shared = {"finished", "copy_of_finished"} & set(item.fixturenames)
        item.add_marker(pytest.mark.xdist_group("finished" if shared else item.path.stem))
