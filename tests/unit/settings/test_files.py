"""Files that a config names: found as a shell would find them, or refused in one line."""

import re

import pytest

from workflow_scripts.settings.files import existing, expand, split_extension
from workflow_scripts.settings.yaml_files import read_settings


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Return a folder with images, in which the run starts; it is also `~`, and `$SKY`."""
    for name in ("b.fits", "a.fits", "c.png", "M31[1].fits", ".hidden.fits"):
        (tmp_path / name).touch()
    (tmp_path / "nested").mkdir()
    (tmp_path / "nested" / "d.fits").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("SKY", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize(
    ("patterns", "names"),
    [
        (["c.png", "?.fits"], ["c.png", "a.fits", "b.fits"]),
        (["~/a.fits"], ["{folder}/a.fits"]),
        (["$SKY/a.fits", "${SKY}/b.fits"], ["{folder}/a.fits", "{folder}/b.fits"]),
        (["M31[1].fits"], ["M31[1].fits"]),
        (["nested"], ["nested/d.fits"]),
        (["nested/"], ["nested/d.fits"]),
        (["**/d.fits"], ["nested/d.fits"]),
    ],
)
def test_patterns_become_sorted_files(folder, patterns, names):
    assert expand(patterns, "x") == [name.format(folder=folder) for name in names]


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        ("*.jpg", "files: no file fits '*.jpg', looked for from {folder}"),
        ("M32[1].fits", "files: no file fits 'M32[1].fits', looked for from {folder}; in a pattern [[] stands for ["),
        ("nest*", "files: 'nest*' matches folders only, such as 'nested': add /* for their files"),
        ("empty", "files: the folder 'empty' holds no file"),
        ("{{a}}.fits", "files: '{{a}}.fits': braces are wildcards of Snakemake: rename the file, or name a link to it"),
    ],
)
def test_a_pattern_that_fits_nothing_is_named(folder, pattern, line):
    (folder / "empty").mkdir()
    (folder / "{a}.fits").touch()
    with pytest.raises(ValueError, match=re.escape(line.format(folder=folder)) + "$"):
        expand([pattern.format()], "files")


def test_one_file_is_there_or_named(folder):
    assert existing("~/M31[1].fits", "x") == f"{folder}/M31[1].fits"
    with pytest.raises(ValueError, match=f"x: no file 'no.fits', looked for from {folder}: correct the path"):
        existing("no.fits", "x")
    with pytest.raises(ValueError, match="x: 'nested' is a folder: name the file"):
        existing("nested", "x")


@pytest.mark.parametrize(
    ("text", "line"),
    [("a: [1\n", r"x\.yaml, line 2: not valid YAML"), ("[1, 2]\n", r"x\.yaml: not a mapping of settings")],
)
def test_settings_that_cannot_be_read_are_named(tmp_path, text, line):
    (tmp_path / "x.yaml").write_text(text)
    with pytest.raises(ValueError, match=line):
        read_settings(tmp_path / "x.yaml")


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("a.fits", ("a.fits", None)),
        ("a.fits[SCI]", ("a.fits", "SCI")),
        ("a.fits[2]", ("a.fits", 2)),
        ("a.fits.fz[SCI,2]", ("a.fits.fz", "SCI,2")),
        ("/data/*_sci.fits[WHT]", ("/data/*_sci.fits", "WHT")),
        ("M31[1].fits", ("M31[1].fits", None)),
        ("tile[12].d/a.fits", ("tile[12].d/a.fits", None)),
    ],
)
def test_extensions_are_split_from_paths(path, parts):
    assert split_extension(path) == parts


def test_brackets_of_an_existing_file_are_no_extension(tmp_path):
    path = tmp_path / "a.fits[SCI]"
    path.touch()
    assert split_extension(str(path)) == (str(path), None)
