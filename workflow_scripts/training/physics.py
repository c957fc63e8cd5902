"""The physics term: a trained predictor says what generated images are, and the generator hears how far off that is."""

import torch

from workflow_scripts.training.conditions import places, ranges


class PhysicsTerm:
    """Mean squared error of what a predictor finds in images against what was asked.

    Attributes count on a scale from 0 to 1, the range of the training data, as in the published loss.

    Parameters
    ----------
    predictor : networks.trainable.Trainable
        Trained, in evaluation mode; it is not trained on.
    columns : sequence of int
        Of the condition, those that the predictor tells.
    ranges : (k,) float32
        Of each of them, from the lowest value of the data to the highest.
    """

    def __init__(self, predictor, columns, ranges):
        self.predictor, self.columns = predictor.requires_grad_(False), list(columns)
        self.ranges = torch.as_tensor(ranges, device=next(predictor.parameters()).device)

    def __call__(self, x, condition):
        """Return the error of images (n, channel, y, x) asked for conditions (n, k)."""
        off = self.predictor.predict(x) - condition[:, self.columns]
        return (off / self.ranges).square().mean()

    def constant_guess(self, condition):
        """Return the error of a predictor that always says the mean of the data: what the term is read against."""
        return (condition[:, self.columns] / self.ranges).square().mean()


def physics_term(predictor, about, stretch, description):
    """Return the term of a predictor for a stage that learns from the same data.

    Parameters
    ----------
    predictor : networks.trainable.Trainable
    about : dict
        What the predictor's weights are.
    stretch : dict
        Of the stage's images.
    description : list of dict
        Of the stage's condition.

    Raises
    ------
    ValueError
        Where the stage named is no predictor, or learnt something else: images of another range, or columns of other
        values.
    """
    if predictor.generates or predictor.target != "condition":
        raise ValueError(f"predictor {about['stage']}: model {about['model']} does not tell attributes from images")
    known, found = {one["name"]: one for one in description}, places(description)
    strange = [one["name"] for one in about["condition"] if known.get(one["name"]) != one]
    if strange or about["stretch"] != stretch:
        what = f"condition {', '.join(strange)}" if strange else f"stretch {about['stretch']['kind']}"
        raise ValueError(
            f"predictor {about['stage']}: its {what} is not that of this stage: train both on one kind of data, "
            "with one stretch and the same columns"
        )
    columns = [column for one in about["condition"] for column in found[one["name"]]]
    return PhysicsTerm(predictor, columns, ranges(about["condition"]))
