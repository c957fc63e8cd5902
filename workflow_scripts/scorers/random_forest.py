"""Random forest (Breiman 2001) from features to the similarity score, or extremely randomised trees.

`median` gives the median of the conditional distribution that the leaves hold (Meinshausen 2006), which has the
smallest expected absolute error; `mean` is the plain forest.
"""

import io
import re
import zipfile
from typing import Literal

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.ensemble import ExtraTreesRegressor, RandomForestRegressor
from skops.io import dumps, get_untrusted_types, loads

from workflow_scripts.settings.declared import Declared, option

SCHEMA = "schema.json"
PLACE = re.compile(r'(?<="__id__": )\d+|(?<=")\d+(?=\.npy")')  # where an object lay in memory: its name in the schema
TRUSTED = ["sklearn.tree._tree.Tree"]  # arrays of a tree's nodes; skops names it because wrong ones could crash
FIRST_DATE = (1980, 1, 1, 0, 0, 0)
BLOCK = 256  # images whose distributions are in memory at a time


class Options(Declared):
    """Size of the forest."""

    trees: int = option(300, "Number of trees of the forest.", ge=1)
    min_leaf: int = option(2, "Smallest number of images in a leaf.", ge=1)
    feature_share: float = option(0.35, "Fraction of the features that each split considers.", gt=0, le=1)
    splits: Literal["best", "random"] = option("best", "Place of a split: the best, or a random one.")
    estimate: Literal["mean", "median"] = option("mean", "Estimate from the conditional distribution of the leaves.")


def fit(features, scores, options, *, groups, seed, threads):
    """Fit a forest.

    Parameters
    ----------
    features : (n, k) float
    scores : (n,) float
    groups : (n,) int
        Not needed here.

    Returns
    -------
    model : dict
        `forest`; for the median also `leaves (n, trees) int32`, where each training image ended, and `scores (n,)`,
        both in the order of the scores.
    """
    kind = RandomForestRegressor if options.splits == "best" else ExtraTreesRegressor
    forest = kind(
        options.trees,
        min_samples_leaf=options.min_leaf,
        max_features=options.feature_share,
        random_state=seed % 2**32,
        n_jobs=threads,
    )
    features = np.asarray(features, np.float32)
    forest.fit(features, scores)
    forest.n_jobs = None  # threads change no byte
    if options.estimate == "mean":
        return {"forest": forest}
    order = np.argsort(scores, kind="stable")
    return {"forest": forest, "leaves": forest.apply(features[order]).astype(np.int32), "scores": scores[order]}


def predict(model, features):
    """Return the predicted scores (n,)."""
    features = np.asarray(features, np.float32)
    if "leaves" not in model:
        return model["forest"].predict(features)
    members = leaf_members(model["leaves"])
    blocks = [features[start : start + BLOCK] for start in range(0, len(features), BLOCK)]
    return np.concatenate([medians(model, members, block) for block in blocks])


def leaf_members(leaves):
    """Return, tree below tree, the share (leaves, n) that each training image has in each leaf, and where trees begin.

    Returns
    -------
    shares : sparse (l, n) float32
        Rows sum to 1.
    starts : (trees + 1,) int
    """
    n, n_trees = leaves.shape
    starts = np.concatenate([[0], np.cumsum(leaves.max(axis=0) + 1)])
    rows = (leaves + starts[:-1]).T.ravel()
    weight = 1 / np.bincount(rows, minlength=starts[-1])[rows]
    columns = np.tile(np.arange(n), n_trees)
    return csr_matrix((weight.astype(np.float32), (rows, columns)), (starts[-1], n)), starts


def medians(model, members, features):
    """Return the median of the training scores that share leaves with each image, weighted by how often they do."""
    shares, starts = members
    leaves = model["forest"].apply(features)
    known = leaves < np.diff(starts)  # a leaf of a bootstrapped tree may hold none of the training images
    rows, trees = np.nonzero(known)
    picked = csr_matrix((np.ones(len(rows), np.float32), (rows, (leaves + starts[:-1])[rows, trees])))
    picked.resize(len(features), shares.shape[0])
    weight = np.cumsum((picked @ shares).toarray(), axis=1)
    return model["scores"][(weight < 0.5 * weight[:, -1:]).sum(axis=1)]


def save(model, path):
    """Write a model by skops, without dates and places in memory: the same model is the same bytes."""
    with zipfile.ZipFile(io.BytesIO(dumps(model))) as given:
        schema = given.read(SCHEMA).decode()
        places = dict.fromkeys(PLACE.findall(schema))
        number = {place: str(rank) for rank, place in enumerate(places)}
        files = {
            f"{number[name.removesuffix('.npy')]}.npy": given.read(name) for name in given.namelist() if name != SCHEMA
        }
    files[SCHEMA] = PLACE.sub(lambda found: number[found[0]], schema).encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as taken:
        for name in sorted(files):
            taken.writestr(zipfile.ZipInfo(name, FIRST_DATE), files[name], zipfile.ZIP_DEFLATED, 1)
    path.write_bytes(packed.getvalue())


def load(path):
    """Read a model that `save` wrote.

    Raises
    ------
    ValueError
        Where the file holds anything that skops does not trust.
    """
    content = path.read_bytes()
    strange = sorted(set(get_untrusted_types(data=content)) - set(TRUSTED))
    if strange:
        raise ValueError(f"{path}: it holds {', '.join(strange)}, which no scorer writes; it is not loaded")
    return loads(content, trusted=TRUSTED)
