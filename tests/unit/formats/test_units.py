import pytest

from workflow_scripts.formats.units import normalised_unit


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("µJy", "uJy"),  # micro sign
        ("μJy", "uJy"),  # Greek mu
        (" nJy ", "nJy"),
        ("electron/s", "electron / s"),
        ("ELECTRONS/S", "electron / s"),
        ("e-/s", "electron / s"),
        ("electron s⁻¹", "electron / s"),
        ("electron·s-1", "electron / s"),
        ("counts/sec", "ct / s"),
        ("ADU", "adu"),
        ("nanomaggies", "nmgy"),
        ("MJy/sr", "MJy / sr"),
        ("DN", "DN"),
        ("stretched_DN", "stretched_DN"),
        ("noise deviations", "noise deviations"),
        ("", ""),
        (None, ""),
    ],
)
def test_units_come_in_the_spelling_of_astropy(text, unit):
    found = normalised_unit(text, "a.fits")
    assert found == unit
    assert found.isascii()


@pytest.mark.parametrize("text", ["bananas", "µµ", "1/", "☃"])
def test_an_unknown_unit_names_file_and_remedy(text):
    with pytest.raises(ValueError, match=r"^a.fits: unit .* is unknown: set the option unit of the data set") as error:
        normalised_unit(text, "a.fits")
    assert len(str(error.value).splitlines()) == 1
