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


def test_an_empty_file_and_the_mark_of_a_spreadsheet(tmp_path):
    (tmp_path / "empty.csv").write_text("")
    with pytest.raises(ValueError, match="empty.csv: no column Id; it is empty"):
        read_csv(tmp_path / "empty.csv", ["Id"])
    (tmp_path / "sheet.csv").write_text("Id,Actual\n1,2\n", encoding="utf-8-sig")
    assert read_csv(tmp_path / "sheet.csv", ["Id"]) == [{"Id": "1", "Actual": "2"}]
