"""Skies: recipes that compose fields from parts."""

from typing import Literal, Protocol

from workflow_scripts.settings.declared import Declared, option


class Part(Declared):
    """An input of a recipe.

    A `stage` is a trained generator that the user chooses, a `list` the user's own sources, which may be left out. All
    others are made of the data: the training `fields`, their `catalogue`, `patches` of its sources, the `background`'s
    density, its `noise`, the fitted point `process`; the `library` of sources, its pixels and the `unresolved` light
    between them.
    """

    kind: Literal[
        "stage",
        "list",
        "fields",
        "catalogue",
        "patches",
        "background",
        "noise",
        "process",
        "library",
        "library_pixels",
        "unresolved",
    ] = option(..., "What it is.")
    trained_on: list[str] = option([], "Allowed training data of a stage; empty: any.")
    conditioning: list[str] = option([], "Columns on which a stage may be conditioned; it needs at least one of them.")


class Sky(Declared):
    """Inputs of a recipe, and layout of its fields."""

    parts: dict[str, Part] = option(..., "Input of each role.")
    shared_layout: str = option(
        "", "Option with the number of consecutive fields that share positions; empty: none do."
    )

    def roles(self, kind):
        """Return the roles of one kind."""
        return {role for role, part in self.parts.items() if part.kind == kind}


class SkyPlugin(Protocol):
    """A module of `skies/`."""

    DECLARATION: Sky

    @staticmethod
    def compose(n, rng, scene, parts, options):
        """Yield n fields.

        Parameters
        ----------
        n : int
        rng : numpy.random.Generator
        scene : scenes.scene.Scene
            The fields, and what is known of the data's.
        parts : dict
            An object per role of the declaration. A stage is called as `part(n, rng)`, a conditional one as `part(n,
            rng, {column: (n,) array})`, in physical units; it returns images (n, y, x).

        Yields
        ------
        image : (y, x) float32
        truth : dict of str to (k,) array
            `x`, `y` (pixel), `flux`, `peak` of the k sources, more where it is known.
        maps : dict of str to (y, x) array, optional
            Further columns of the stack of fields: `relative_variance` of the noise, over that of the data's sky.
        """
