"""Random forest (Breiman 2001) or extremely randomised trees from features to the similarity score.

`median` is the median of the conditional distribution in the leaves (Meinshausen 2006), which minimises the expected
absolute error; `mean` is the usual forest.
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
PLACE = re.compile(r'(?<="__id__": )\d+|(?<=")\d+(?=\.npy")')  # memory addresses, which name the objects in the schema
TRUSTED = ["sklearn.tree._tree.Tree"]  # node arrays of a tree; skops does not trust them as invalid ones could crash
FIRST_DATE = (1980, 1, 1, 0, 0, 0)
BLOCK = 256  # images in memory at a time, with their conditional distributions


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
        Not used.

    Returns
    -------
    model : dict
        `forest`; for the median also `leaves (n, trees) int32` of the training images, and `scores (n,)`,
        both sorted by score.
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
    forest.n_jobs = None  # the file must not depend on the number of threads
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
    """Return the weight of each training image in each leaf, for all trees one after the other.

    Returns
    -------
    weights : sparse (l, n) float32
        Rows sum to 1.
    starts : (trees + 1,) int
        First leaf of each tree.
    """
    n, n_trees = leaves.shape
    starts = np.concatenate([[0], np.cumsum(leaves.max(axis=0) + 1)])
    rows = (leaves + starts[:-1]).T.ravel()
    weight = 1 / np.bincount(rows, minlength=starts[-1])[rows]
    columns = np.tile(np.arange(n), n_trees)
    return csr_matrix((weight.astype(np.float32), (rows, columns)), (starts[-1], n)), starts


def medians(model, members, features):
    """Return the median of the training scores for each image, weighted by the number of shared leaves."""
    weights, starts = members
    leaves = model["forest"].apply(features)
    known = leaves < np.diff(starts)  # some leaves of a bootstrapped tree contain no training image
    rows, trees = np.nonzero(known)
    picked = csr_matrix((np.ones(len(rows), np.float32), (rows, (leaves + starts[:-1])[rows, trees])))
    picked.resize(len(features), weights.shape[0])
    weight = np.cumsum((picked @ weights).toarray(), axis=1)
    return model["scores"][(weight < 0.5 * weight[:, -1:]).sum(axis=1)]


def save(model, path):
    """Write a model by skops, without dates and memory addresses: the same model gives the same bytes."""
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
    """Read a model written by `save`.

    Raises
    ------
    ValueError
        If the file contains untrusted types.
    """
    content = path.read_bytes()
    untrusted = sorted(set(get_untrusted_types(data=content)) - set(TRUSTED))
    if untrusted:
        raise ValueError(f"{path}: not loaded, as it contains the untrusted types {', '.join(untrusted)}")
    return loads(content, trusted=TRUSTED)
