"""The archive of CANDELS stamps, from a server on this machine that behaves badly."""

import io
import json
import tarfile

import numpy as np
import pytest

from tests.unit.datasets.serving import ARCHIVE, HEADER, archive_of, members_of, release, serve, synthetic_stamps
from workflow_scripts.datasets.candels import MEMBERS, Options, describe, fetch, read
from workflow_scripts.formats import downloads

NOWHERE = {"record": "http://127.0.0.1:9/api/records/1"}


@pytest.fixture(autouse=True)
def no_pause(monkeypatch):
    monkeypatch.setattr(downloads.time, "sleep", lambda _: None)


@pytest.fixture(scope="module")
def content():
    return archive_of(release())


@pytest.mark.parametrize("flag", [False, True])
def test_both_releases_are_brought_and_read(tmp_path, flag):
    images, maps, rows = synthetic_stamps(flag=flag)
    with serve(archive_of(release(flag))) as publisher:
        options = Options(**publisher.options)
        records = fetch(tmp_path, options)
    assert records[0]["licence"] == "cc-by-4.0"
    assert "record's checksum" in records[0]["verified"]
    assert [len(record["sha256"]) for record in records] == [64] * 4
    found = list(read(tmp_path, options))
    assert len(found) == len(rows)
    for (stamp, row), image, labels in zip(found, images, maps, strict=True):
        assert (row["field"], row["galtype"] in ("irr", "disk", "sph", "sphd")) == ("COSMOS", True)
        assert ("clean_flag" in row) == flag
        assert stamp["segmentation"].dtype == np.int32
        np.testing.assert_array_equal(stamp["segmentation"], labels)
        assert stamp["segmentation"].max() == 1164
        assert abs(np.median(stamp["image"][labels == 0])) < 0.01
        np.testing.assert_allclose(image - stamp["image"], 0.02, atol=0.05)
        assert 0.005 < stamp["noise"] < 0.05
    assert describe(tmp_path, options)["zeropoint_ab"] == 25.96


def test_a_broken_connection_is_gone_on_with(tmp_path, content):
    with serve(content) as publisher:
        publisher.breaks = [1000, 5000]
        fetch(tmp_path, Options(**publisher.options))
        assert publisher.ranges_requested == ["", "bytes=1000-", "bytes=6000-"]
    assert (tmp_path / ARCHIVE).read_bytes() == content
    assert not list(tmp_path.glob("*.part"))


def test_a_killed_download_is_gone_on_with(tmp_path, content):
    (tmp_path / f"{ARCHIVE}.part").write_bytes(content[:700])
    with serve(content) as publisher:
        fetch(tmp_path, Options(**publisher.options))
        assert publisher.ranges_requested == ["bytes=700-"]
    assert (tmp_path / ARCHIVE).read_bytes() == content


def test_a_server_that_sends_no_ranges(tmp_path, content):
    with serve(content) as publisher:
        publisher.ranges, publisher.breaks = False, [1000]
        fetch(tmp_path, Options(**publisher.options))
    assert (tmp_path / ARCHIVE).read_bytes() == content


def test_a_server_that_breaks_off_for_ever(tmp_path, content):
    with serve(content) as publisher:
        publisher.breaks = [0] * 50
        with pytest.raises(ValueError, match=r"download it by hand from .*/records/1 and save it as .*data\.tar\.gz"):
            fetch(tmp_path, Options(**publisher.options))
        assert len(publisher.ranges_requested) == 6


def test_progress_is_logged(tmp_path, content, caplog):
    caplog.set_level("INFO")
    with serve(content) as publisher:
        fetch(tmp_path, Options(**publisher.options))
    assert f"{ARCHIVE}: {len(content) / 1e6:.1f} of {len(content) / 1e6:.1f} MB" in caplog.text


def test_without_a_network_one_line_says_what_to_do(tmp_path):
    with pytest.raises(ValueError, match="by hand") as error:
        fetch(tmp_path, Options(**NOWHERE))
    assert "https://zenodo.org/records/2604740" in str(error.value)
    assert str(tmp_path / ARCHIVE) in str(error.value)
    assert "\n" not in str(error.value)


def test_a_file_put_there_is_verified_and_used(tmp_path, content):
    (tmp_path / ARCHIVE).write_bytes(content)
    records = fetch(tmp_path, Options(**NOWHERE))
    assert "options' checksums" in records[0]["verified"]
    assert len(list(read(tmp_path, Options()))) == 12
    with serve(content) as publisher:
        assert "record's checksum" in fetch(tmp_path, Options(**publisher.options))[0]["verified"]
        assert publisher.ranges_requested == []


@pytest.mark.parametrize("kind", ["md5", "sha256"])
def test_a_pinned_checksum_holds_without_a_network(tmp_path, content, kind):
    (tmp_path / ARCHIVE).write_bytes(content)
    fetch(tmp_path, Options(**NOWHERE, **{kind: downloads.checksum(tmp_path / ARCHIVE, kind)}))
    wrong = {"md5": "0" * 32, "sha256": "0" * 64}[kind]
    with pytest.raises(ValueError, match=f"{ARCHIVE}: its {kind} is .*the option {kind} states 000"):
        fetch(tmp_path, Options(**NOWHERE, **{kind: wrong}))
    assert (tmp_path / ARCHIVE).exists(), "the user's own file is not removed"


def test_a_wrong_checksum(tmp_path, content):
    with serve(content) as publisher:
        publisher.checksum = "md5:" + "1" * 32
        with pytest.raises(ValueError, match=r"its md5 is .*states 1111.*removed: run again"):
            fetch(tmp_path, Options(**publisher.options))
    assert not list(tmp_path.glob("*.npy"))
    assert not (tmp_path / ARCHIVE).exists()


