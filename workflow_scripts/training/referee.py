"""A network referee: trained to tell two sets of images apart, it scores tiles of other images."""

from dataclasses import dataclass

import numpy as np
import torch

from workflow_scripts.imaging.stretch import apply_stretch, fit_stretch
from workflow_scripts.networks.regression import Discriminator, strided_convolutions
from workflow_scripts.training.data import turn_each
from workflow_scripts.training.description import channels_first
from workflow_scripts.training.devices import launched
from workflow_scripts.training.loop import Schedule, Training, train
from workflow_scripts.training.prediction import BATCH

WIDTH, N_CONVOLUTIONS = 16, 4  # channels of the first convolution; each next one has twice as many
N_TILES, LEARNING_RATE, EMA_DECAY = 32, 0.004, 0.98  # of a step; its largest value; per step
SYMMETRIES = 8


@dataclass(frozen=True)
class Referee:
    """A trained referee.

    Attributes
    ----------
    module : networks.regression.Discriminator
        In evaluation mode, on its device.
    stretch : dict
        From pixel values to the network's range.
    """

    module: Discriminator
    stretch: dict

    @torch.no_grad()
    def score(self, tiles):
        """Return the log odds (n,) float32 that square tiles (n, s, s[, band]) are of the second set.

        They are averaged over the eight symmetries of each tile.
        """
        batches = torch.from_numpy(encode(tiles, self.stretch)).split(BATCH)
        return np.concatenate([self.score_batch(batch) for batch in batches])

    def score_batch(self, x):
        """Return the scores of encoded tiles (n, channel, s, s)."""
        x = x.to(next(self.module.parameters()).device)
        turned = (turn_each(x, torch.full((len(x), 1, 1, 1), number, device=x.device)) for number in range(SYMMETRIES))
        return (sum(self.module.predict(one) for one in turned) / SYMMETRIES).cpu().numpy()


class Tiles:
    """Random tiles of two sets of images, turned and mirrored, with their set as score.

    Parameters
    ----------
    x : (n, channel, y, x) tensor
        Of both sets.
    label : (n,) float32 tensor
        0 or 1.
    side : int
        Of a tile, at most that of the images.
    """

    def __init__(self, x, label, side):
        self.windows, self.label = x.unfold(2, side, 1).unfold(3, side, 1), label  # a view: (n, channel, y, x, s, s)

    def draw(self, size, generator):
        """Draw a batch with replacement, as the dict that the loss takes."""
        n, _, *places = self.windows.shape[:4]
        row, y, x = (
            torch.randint(most, (size,), generator=generator, device=generator.device) for most in (n, *places)
        )
        choice = torch.randint(SYMMETRIES, (size, 1, 1, 1), generator=generator, device=generator.device)
        return {"x": turn_each(self.windows[row, :, y, x], choice), "score": self.label[row]}


def encode(images, stretch):
    """Return images (n, y, x[, band]) as a network takes them, (n, channel, y, x) float32."""
    return apply_stretch(channels_first(np.asarray(images, np.float32)), stretch)


def train_on(first, second, side, steps, device, seed):
    """Train a referee to tell two sets of images apart.

    The range of pixel values and their noise are those of the first set.

    Parameters
    ----------
    first, second : (n, y, x[, band]) array
    side : int
        Of the tiles that it is trained on, at random places in the images.
    steps : int
    device : {"cpu", "cuda"}
    seed : int
        Of weights, tiles and symmetries.

    Returns
    -------
    referee : Referee
    """
    stretch, fabric = fit_stretch(first, "asinh_noise"), launched(device, 1, "32-true")
    x = torch.from_numpy(np.concatenate([encode(first, stretch), encode(second, stretch)])).to(fabric.device)
    label = torch.tensor([0.0] * len(first) + [1.0] * len(second), device=fabric.device)
    schedule = Schedule(N_TILES, EMA_DECAY, steps, checkpoint_every=steps, anneal=True)
    module = initial_network(x.shape[1], seed)
    generator = torch.Generator(fabric.device).manual_seed(seed)
    training = Training(fabric, module, Tiles(x, label, side), schedule, generator)
    train(training)
    return Referee(training.average.module, stretch)


def initial_network(channels, seed):
    """Return the untrained network; torch's global generator is restored."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = strided_convolutions(channels, WIDTH, N_CONVOLUTIONS)
    return Discriminator(network, LEARNING_RATE)
