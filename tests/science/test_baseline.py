"""The baseline deblender on blends whose answer is known."""

import json

import numpy as np
import pytest

from workflow_scripts.formats.stacks import create_stack
from workflow_scripts.formats.tables import read_csv
from workflow_scripts.rules.blending.deblend_blends import deblend_blends
from workflow_scripts.runtime.entry import built

OPTIONS = {
    "threshold_sigma": 3.0,
    "min_area": 5,
    "deblend_thresholds": 32,
    "deblend_contrast": 0.005,
    "match_radius": 3,
    "blendedness_edges": [0, 0.1, 1],
    "n_bootstrap": 20,
}
SIZE, WIDTH, FLUX = 64, 2.0, 5000.0


def gaussian(x, y):
    rows, columns = np.mgrid[:SIZE, :SIZE]
    light = np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * WIDTH**2))
    return (FLUX * light / (2 * np.pi * WIDTH**2)).astype(np.float32)


def deblended(folder, separation, n=20, bands=0, noise=1.0):
    """Deblend pairs of equal Gaussians; return the summary and the rows of the galaxies."""
    rng = np.random.default_rng(1)
    places = np.array([[[20.0, 30.0], [20.0 + separation, 30.0]]] * n) + rng.uniform(-0.5, 0.5, (n, 1, 2))
    truth = np.array([[gaussian(*place) for place in pair] for pair in places])
    if bands:
        truth = np.stack([truth * (1 + band) for band in range(bands)], axis=-1)
    variance = np.full((n, *truth.shape[2:]), noise**2, np.float32)
    image = truth.sum(axis=1) + noise * rng.standard_normal(variance.shape).astype(np.float32)
    flat = truth.reshape(n, 2, -1).astype(float)
    shared = np.einsum("ngp,np->ng", flat, flat.sum(axis=1))
    blendedness = 1 - np.einsum("ngp,ngp->ng", flat, flat) / shared
    known = {"n_galaxies": np.full(n, 2), "snr": np.full((n, 2), 50.0), "blendedness": blendedness}
    with create_stack(folder / "blends.h5") as writer:
        writer.append(image=image, variance=variance, truth=truth, x=places[..., 0], y=places[..., 1], **known)
    made = {"galaxies": folder / "galaxies.csv", "summary": folder / "summary.json"}
    deblend_blends(described=folder / "blends.h5", **made, options=built(deblend_blends, OPTIONS), seed=1)
    return json.loads(made["summary"].read_text()), read_csv(made["galaxies"])


def test_bright_galaxies_far_apart_are_found_with_their_flux(tmp_path):
    summary, rows = deblended(tmp_path, separation=28)
    assert summary["completeness"][0] == 1
    assert summary["purity"][0] == 1
    assert abs(summary["flux_bias"][0]) < 0.02
    assert len(rows) == 40
    assert all(abs(float(row["found_x"]) - float(row["x"])) < 0.2 for row in rows)
    assert float(rows[0]["separation"]) == pytest.approx(28)


def test_two_at_one_place_are_one_with_the_flux_of_both(tmp_path):
    summary, _ = deblended(tmp_path, separation=0)
    assert summary["completeness"][0] == 0.5
    assert summary["purity"][0] == 1
    assert summary["flux_bias"][0] == pytest.approx(1, abs=0.05)
    assert [row["n"] for row in summary["bins"]] == [0, 40]


def test_noiseless_models_are_deblended_too(tmp_path):
    summary, _ = deblended(tmp_path, separation=28, noise=0.0)
    assert summary["completeness"][0] == summary["purity"][0] == 1


def test_several_bands_are_seen_as_their_mean(tmp_path):
    summary, rows = deblended(tmp_path, separation=28, n=5, bands=3)
    assert summary["completeness"][0] == 1
    assert float(rows[0]["flux"]) == pytest.approx(2 * FLUX, rel=1e-3)


def test_no_blend_is_an_error(tmp_path):
    with create_stack(tmp_path / "blends.h5") as writer:
        writer.append(image=np.zeros((0, 8, 8), np.float32))
    with pytest.raises(ValueError, match="no blend to deblend"):
        made = {"galaxies": tmp_path / "galaxies.csv", "summary": tmp_path / "summary.json"}
        deblend_blends(described=tmp_path / "blends.h5", **made, options=built(deblend_blends, OPTIONS), seed=1)
    assert not (tmp_path / "galaxies.csv").exists()
