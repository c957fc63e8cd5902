import pytest

from workflow_scripts.formats.tables import read_csv, write_csv


def test_rows_come_back_as_text(tmp_path):
    write_csv(tmp_path / "a.csv", [{"id": 1, "name": "a, b"}, {"id": 2, "name": 'c "d"'}])
    assert read_csv(tmp_path / "a.csv", ["id"]) == [{"id": "1", "name": "a, b"}, {"id": "2", "name": 'c "d"'}]


def test_an_empty_table_has_a_header(tmp_path):
    write_csv(tmp_path / "a.csv", [], ["id", "name"])
    assert (tmp_path / "a.csv").read_text() == "id,name\n"
    assert read_csv(tmp_path / "a.csv", ["name"]) == []


def test_missing_columns_are_named(tmp_path):
    write_csv(tmp_path / "a.csv", [{"id": 1, "mag": 2}])
    with pytest.raises(ValueError, match="no column radius, z; it has id, mag"):
        read_csv(tmp_path / "a.csv", ["id", "radius", "z"])
