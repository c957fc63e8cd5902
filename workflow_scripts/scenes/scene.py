"""Properties of the fields that a recipe composes, and of the training fields."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scene:
    """Fields to be composed.

    Attributes
    ----------
    shape : (y, x)
        Shape of a field, pixel.
    first_field : int
        Number of the first field composed.
    n_training_fields : int
        Number of fields of the catalogue of the data.
    brightest : float
        Largest pixel of the training fields, in their unit.
    patches_include_background : bool
        Whether stages are trained on patches that include the background.
    """

    shape: tuple
    first_field: int = 0
    n_training_fields: int = 1
    brightest: float = 0.0
    patches_include_background: bool = False
