"""The declared quantities: units that astropy knows, one name for one meaning, kinds that conditioning follows."""

from collections import Counter

import numpy as np
from astropy import units

from workflow_scripts.attributes.attribute import PIXEL_UNIT, needs_logarithm
from workflow_scripts.attributes.known import FLUX, KNOWN, THETA, galaxy_column, source_column
from workflow_scripts.attributes.requests import standardised, strips
from workflow_scripts.training.conditions import fit_conditions


def test_every_unit_is_one_of_astropy_and_every_attribute_is_described():
    texts = {one.name: one.unit for one in KNOWN.values() if one.unit != PIXEL_UNIT}
    assert [name for name, text in texts.items() if text and units.Unit(text).to_string() != text] == []
    assert [one.name for one in KNOWN.values() if not (one.label and one.description)] == []


def test_one_definition_has_one_name():
    definitions = Counter(one.description for one in KNOWN.values())
    assert [text for text, count in definitions.items() if count > 1] == []
    places = {"x": {"x", "x_parent", "x_image"}, "y": {"y", "y_parent", "y_image"}}  # of one centre in several images
    labels = Counter(one.label for one in KNOWN.values() if one.name not in places.get(one.label, ()))
    assert [text for text, count in labels.items() if count > 1] == []


def test_angles_are_in_degrees_everywhere():
    assert galaxy_column("theta").unit == "deg"
    assert galaxy_column("requested_theta").unit == galaxy_column("measured_theta").unit == "deg"
    assert source_column("theta").unit == "deg"
    assert KNOWN["symmetry"].kind == "identifier"


def test_columns_of_a_role_keep_what_they_are():
    flux = galaxy_column("requested_flux")
    assert (flux.kind, flux.unit_on("uJy")) == ("logarithmic", "uJy")
    assert flux.description.startswith("requested")
    assert galaxy_column("measured_by_hand").description == "measured: as the data set gives it"


def test_impossible_values():
    assert KNOWN["axis_ratio"].impossible([-0.1, 0, 1, 1.1, np.nan]).tolist() == [True, False, False, True, False]
    assert not THETA.impossible([400.0]).any()


def test_labels_of_axes():
    assert FLUX.axis_label == "log10 flux"
    assert KNOWN["half_light_radius"].axis_label == "half-light radius [pix]"


def test_conditioning_requests_and_strips_take_logarithms_alike():
    """A positive attribute that spans over a decade: its middle is the geometric mean everywhere."""
    for high, middle in ((9.0, 5.0), (100.0, 10.0)):
        data = {"flux": np.array([1.0, high] * 50)}
        described = fit_conditions(data, {})[0]
        assert described["log"] == needs_logarithm(1.0, high) == (high > 10)
        np.testing.assert_allclose(standardised(np.array([middle]), data["flux"]), 0, atol=1e-12)
        np.testing.assert_allclose(strips(3, data)[0]["flux"][1], middle)


def test_conditioning_takes_the_kind_from_the_attribute():
    columns = {"class": np.array([0, 1]), "theta": np.array([1.0, 2.0]), "flux": np.array([1.0, 2.0])}
    assert [one["kind"] for one in fit_conditions(columns, {})] == ["class", "angle", "number"]
