"""Names and tables of the page."""

from workflow_scripts.report.names import display_name, enumerate_names, row_name
from workflow_scripts.report.tables import plain_rows


def test_plain_tables_have_their_intervals_in_one_cell():
    row = {"training": "few_real", "n_real": "10", "accuracy": "0.91234", "accuracy_low": "0.9", "accuracy_high": "1.0"}
    (displayed,) = plain_rows([row])
    assert [cell["text"] for cell in displayed.values()] == ["few real", "10", "0.912 (0.900\u00a0to\u00a01.000)"]
    assert [cell["number"] for cell in displayed.values()] == [False, True, True]
    assert plain_rows([{"loss": "3e-05"}])[0]["loss"]["text"] == "0.000"


def test_names_beside_pictures_fit_there():
    assert row_name("real_test") == "real"
    assert row_name("naive") == "naive"
    assert row_name("point_process_real_stamps") == "point process\nreal stamps"
    assert row_name("end_to_end_dcgan") == "end to end DCGAN"


def test_names_of_metrics_are_those_of_the_field():
    names = ("two_sample_auc", "ripley_k", "nearest_neighbour", "power_spectrum_distance", "half_light_radius")
    assert [display_name(name) for name in names] == [
        "two-sample classifier AUC",
        "Ripley's K function",
        "nearest-neighbour distances",
        "power spectrum distance",
        "half-light radius",
    ]


def test_enumerations():
    assert [enumerate_names(list(names)) for names in ("", "a", "ab", "abc")] == ["", "a", "a and b", "a, b and c"]
