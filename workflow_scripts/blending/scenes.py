"""Blocks of blends: number, choice and shifts of their galaxies."""

from dataclasses import dataclass, field

import numpy as np

from workflow_scripts.blending.counts import draw_counts, n_columns
from workflow_scripts.blending.pairing import MemberChooser, ShiftChooser, separation_range, uniform_shifts
from workflow_scripts.blending.truth import blendedness, isolated

BLOCK = 256  # blends drawn together; it affects the result, the number of jobs does not
MAX_DRAWS = 100


@dataclass
class SceneDrawer:
    """Draws blends.

    Parameters
    ----------
    rows : (k,) int
        Stamps to choose from.
    magnitude, radius : (k,) float
    shape : (y, x)
        Shape of a stamp.
    options : settings.blending.PairGalaxies
        `n_galaxies` (see `counts.draw_counts`), `max_mag_difference`, `max_separation` (in smaller radii),
        `max_blendedness` (1: no limit), `subpixel`.
    area_arcmin2 : float or None
        Shape of a stamp.
    stamps : StampSet or None
        Needed if blendedness is limited.
    """

    rows: np.ndarray
    magnitude: np.ndarray
    radius: np.ndarray
    shape: tuple
    options: object
    area_arcmin2: float | None = None
    stamps: object = None
    n_tried: int = field(default=0, init=False)

    def __post_init__(self):
        self.members = MemberChooser(self.magnitude, self.options.max_mag_difference)
        self.shifts = ShiftChooser(min(self.shape) / 2, self.options.subpixel)
        self.n_columns = n_columns(self.options.n_galaxies)

    def draw(self, rng):
        """Return one block: stamps (b, g) int, -1 in empty slots, and shifts (b, g, 2) float.

        Raises
        ------
        ValueError
            If blends above the limit of blendedness remain after `MAX_DRAWS` draws.
        """
        stamps, shifts = self.propose(BLOCK, rng)
        limit = self.options.max_blendedness
        if limit >= 1:
            return stamps, shifts
        todo, n_tried = np.arange(BLOCK), BLOCK
        for _ in range(MAX_DRAWS):
            todo = todo[[self.most_blended(stamps[one], shifts[one]) > limit for one in todo]]
            if not len(todo):
                return stamps, shifts
            stamps[todo], shifts[todo] = self.propose(len(todo), rng)
            n_tried += len(todo)
        raise ValueError(
            f"max_blendedness {limit}: {n_tried} blends tried, and for {len(todo)} of {BLOCK} none was found in "
            f"{MAX_DRAWS} draws: raise it, or max_separation"
        )

    def propose(self, n, rng):
        """Return n blends without a limit on blendedness."""
        law = self.options.n_galaxies
        members = self.members.draw(draw_counts(law, self.area_arcmin2, n, rng), self.n_columns, rng)
        shifts = np.zeros((*members.shape, 2))
        for g in range(1, self.n_columns):
            shifts[:, g] = self.place(members[:, 0], members[:, g], law.law, rng)
        shifts[members < 0] = 0
        return np.where(members < 0, -1, self.rows[members]), shifts

    def place(self, one, other, law, rng):
        """Return the shifts of galaxies: by the separation from galaxy 1, or uniform in the stamp."""
        if law == "poisson":
            return uniform_shifts(len(one), self.shape, self.options.subpixel, rng)
        limits = separation_range(self.radius[one], self.radius[other], self.options.max_separation, min(self.shape))
        return self.shifts.draw(*limits, rng)

    def most_blended(self, stamps, shifts):
        """Return the largest blendedness of the galaxies of a blend."""
        truth, _ = isolated(self.stamps, stamps.tolist(), shifts.tolist())
        return np.nanmax(blendedness(truth[stamps >= 0]), initial=0)
