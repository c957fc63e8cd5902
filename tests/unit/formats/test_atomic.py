import pytest

from workflow_scripts.formats.atomic import read_json, whole_file, write_json, write_text


def test_an_error_inside_the_block_leaves_the_old_file_and_no_part(tmp_path):
    path = tmp_path / "product.txt"
    path.write_text("old")
    with pytest.raises(RuntimeError, match="half way"):
        with whole_file(path) as part:
            part.write_text("ne")
            raise RuntimeError("half way")
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["product.txt"]


def test_the_product_appears_when_the_block_ends(tmp_path):
    path = tmp_path / "new" / "product.txt"
    with whole_file(path) as part:
        part.write_text("new")
        assert not path.exists()
    assert path.read_text() == "new"
    assert not part.exists()


def test_a_part_left_by_a_kill_is_overwritten(tmp_path):
    (tmp_path / ".a.txt.0123abcd.part").write_text("litter of a killed job")
    write_text(tmp_path / "a.txt", "short")
    assert (tmp_path / "a.txt").read_text() == "short"
    assert len(list(tmp_path.iterdir())) == 1


def test_an_orphan_does_not_take_the_place_of_what_was_made_after_it(tmp_path):
    path = tmp_path / "[a].txt"
    with pytest.raises(FileNotFoundError):
        with whole_file(path) as part, part.open("w") as orphan:
            write_text(path, "new")
            orphan.write("old")
    assert path.read_text() == "new"
    assert [file.name for file in tmp_path.iterdir()] == ["[a].txt"]


def test_json_has_sorted_keys_and_comes_back(tmp_path):
    write_json(tmp_path / "one.json", {"b": 1, "a": [1.5, None]})
    write_json(tmp_path / "two.json", {"a": [1.5, None], "b": 1})
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()
    assert read_json(tmp_path / "one.json") == {"a": [1.5, None], "b": 1}
