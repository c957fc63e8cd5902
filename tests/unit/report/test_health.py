"""The health of trainings: what is drawn, where, beside what."""

import math

import pytest

from workflow_scripts.report.health import EQUILIBRIUM, PUBLISHED, draw_diagnostics
from workflow_scripts.report.names import display_name

GAN = {name: [0.5, 0.6] for name in (*PUBLISHED, "constant_guess")} | {"step": [10, 20]}
DIFFUSION = {"step": [10, 20], "physics_loss": [0.2, 0.1], "constant_guess": [0.05, 0.05], "noise_loss": [1, 1]}


def test_every_metric_has_its_range_its_equilibrium_and_the_stages_that_log_it():
    panels = draw_diagnostics({"galaxy_gan": GAN, "galaxy_ddpm": DIFFUSION}).axes
    labels = [panel.get_legend_handles_labels()[1] for panel in panels]
    assert len(panels) == len(PUBLISHED)
    assert all("published range" in found and display_name("galaxy_gan") in found for found in labels)
    assert [display_name("galaxy_ddpm") in found for found in labels] == [name == "physics_loss" for name in PUBLISHED]
    assert ["equilibrium" in found for found in labels] == [name in EQUILIBRIUM for name in PUBLISHED]


def test_the_equilibrium_is_that_of_smoothed_labels():
    """A discriminator that says p of everything is cheapest at one half, if the labels add up to 1."""
    assert EQUILIBRIUM["discriminator_loss"] == pytest.approx(1.386, abs=1e-3)
    costs = {p: -(0.9 + 0.1) * math.log(p) - (0.1 + 0.9) * math.log(1 - p) for p in (0.4, 0.5, 0.6)}
    assert min(costs, key=costs.get) == EQUILIBRIUM["d_real"]
