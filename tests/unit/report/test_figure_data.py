"""What figures read out of the products."""

import numpy as np

from workflow_scripts.formats.stacks import create_stack
from workflow_scripts.report.figure_data import spectra


def test_spectra_are_means_over_the_tiles_and_bands_of_a_field(tmp_path):
    names = ["median_band0", *(f"log_power_{k}_band{band}" for band in (0, 1) for k in ("2.0", "10.5"))]
    values = np.array([[9, 1, 2, 3, 4], [9, 3, 4, 5, 6], [9, 0, 0, 0, 8]], np.float32)
    with create_stack(tmp_path / "f.h5", columns=",".join(names)) as writer:
        writer.append(value=values, owner=np.array([0, 0, 1]))
    power, cycles = spectra(tmp_path / "f.h5")
    assert cycles.tolist() == [2.0, 10.5]
    assert power.tolist() == [[3.0, 4.0], [0.0, 4.0]]


def test_spectra_of_a_block_are_means_over_its_fields(tmp_path):
    with create_stack(tmp_path / "f.h5", columns="log_power_1.0") as writer:
        values = np.array([[1], [3], [7]], np.float32)
        writer.append(value=values, owner=np.arange(3), group=np.array([4, 4, 9]))
    assert spectra(tmp_path / "f.h5", "group")[0].tolist() == [[2.0], [7.0]]


def test_one_band_has_no_suffix(tmp_path):
    with create_stack(tmp_path / "f.h5", columns="log_power_1.0,log_power_corners") as writer:
        writer.append(value=np.ones((2, 2), np.float32), owner=np.arange(2))
    assert spectra(tmp_path / "f.h5")[0].tolist() == [[1.0], [1.0]]
