import numpy as np
import pytest
from described_blends import described
from gaussian_blends import SIZE

from workflow_scripts.formats.separations import open_separations
from workflow_scripts.rules.deblending.separate_blends import check_sources, separate_blends
from workflow_scripts.runtime.entry import built
from workflow_scripts.settings.contracts.deblenders import Sources

DETECTION = {"threshold_sigma": 3.0, "min_area": 5, "deblend_thresholds": 32, "deblend_contrast": 0.005}


def separate(folder, deblender="sep_combined", positions="detected", **options):
    """Separate the blends of a folder; return those of each blend."""
    given = {"deblender": deblender, "options": options, "positions": positions, "detection": DETECTION}
    files = {"described": folder / "blends.h5", "stamps": folder / "stamps.h5", "separated": folder / "sources.h5"}
    separate_blends(**files, results=[], options=built(separate_blends, given), code="")
    with open_separations(folder / "sources.h5") as found:
        return [found.sources(number, found.columns["image"].shape[1:3] + (1,)) for number in range(2)]


@pytest.mark.parametrize("deblender", ["sep_combined", "symmetric_templates"])
def test_every_blend_has_its_sources(tmp_path, deblender):
    described(tmp_path)
    found = separate(tmp_path, deblender)
    assert [len(one["x"]) for one in found] == [2, 1]
    assert found[1]["image"].sum() == pytest.approx(2 * 5000, rel=0.03)


def test_known_positions_replace_detections(tmp_path):
    described(tmp_path)
    found = separate(tmp_path, "symmetric_templates", "known")
    assert [one["x"].tolist() for one in found] == [[16, 32], [16, 16]]


def test_bands_are_kept(tmp_path):
    described(tmp_path, bands=3)
    given = {"deblender": "sep_combined", "options": {}, "positions": "detected", "detection": DETECTION}
    files = {"described": tmp_path / "blends.h5", "stamps": tmp_path / "stamps.h5", "separated": tmp_path / "s.h5"}
    separate_blends(**files, results=[], options=built(separate_blends, given), code="")
    with open_separations(tmp_path / "s.h5") as found:
        assert found.columns["image"].shape == (3, SIZE, SIZE, 3)


def test_noiseless_blends_are_separated(tmp_path):
    described(tmp_path, noise=0.0)
    assert [len(one["x"]) for one in separate(tmp_path)] == [2, 1]


@pytest.mark.parametrize(
    ("image", "line"),
    [(np.zeros((1, 4, 5, 2)), r"expected \(1, 4, 5, 1\)"), (np.full((1, 4, 5, 1), np.nan), "not finite")],
)
def test_arrays_of_a_wrong_deblender_are_refused(image, line):
    with pytest.raises(ValueError, match=f"mine, blend 3: .*{line}"):
        check_sources(Sources(np.zeros(1), np.zeros(1), image, np.zeros((1, 4, 5))), (4, 5), "mine, blend 3")
