"""Diagnostics of adversarial training with a physics loss, beside the published ranges and the equilibrium."""

import math

from matplotlib.figure import Figure

from workflow_scripts.report.names import display_name
from workflow_scripts.report.style import CURVES, INK

PUBLISHED = {  # column: the range that the publication recommends
    "discriminator_loss": (0.6, 0.7),
    "adversarial_loss": (0.7, 1.5),
    "physics_loss": (0.0, 0.01),
    "d_real": (0.85, 0.90),
    "d_fake": (0.10, 0.15),
}
# At the equilibrium the output of the discriminator is 1/2, also with the smoothed labels 0.9 and 0.1.
EQUILIBRIUM = {"discriminator_loss": 2 * math.log(2), "adversarial_loss": math.log(2), "d_real": 0.5, "d_fake": 0.5}
GUESS = "constant_guess"  # physics loss of a predictor that always returns the mean
TITLES = {
    "discriminator_loss": "discriminator loss",
    "adversarial_loss": "generator loss",
    "physics_loss": "physics loss",
    "d_real": "D(real)",
    "d_fake": "D(generated)",
}


def draw_diagnostics(histories):
    """Draw a panel per diagnostic, a curve per stage that logs it.

    Parameters
    ----------
    histories : dict of str to dict
        Per stage the columns of its history, `step` among them.
    """
    figure = Figure(figsize=(14, 3.2))
    for axes, name in zip(figure.subplots(1, len(PUBLISHED)), PUBLISHED, strict=True):
        axes.axhspan(*PUBLISHED[name], color="#d9dade", zorder=0, label="published range")
        if name in EQUILIBRIUM:
            axes.axhline(EQUILIBRIUM[name], color=INK, linewidth=1, linestyle=":", label="equilibrium")
        logged = {stage: history for stage, history in histories.items() if name in history}
        for number, (stage, history) in enumerate(logged.items()):
            colour = CURVES[number % len(CURVES)]
            axes.plot(history["step"], history[name], color=colour, marker="o", ms=3, label=display_name(stage))
            if name == "physics_loss":
                label = None if number else "constant prediction"
                axes.plot(history["step"], history[GUESS], color=colour, linewidth=1, linestyle="--", label=label)
        axes.set_title(TITLES[name])
        axes.set_xlabel("step")
        axes.set_ylim(bottom=0, top=1 if name.startswith("d_") else None)
        axes.legend(fontsize=7)
    return figure
