"""Tables of the page."""

from workflow_scripts.report.tables import answer_rows, beside


def test_tables_as_they_stand_with_their_intervals_in_one_cell():
    row = {"training": "few_real", "n_real": "10", "accuracy": "0.91234", "accuracy_low": "0.9", "accuracy_high": "1.0"}
    (shown,) = answer_rows([row])
    assert [cell["text"] for cell in shown.values()] == ["few real", "10", "0.912 (0.900 to 1.000)"]
    assert [cell["number"] for cell in shown.values()] == [False, True, True]
    assert answer_rows([{"loss": "3e-05"}])[0]["loss"]["text"] == "0.000"


def test_what_stands_beside_pictures_fits_there():
    assert beside("real_test") == "real"
    assert beside("naive") == "naive"
    assert beside("point_process_real_stamps") == "point process\nreal stamps"
    assert beside("end_to_end_dcgan") == "end to end DCGAN"
