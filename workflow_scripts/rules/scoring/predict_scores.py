"""Rule predict_scores: what a trained network says of every image, as a feature that a scorer takes."""

import numpy as np
import torch

from workflow_scripts.formats.checkpoints import read_model
from workflow_scripts.formats.image_sources import list_of_skipped, open_images
from workflow_scripts.formats.stacks import create_stack
from workflow_scripts.imaging.stretch import apply_stretch
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.runtime.progress import progress
from workflow_scripts.settings import plugins
from workflow_scripts.training.data import as_channels
from workflow_scripts.training.devices import find_device, use_threads
from workflow_scripts.training.sampling import rebuild

BATCH = 64  # fixed: another size would change the last digits


def predict_scores(*, images, weights, about, features, options, code):
    """Ask a trained network for the score of each image.

    Parameters
    ----------
    images : str or list of str
        Stack with `image (n, y, x)` or `(n, y, x, band)`, or files of images of one size.
    weights, about : str
        What `train_stage` wrote; the JSON is read beside the weights.
    features : str
        Stack written, as `extract_features` writes them: `value (n, 1)`, `owner`, `group`, and `score`, `name` where
        known.
    options : dict
        `stage` (its name), `device`, `torch_threads`, `skip_broken`.

    Raises
    ------
    ValueError
        Where the images have another size or number of bands than those that the network learnt from, or a pixel is
        not finite.
    """
    use_threads(options["torch_threads"])
    arrays, description = read_model(weights)
    plugin = plugins.load("models", description["model"])
    module = rebuild(plugin, arrays, description, find_device(options["device"]))
    with open_images(images, options["skip_broken"]) as source, create_stack(features, code=code) as writer:
        check_shape(source.shape, description["shape"])
        known = source.columns()
        for numbers, block in progress(source.blocks(BATCH), "batches of images"):
            value = scores_of(module, block, description["stretch"])
            rest = {name: values[numbers] for name, values in known.items()}
            writer.append(value=value[:, None], owner=numbers, **rest)
        shape, name = ",".join(map(str, source.shape)), f"score_of_{options['stage']}"
        told = list_of_skipped(source)
        writer.describe(columns=name, shape=shape, measured_on=shape, n_images=len(known["group"]), n_failed=0, **told)


def check_shape(shape, learnt):
    """Refuse images of another size or number of bands than (channel, y, x) learnt from."""
    found = [shape[2] if len(shape) == 3 else 1, *shape[:2]]
    if found != list(learnt):
        raise ValueError(
            f"images of {found[2]}x{found[1]} px in {found[0]} bands; this network learnt from "
            f"{learnt[2]}x{learnt[1]} px in {learnt[0]}"
        )


@torch.no_grad()
def scores_of(module, images, stretch):
    """Return the scores (n,) float32 of a batch of images, padded to the fixed size."""
    x = torch.from_numpy(apply_stretch(as_channels(np.asarray(images, np.float32)), stretch))
    padded = torch.cat([x, x[-1:].expand(BATCH - len(x), *x.shape[1:])])
    device = next(module.parameters()).device
    return module.predict(padded.to(device)).float().cpu().numpy()[: len(x)]


if "snakemake" in globals():
    run_rule(predict_scores, snakemake)
