import errno
import fcntl

import pytest

from workflow_scripts.formats.locks import hold


def test_a_lock_that_is_held_and_one_that_cannot_be(tmp_path, monkeypatch):
    with (tmp_path / "lock").open("a") as one, (tmp_path / "lock").open("a") as other:
        hold(one, lambda: "busy")
        with pytest.raises(ValueError, match="^busy$"):
            hold(other, lambda: "busy")

        def none(file, how):
            raise OSError(errno.ENOSYS, "Function not implemented")

        monkeypatch.setattr(fcntl, "flock", none)
        with pytest.raises(ValueError, match="lock: this file system does not support locks .Function not implemented"):
            hold(other, lambda: "busy")
