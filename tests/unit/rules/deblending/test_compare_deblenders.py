"""From separate sources to the leaderboard: perfect and wrong separations of known blends."""

import numpy as np
import pytest
from described_blends import described

from workflow_scripts.formats.separations import columns_of
from workflow_scripts.formats.stacks import create_stack, open_stack
from workflow_scripts.formats.tables import read_csv
from workflow_scripts.rules.deblending.compare_deblenders import compare_deblenders
from workflow_scripts.rules.deblending.measure_separations import measure_separations, towards_neighbour
from workflow_scripts.runtime.entry import built
from workflow_scripts.settings.contracts.deblenders import Sources

MEASURING = {"match_radius": 3.0, "aperture_radius": 3.0}
COMPARING = {"blendedness_edges": [0, 0.05, 1], "snr_edges": [0, 100], "n_bootstrap": 20}


def measure(folder, name, change, bands=0):
    """Measure separations that are a change of the truth; return the rows of galaxies and blends."""
    with open_stack(folder / "blends.h5") as stack, create_stack(folder / f"{name}.h5") as writer:
        for number in range(len(stack)):
            truth, masks, x, y = (stack[key][number] for key in ("truth", "masks", "x", "y"))
            truth = truth if bands else truth[..., None]
            writer.append(**columns_of(number, change(Sources(x, y, truth, masks)), 3 if bands else 2))
    files = {key: folder / name / f"test_{key}.csv" for key in ("galaxies", "blends")}
    options = built(measure_separations, MEASURING)
    measure_separations(described=folder / "blends.h5", separated=folder / f"{name}.h5", **files, options=options)
    return [read_csv(path) for path in files.values()]


def scaled(factor):
    return lambda sources: Sources(sources.x, sources.y, factor * sources.image, sources.mask)


def first_alone(sources):
    return Sources(sources.x[:1], sources.y[:1], sources.image[:1], sources.mask[:1])


def compare(folder, names):
    files = {key: [folder / name / f"test_{key}.csv" for name in names] for key in ("galaxies", "blends")}
    made = {"leaderboard": folder / "leaderboard.csv", "bins": folder / "bins.csv"}
    compare_deblenders(**files, **made, options=built(compare_deblenders, {**COMPARING, "deblenders": names}), seed=1)
    return [read_csv(path) for path in made.values()]


@pytest.mark.parametrize("bands", [0, 3])
def test_the_truth_itself_is_perfect(tmp_path, bands):
    described(tmp_path, bands, separations=(16, 10))
    galaxies, blends = measure(tmp_path, "perfect", lambda sources: sources, bands)
    assert len(galaxies) == 4
    for row in galaxies:
        assert (row["detected"], row["psnr"]) == ("1", ""), "PSNR is infinite"
        known = {name: float(row[name]) for name in ("iou", "ssim", "flux_bias", "flux_error", "pull")}
        assert known == pytest.approx({"iou": 1, "ssim": 1, "flux_bias": 0, "flux_error": 0, "pull": 0}, abs=1e-6)
        assert float(row["ellipticity_bias"]) == pytest.approx(0, abs=1e-6)
        assert row["colour_bias"] == ("" if not bands else "0")
    assert blends[0] == {"blend": "0", "n_galaxies": "2", "n_sources": "2", "n_matched": "2"}
    assert ("found_flux_g" in galaxies[0]) == bool(bands)


def test_a_known_error_is_measured(tmp_path):
    described(tmp_path, separations=(16, 10))
    galaxies, _ = measure(tmp_path, "bright", scaled(1.1))
    assert all(float(row["flux_bias"]) == pytest.approx(0.1, rel=1e-4) for row in galaxies)
    assert all(float(row["aperture_bias"]) == pytest.approx(0.1, rel=1e-4) for row in galaxies)
    pulls = [float(row["pull"]) * np.sqrt(np.pi) * 3 / float(row["aperture_flux"]) for row in galaxies]
    assert pulls == pytest.approx([0.1] * 4, rel=0.01)


def test_a_galaxy_without_a_source_has_the_largest_error(tmp_path):
    described(tmp_path, separations=(16, 10))
    galaxies, blends = measure(tmp_path, "blind", first_alone)
    assert [(row["detected"], row["flux_error"], row["iou"]) for row in galaxies[1::2]] == [("0", "1", "")] * 2
    assert blends[1]["n_matched"] == "1"


def test_the_leaderboard_has_the_best_first_and_differences(tmp_path):
    described(tmp_path, separations=(16, 10, 12))
    for name, change in (("bright", scaled(1.1)), ("perfect", scaled(1)), ("blind", first_alone)):
        measure(tmp_path, name, change)
    leaderboard, bins = compare(tmp_path, ["bright", "perfect", "blind"])
    assert [row["deblender"] for row in leaderboard] == ["perfect", "bright", "blind"]
    errors = [[float(row[f"flux_error{end}"]) for end in ("", "_low", "_high", "_more")] for row in leaderboard]
    expected = [[0] * 4, [0.1] * 4, [0.5] * 4]
    assert np.ravel(errors) == pytest.approx(np.ravel(expected), abs=1e-3)
    assert [row["completeness"] for row in leaderboard] == ["1", "1", "0.5"]
    in_bins = [(row["by"], row["low"], row["n"]) for row in bins if row["statistic"] == "iou"][:3]
    assert in_bins == [("blendedness", "0", "0"), ("blendedness", "0.05", "6"), ("snr", "0", "6")]
    assert next(row for row in bins if row["statistic"] == "iou")["value"] == ""


def test_deblenders_of_other_blends_are_not_compared(tmp_path):
    described(tmp_path, separations=(16, 10))
    measure(tmp_path, "one", scaled(1))
    described(tmp_path, separations=(16, 11))
    measure(tmp_path, "other", scaled(1))
    with pytest.raises(ValueError, match="other and the first deblender have different galaxies"):
        compare(tmp_path, ["one", "other"])


def test_the_component_towards_the_neighbour():
    places = np.array([[0.0, 0.0], [0.0, 3.0], [9.0, 0.0]])
    assert towards_neighbour((-0.1, 0.3), places, 0) == pytest.approx(0.1), "along y"
    assert np.isnan(towards_neighbour((-0.1, 0.3), places[:1], 0))
