"""Files, archives and tables of pictures: every file once, with what is stated about it."""

import io
import tarfile
import zipfile

import pytest

from workflow_scripts.formats.picture_sets import picture_files

CONTENT = {"a.png": b"first", "sub/b.jpg": b"second", ".hidden.png": b"", "__MACOSX/._a.png": b"", "sub/.DS_Store": b""}


def write_zip(path):
    with zipfile.ZipFile(path, "w") as file:
        for name, content in CONTENT.items():
            file.writestr(name, content)


def write_tar(path, **more):
    with tarfile.open(path, "w:gz" if path.name.endswith("gz") else "w") as file:
        for name, content in CONTENT.items():
            member = tarfile.TarInfo(name)
            member.size, member.type = len(content), more.get("type", tarfile.REGTYPE)
            file.addfile(member, io.BytesIO(content))


@pytest.mark.parametrize("name", ["set.zip", "set.tar", "set.tar.gz", "SET.TGZ"])
def test_members_of_archives_are_read_one_by_one(tmp_path, name):
    path = tmp_path / name
    (write_zip if name.endswith("zip") else write_tar)(path)
    found = [(one.name, one.path.suffix, one.path.read_bytes()) for one in picture_files([str(path)])]
    assert found == [(f"{path}/a.png", ".png", b"first"), (f"{path}/sub/b.jpg", ".jpg", b"second")]


def test_nothing_of_an_archive_remains(tmp_path):
    write_zip(tmp_path / "set.zip")
    paths = [one.path for one in picture_files([str(tmp_path / "set.zip")])]
    assert not any(path.exists() or path.parent.exists() for path in paths)


def test_a_table_states_credits_and_each_file_is_read_once(tmp_path):
    (tmp_path / "list.csv").write_text(
        "file,credit,licence,page,origin\na.png,NASA,CC0,http://a,photograph\nc.png,Me,,,art\n"
    )
    files = [str(tmp_path / name) for name in ("a.png", "b.png", "list.csv")]
    found = list(picture_files(files, source_column="page"))
    assert [one.name for one in found] == [str(tmp_path / name) for name in ("b.png", "a.png", "c.png")]
    assert [(one.credit, one.licence, one.source, one.origin) for one in found] == [
        ("", "", "", ""),
        ("NASA", "CC0", "http://a", "photograph"),
        ("Me", "", "", "art"),
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name\na.png\n", "list.csv: no column file; it has name"),
        ("file,origin\na.png,real\n", "a.png: origin is 'real'"),
    ],
)
def test_invalid_tables_are_refused(tmp_path, text, words):
    (tmp_path / "list.csv").write_text(text)
    with pytest.raises(ValueError, match=words):
        list(picture_files([str(tmp_path / "list.csv")]))


def damaged(path):
    path.write_bytes(b"no archive at all" * 100)


def linking(path):
    write_tar(path, type=tarfile.SYMTYPE)


@pytest.mark.parametrize(
    ("name", "write", "words"),
    [
        ("set.zip", damaged, "not a readable archive"),
        ("set.tar.gz", damaged, "not a readable archive"),
        ("set.tar", linking, "member 'a.png' is a link"),
    ],
)
def test_damaged_and_unsafe_archives_are_refused(tmp_path, name, write, words):
    write(tmp_path / name)
    with pytest.raises(ValueError, match=words) as error:
        list(picture_files([str(tmp_path / name)]))
    assert str(tmp_path / name) in str(error.value)


def test_a_huge_member_is_refused_before_it_is_extracted(tmp_path, monkeypatch):
    monkeypatch.setattr("workflow_scripts.formats.picture_sets.MAX_MEMBER_BYTES", 5)
    write_zip(tmp_path / "set.zip")
    with pytest.raises(ValueError, match="member sub/b.jpg has 6 bytes, more than 5"):
        list(picture_files([str(tmp_path / "set.zip")]))
