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


@pytest.mark.parametrize(
    "text",
    [
        "id, name , z\n1, a b ,2\n",
        "id;name;z\n1; a b;2\n",
        "id\tname\tz\n1\ta b\t 2\n",
        "\ufeffid,name,z\r\n1,a b,2\r\n",
        'id; "name"; z\n1; "a b"; 2\n\n',
    ],
)
def test_delimiters_blanks_and_line_ends_of_others(tmp_path, text):
    (tmp_path / "a.csv").write_text(text, encoding="utf-8", newline="")
    assert read_csv(tmp_path / "a.csv", ["id", "name", "z"]) == [{"id": "1", "name": "a b", "z": "2"}]


def test_a_comma_in_quotes_is_no_delimiter(tmp_path):
    (tmp_path / "a.csv").write_text('"class, rough";id\n"E, S0";1\n')
    assert read_csv(tmp_path / "a.csv") == [{"class, rough": "E, S0", "id": "1"}]


def test_what_is_no_text_is_refused_in_one_line(tmp_path):
    (tmp_path / "a.csv").write_bytes("id,größe\n1,2\n".encode("latin-1"))
    with pytest.raises(ValueError, match=r"a.csv: not text in UTF-8: save the table as CSV in UTF-8$"):
        read_csv(tmp_path / "a.csv")