def test_a_file_of_another_size(tmp_path, content):
    (tmp_path / ARCHIVE).write_bytes(content[:-10])
    with serve(content) as publisher:
        with pytest.raises(ValueError, match=rf"{len(content) - 10} bytes, {len(content)} are expected"):
            fetch(tmp_path, Options(**publisher.options))


@pytest.mark.parametrize("share", [0.02, 0.5, 0.9])
def test_a_truncated_archive(tmp_path, content, share):
    (tmp_path / ARCHIVE).write_bytes(content[: int(share * len(content))])
    with pytest.raises(ValueError, match=rf"{ARCHIVE}: truncated, or not a tar.gz"):
        fetch(tmp_path, Options(**NOWHERE))
    assert not [path for path in tmp_path.iterdir() if path.name not in (ARCHIVE, ".lock")]


def member(name, kind, target=""):
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


BAD_MEMBERS = {
    "parent": (member("data/../../evil.npy", tarfile.REGTYPE), "points outside"),
    "absolute": (member("/tmp/evil.npy", tarfile.REGTYPE), "points outside"),
    "backslash": (member("..\\evil.npy", tarfile.REGTYPE), "points outside"),
    "symbolic link": (member("data/candels_img.npy", tarfile.SYMTYPE, "/etc/passwd"), "is a link to '/etc/passwd'"),
    "hard link": (member("data/x", tarfile.LNKTYPE, "data/candels_img.npy"), "is a link"),
    "device": (member("data/x", tarfile.CHRTYPE), "neither a file nor a folder"),
    "pipe": (member("data/x", tarfile.FIFOTYPE), "neither a file nor a folder"),
}


@pytest.mark.parametrize("case", BAD_MEMBERS)
def test_members_that_are_refused(tmp_path, case):
    info, words = BAD_MEMBERS[case]
    folder = tmp_path / "data" / "candels"
    folder.mkdir(parents=True)
    (folder / ARCHIVE).write_bytes(archive_of(release(n=2), info))
    with pytest.raises(ValueError, match=words) as error:
        fetch(folder, Options(**NOWHERE))
    assert repr(info.name) in str(error.value)
    assert not list(tmp_path.rglob("*.np*"))


@pytest.mark.parametrize("name", MEMBERS)
def test_an_archive_without_a_file(tmp_path, name):
    files = release(n=2)
    del files[name]
    (tmp_path / ARCHIVE).write_bytes(archive_of(files))
    with pytest.raises(ValueError, match=f"no member {name}"):
        fetch(tmp_path, Options(**NOWHERE))


def test_a_catalogue_without_a_column(tmp_path):
    images, maps, rows = synthetic_stamps(n=2)
    files = members_of(images, maps, [row[:8] for row in rows], HEADER[:8])
    (tmp_path / ARCHIVE).write_bytes(archive_of(files))
    fetch(tmp_path, Options(**NOWHERE))
    with pytest.raises(ValueError, match=r"candels_cat.csv: no column segval, galtype; it has id, ra, dec"):
        next(read(tmp_path, Options()))


def test_a_record_without_the_file(tmp_path, content):
    with serve(content) as publisher:
        with pytest.raises(ValueError, match=r"the record has no file other.tar.gz"):
            fetch(tmp_path, Options(**publisher.options, archive="other.tar.gz"))


def test_two_jobs_do_not_download_at_once(tmp_path, content):
    (tmp_path / ARCHIVE).write_bytes(content)
    with downloads.locked(tmp_path), pytest.raises(ValueError, match="another job is downloading here"):
        fetch(tmp_path, Options(**NOWHERE))


def test_only_http_is_requested(tmp_path):
    (tmp_path / "record.json").write_text(json.dumps({"files": []}))
    with pytest.raises(ValueError, match="not an address that begins with http"):
        fetch(tmp_path, Options(record=f"file://{tmp_path}/record.json"))


def test_npy_that_would_run_code_is_not_read(tmp_path):
    files = release(n=2)
    np.save(file := io.BytesIO(), np.array([{}, {}], object), allow_pickle=True)
    (tmp_path / ARCHIVE).write_bytes(archive_of({**files, "candels_img.npy": file.getvalue()}))
    fetch(tmp_path, Options(**NOWHERE))
    with pytest.raises(ValueError, match=r"candels_img.npy: not a readable NPY"):
        next(read(tmp_path, Options()))


def test_an_address_that_does_not_exist_is_not_tried_again(tmp_path, content):
    with serve(content) as publisher:
        publisher.refuses = 404
        with pytest.raises(ValueError, match="HTTP Error 404.*by hand"):
            fetch(tmp_path, Options(**publisher.options))
        assert len(publisher.ranges_requested) == 1


def test_a_part_that_is_longer_than_the_file_is_found_out(tmp_path, content):
    """It may be of another release: what came is not what the record says, and is removed."""
    (tmp_path / f"{ARCHIVE}.part").write_bytes(content + b"more")
    with serve(content) as publisher:
        with pytest.raises(ValueError, match="bytes, .* are expected; it was removed: run again"):
            fetch(tmp_path, Options(**publisher.options))
        fetch(tmp_path, Options(**publisher.options))
    assert (tmp_path / ARCHIVE).read_bytes() == content


def test_a_full_disk_is_not_tried_again(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(downloads, "receive", full)
    with pytest.raises(OSError, match="No space left"):
        downloads.download("http://127.0.0.1/x", tmp_path / "x", 10, tries=99)
