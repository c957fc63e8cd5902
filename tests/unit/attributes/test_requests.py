import numpy as np
import pytest

from workflow_scripts.attributes.requests import complete_requests, draw_requests, out_of_range, strips


@pytest.fixture
def data():
    """Small round ellipticals and large flat spirals, three times as many of the former."""
    rng, kind = np.random.default_rng(0), np.repeat(["elliptical", "spiral"], [300, 100])
    large = kind == "spiral"
    radius = np.where(large, rng.uniform(8, 12, 400), rng.uniform(2, 4, 400))
    ratio = np.where(large, rng.uniform(0.2, 0.4, 400), rng.uniform(0.8, 1.0, 400))
    flux = 10 ** rng.uniform(1, 3, 400)
    return {
        "class": kind,
        "half_light_radius": radius,
        "axis_ratio": ratio,
        "flux": flux,
        "theta": rng.uniform(-90, 90, 400),
    }


def test_what_is_requested_stays_and_the_rest_is_like_the_data(data):
    requested = {"half_light_radius": np.full(200, 10.0), "axis_ratio": np.r_[np.full(100, 0.3), np.full(100, np.nan)]}
    whole = complete_requests(requested, data, np.random.default_rng(1))
    assert list(whole) == list(data)
    assert (whole["half_light_radius"] == 10).all()
    assert (whole["axis_ratio"][:100] == 0.3).all()
    assert set(whole["class"]) == {"spiral"}  # nothing else is as large
    assert whole["axis_ratio"].max() < 0.4
    assert len(set(whole["flux"])) > 15  # drawn, not copied from the one nearest


def test_a_class_alone_is_completed_from_its_class(data):
    whole = complete_requests({"class": np.repeat(["spiral", ""], 100)}, data, np.random.default_rng(2))
    assert set(whole["class"][:100]) == {"spiral"}
    assert whole["half_light_radius"][:100].min() >= 8
    assert 60 < (whole["class"][100:] == "elliptical").sum() < 90  # three quarters of the data


def test_an_unknown_class_is_refused(data):
    with pytest.raises(ValueError, match="request 2: no class 'spirl'; known: elliptical, spiral"):
        complete_requests({"class": np.array(["spiral", "spirl"])}, data, np.random.default_rng(0))


def test_drawn_requests_are_galaxies_of_the_data_and_balanced_on_demand(data):
    plain = draw_requests(1000, data, False, np.random.default_rng(3))
    assert (plain["class"] == "spiral").mean() == pytest.approx(0.25, abs=0.05)
    even = draw_requests(1000, data, True, np.random.default_rng(3))
    assert (even["class"] == "spiral").sum() == 500
    row = int(np.flatnonzero(data["flux"] == even["flux"][7])[0])
    assert all(data[name][row] == even[name][7] for name in data)


def test_out_of_range_is_by_class_and_attribute(data):
    requested = {name: values[[0, 0, 399]] for name, values in data.items()}
    requested["half_light_radius"] = np.array([3.0, 10.0, 10.0])
    requested["flux"] = np.array([100.0, 100.0, 5000.0])
    found = {name: flags.tolist() for name, flags in out_of_range(requested, data).items()}
    assert found["half_light_radius"] == [False, True, False]  # an elliptical of 10 pixels was never seen
    assert found["flux"] == [False, False, True]
    assert "theta" not in found


def test_a_strip_moves_one_attribute_and_nothing_else(data):
    requested, moved = strips(5, data)
    plan = len(moved) // 5
    for k in range(plan):
        rows = np.arange(k, len(moved), plan)
        changing = {name for name in data if len(set(requested[name][rows])) > 1}
        assert changing == {moved[k]}
    spirals = (requested["class"] == "spiral") & (moved == "half_light_radius")
    assert (np.diff(requested["half_light_radius"][spirals]) > 0).all()
    assert requested["half_light_radius"][spirals][0] < 8.2
    assert requested["half_light_radius"][spirals][-1] > 11.8


@pytest.mark.parametrize(
    ("name", "value", "limits"), [("axis_ratio", 1.5, "0 to 1"), ("half_light_radius", -2.0, "0 to inf")]
)
def test_impossible_values_are_refused(data, name, value, limits):
    requested = {name: np.array([np.nan, value])}
    with pytest.raises(ValueError, match=f"request 2: {name} {value:g} is not in the range {limits}"):
        complete_requests(requested, data, np.random.default_rng(0))


def test_an_angle_goes_round(data):
    whole = complete_requests({"theta": np.array([270.0])}, data, np.random.default_rng(0))
    assert whole["theta"].tolist() == [270.0]
