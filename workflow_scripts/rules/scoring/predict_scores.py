"""Rule predict_scores: the scores that a trained network predicts for images, as a feature of a scorer."""

from workflow_scripts.formats.image_sources import list_of_skipped, open_images
from workflow_scripts.formats.stacks import create_stack
from workflow_scripts.networks.trainable import Task
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.runtime.progress import progress
from workflow_scripts.settings.scoring import PredictScores
from workflow_scripts.training.devices import find_device, use_threads
from workflow_scripts.training.prediction import BATCH
from workflow_scripts.training.stage import load_predictor


def predict_scores(*, images, weights, about, features, options: PredictScores, code):
    """Predict the score of each image with a trained network.

    Parameters
    ----------
    images : str or list of str
        Stack with `image (n, y, x)` or `(n, y, x, band)`, or files of images of one size.
    weights, about : str
        Outputs of `train_stage`; the JSON is found beside the weights.
    features : str
        Stack written, in the format of `extract_features`: `value (n, 1)`, `owner`, `group`, and `score`, `name` if
        known.
    options : settings.scoring.PredictScores

    Raises
    ------
    ValueError
        If the images differ in size or number of bands from the training images, or a pixel is not finite.
    """
    use_threads(options.torch_threads)
    scorer = load_predictor(weights, find_device(options.device), Task.PREDICT_SCORE)
    with open_images(images, options.skip_broken) as source, create_stack(features, code=code) as writer:
        known = source.columns()
        for numbers, block in progress(source.blocks(BATCH), "batches of images"):
            rest = {name: values[numbers] for name, values in known.items()}
            writer.append(value=scorer.predict(block)[:, None], owner=numbers, **rest)
        shape, name = ",".join(map(str, source.shape)), f"score_of_{options.stage}"
        skipped = list_of_skipped(source)
        writer.describe(
            columns=name, shape=shape, measured_on=shape, n_images=len(known["group"]), n_failed=0, **skipped
        )


if "snakemake" in globals():
    run_rule(predict_scores, snakemake)
