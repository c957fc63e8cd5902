"""Models: networks that a stage trains."""

from typing import Literal, Protocol

from workflow_scripts.settings.declared import Declared, option


class Model(Declared):
    """Task of a model."""

    task: Literal["generate", "classify", "predict_attributes", "predict_score"] = option(
        ..., "What it is trained for."
    )
    uses_predictor: bool = option(False, "It may have a physics loss; its options are those of `PhysicsOptions`.")


class ModelPlugin(Protocol):
    """A module of `models/`."""

    DECLARATION: Model

    @staticmethod
    def build(options, shape, n_condition=0):
        """Return a `networks.trainable.Trainable`.

        Parameters
        ----------
        shape : (channel, y, x) or (k,)
            Of one sample.
        n_condition : int
            Numbers that a sample is conditioned on; classes are one-hot.

        Raises
        ------
        ValueError
            If the model cannot do this shape or this conditioning.
        """
