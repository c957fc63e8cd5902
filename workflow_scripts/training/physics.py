"""The physics loss: the error of a trained predictor's estimate on generated images against their condition."""

import torch

from workflow_scripts.training.conditions import places, ranges


class PhysicsLoss:
    """Mean squared error of the attributes that a predictor estimates from images against the requested ones.

    Attributes are scaled to the range of the training data, 0 to 1, as in the published loss.

    Parameters
    ----------
    predictor : networks.trainable.Trainable
        Trained, in evaluation mode; its weights are frozen.
    columns : sequence of int
        Columns of the condition that the predictor estimates.
    ranges : (k,) float32
        Of each of them, from the lowest value of the data to the highest.
    """

    def __init__(self, predictor, columns, ranges):
        self.predictor, self.columns = predictor.requires_grad_(False), list(columns)
        self.ranges = torch.as_tensor(ranges, device=next(predictor.parameters()).device)

    def __call__(self, x, condition):
        """Return the loss of images (n, channel, y, x) generated for conditions (n, k)."""
        residual = self.predictor.predict(x) - condition[:, self.columns]
        return (residual / self.ranges).square().mean()

    def constant_guess(self, condition):
        """Return the loss of a predictor that always gives the mean of the data: the reference for the loss."""
        return (condition[:, self.columns] / self.ranges).square().mean()


def physics_loss(predictor, description):
    """Return the physics loss of a trained predictor for a stage that is trained on the same data.

    Parameters
    ----------
    predictor : training.prediction.TrainedPredictor
        Of attributes or classes.
    description : training.description.StageDescription
        Of the stage.

    Raises
    ------
    ValueError
        If the predictor was trained on images of another range, or on columns of other values.
    """
    theirs = predictor.description
    known = {column["name"]: column for column in description.condition}
    unlike = [column["name"] for column in theirs.condition if known.get(column["name"]) != column]
    if unlike or theirs.stretch != description.stretch:
        differing = f"condition {', '.join(unlike)}" if unlike else f"stretch {theirs.stretch['kind']}"
        raise ValueError(
            f"predictor {theirs.stage}: its {differing} is not that of this stage: train both on one kind of data, "
            "with one stretch and the same columns"
        )
    columns_of = places(description.condition)
    columns = [column for name in theirs.condition_names for column in columns_of[name]]
    return PhysicsLoss(predictor.module, columns, ranges(theirs.condition))
