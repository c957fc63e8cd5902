"""Options that several skies share."""

from workflow_scripts.settings.declared import Declared, option


class GreyLevelOptions(Declared):
    """Quantisation of the pixels."""

    round_to: float = option(0.0, "Step of the grey levels of the data; 0: continuous.", ge=0)


class CellOptions(GreyLevelOptions):
    """Patches in the cells of a grid."""

    level: float = option(0.0, "Level of the background; published: 0.")
    offset: bool = option(
        False, "Place a patch anywhere in its cell, not in the middle, where statistics see the grid."
    )


class SourceOptions(Declared):
    """Fields of a point process."""

    n_sources: int = option(-1, "Number of sources of every field; -1: drawn from the process.", ge=-1)
    noise: bool = option(False, "Add noise with the distribution and the correlation of that of the data.")


class LibraryOptions(Declared):
    """Fields of the sources of the library."""

    density: float = option(1.0, "Number of sources over that of the data.", gt=0)


class DiamondOptions(Declared):
    """Baselines of diamonds."""

    published: bool = option(False, "Use the published parameters, for fields of 1000 pixels; else fitted ones.")
