"""Properties of the fields that a recipe composes, and of the training fields."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scene:
    """Fields to be composed.

    Attributes
    ----------
    shape : (y, x)
        Of a field, pixel.
    first_field : int
        Number of the first field composed.
    n_training_fields : int
        Fields that the data's catalogue is of.
    brightest : float
        Largest pixel of the training fields, in their unit.
    patches_include_background : bool
        Whether stages learnt patches with the sky in them, not sources alone.
    """

    shape: tuple
    first_field: int = 0
    n_training_fields: int = 1
    brightest: float = 0.0
    patches_include_background: bool = False
