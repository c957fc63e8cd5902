"""Detection by a command: its arguments, its catalogue, and whatever may be wrong with it."""

import sys

import pytest

from workflow_scripts.injection.commands import detect_by_command
from workflow_scripts.settings.injection import Command

WRITES = "import sys; open(sys.argv[2], 'w').write('X_IMAGE,Y_IMAGE,F\\n11,21,' + open(sys.argv[1]).read())"


def detect(folder, code, **given):
    """Run a Python program as the command."""
    (folder / "image.fits").write_text("5")
    command = Command(run=f'"{sys.executable}" -c "{code}" {{image}} {{catalogue}}', ending="csv", **given)
    return detect_by_command(command, folder / "image.fits", None, folder / "found.csv")


def test_a_catalogue_is_read_with_the_names_and_the_pixels_of_the_program(tmp_path):
    found = detect(tmp_path, WRITES, columns={"x": "X_IMAGE", "y": "Y_IMAGE", "flux": "F"}, first_pixel=1)
    assert {name: values.tolist() for name, values in found.items()} == {"x": [10], "y": [20], "flux": [5]}


@pytest.mark.parametrize(
    ("code", "given", "line"),
    [
        ("import sys; sys.exit('no image')", {}, "exit status 1: no image"),
        ("import time; time.sleep(9)", {"timeout_s": 0.2}, "not finished after 0.2 s: raise command.timeout_s"),
        ("pass", {}, "it wrote no file .*found.csv"),
        (WRITES, {}, "its catalogue has no column x, y, flux; it has X_IMAGE, Y_IMAGE, F: set command.columns"),
    ],
)
def test_a_command_that_does_not_work_is_one_line(tmp_path, code, given, line):
    with pytest.raises(ValueError, match=f"^command .*: {line}") as error:
        detect(tmp_path, code, **given)
    assert "\n" not in str(error.value)


def test_a_program_that_does_not_exist_and_a_map_that_is_missing(tmp_path):
    with pytest.raises(ValueError, match="command no_program: it cannot be run"):
        detect_by_command(Command(run="no_program {image}"), "a", None, tmp_path / "b")
    with pytest.raises(ValueError, match="the image has no map of its uncertainty"):
        detect_by_command(Command(run="sex -W {weight}"), "a", None, tmp_path / "b")


def test_a_command_runs_without_a_shell(tmp_path):
    with pytest.raises(ValueError, match="wrote no file"):
        detect_by_command(Command(run=f"echo a > {tmp_path}/file ; touch {tmp_path}/other"), "a", None, tmp_path / "b")
    assert list(tmp_path.iterdir()) == []
