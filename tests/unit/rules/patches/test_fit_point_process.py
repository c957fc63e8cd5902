"""The rule that fits a point process: every source counts, those that fit a patch give their marks."""

import numpy as np
import pytest

from workflow_scripts.formats.catalogues import write_catalogue
from workflow_scripts.formats.stacks import create_stack
from workflow_scripts.rules.generation.generate_skies import read_process
from workflow_scripts.rules.patches.fit_point_process import fit_point_process
from workflow_scripts.runtime.entry import built


def fit(folder, n, n_large=0):
    rng = np.random.default_rng(0)
    npix = np.concatenate([rng.integers(5, 120, n - n_large), np.full(n_large, 900)])
    columns = {"field": np.arange(n) % 20, "x": rng.uniform(0, 63, n), "y": rng.uniform(0, 63, n), "npix": npix}
    columns |= {"flux": 10.0 * npix, "peak": np.full(n, 30.0), "flux_radius": np.sqrt(npix)}
    columns |= {"ellipticity": np.full(n, 0.25), "theta": np.full(n, 30.0)}
    write_catalogue(folder / "sources.ecsv", columns)
    with create_stack(folder / "fields.h5") as writer:
        block = np.arange(20) // 4
        place = {"parent": np.zeros(20, int), "block": block, "x0": 136 * block, "y0": np.zeros(20, int)}
        place["x0"] += 64 * (np.arange(20) % 4 // 2)
        place["y0"] += 64 * (np.arange(20) % 2)
        writer.append(image=np.zeros((20, 64, 64), np.float32), **place)
    fit_point_process(
        fields=folder / "fields.h5",
        catalogue=folder / "sources.ecsv",
        process=folder / "process.h5",
        options=built(fit_point_process, {"max_npix": 400, "size_classes": [50, 80, 110]}),
        seed=1,
        code="",
    )
    return read_process(folder / "process.h5", "cpu")


def test_sources_that_do_not_fit_a_patch_count_but_give_no_marks(tmp_path):
    process = fit(tmp_path, 200, n_large=10)
    assert process.n_sources == pytest.approx(10, rel=0.05)  # a few more: some lie too close to be resolved
    marks = process.marks
    assert {len(values) for values in (*marks.values(), process.local_density)} == {190}
    assert marks["npix"].max() < 120
    np.testing.assert_array_equal(marks["size_class"], np.digitize(marks["npix"], [50, 80, 110]) + 1)
    np.testing.assert_allclose(marks["theta"], 30)
    np.testing.assert_allclose(marks["axis_ratio"], 0.75)
    assert (np.diff(process.local_density[process.by_density]) >= 0).all()


def test_too_few_sources_are_an_error(tmp_path):
    with pytest.raises(ValueError, match=r"sources\.ecsv: 15 sources; a point process needs at least 16"):
        fit(tmp_path, 15)
    assert not (tmp_path / "process.h5").exists()
