"""Trained predictors: attributes, classes or scores from images."""

import numpy as np
import torch

BATCH = 64  # fixed: another size would change the last digits


class TrainedPredictor:
    """A trained network that estimates attributes, class probabilities or a score from images.

    Parameters
    ----------
    module : networks.trainable.Trainable
        In evaluation mode, on its device.
    description : training.description.StageDescription
    """

    def __init__(self, module, description):
        self.module, self.description = module, description
        self.device = next(module.parameters()).device

    @torch.no_grad()
    def predict(self, images):
        """Return the prediction for images in the data's unit, in batches of a fixed size.

        Parameters
        ----------
        images : (n, y, x) or (n, y, x, band) array

        Returns
        -------
        prediction : (n, k) float32
            Attributes as the network takes them, or probabilities; of a scorer (n,).

        Raises
        ------
        ValueError
            If the images have another size or number of bands than those of the training.
        """
        x = self.description.encode_images(images)
        self.check_shape(x.shape[1:])
        return np.concatenate([self.predict_batch(x[start : start + BATCH]) for start in range(0, len(x), BATCH)])

    def predict_batch(self, x):
        """Return the prediction for at most `BATCH` encoded images; the last one is repeated to fill the batch."""
        batch = torch.from_numpy(x)
        padded = torch.cat([batch, batch[-1:].expand(BATCH - len(batch), *batch.shape[1:])])
        return self.module.predict(padded.to(self.device)).float().cpu().numpy()[: len(batch)]

    def check_shape(self, shape):
        """Refuse images of another shape (channel, y, x) than that of the training."""
        if tuple(shape) != tuple(self.description.shape):
            (bands, *side), (known_bands, *known) = shape, self.description.shape
            raise ValueError(
                f"images of {side[1]}x{side[0]} px in {bands} bands; stage {self.description.stage} was trained on "
                f"{known[1]}x{known[0]} px in {known_bands}: use images of this size"
            )
