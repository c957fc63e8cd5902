"""What the plugins of a config can do, as they declare it."""

from workflow_scripts.settings import plugins


def yields(source, where):
    """Return what a data set is made of: `images`, `stamps` or `galaxies`."""
    return plugins.constant("datasets", source, "YIELDS", where)


def is_linear(source, where):
    """Tell whether the pixels of a data set's galaxies are proportional to light."""
    return plugins.constant("datasets", source, "LINEAR", where)


def knows_truth(source):
    """Tell whether a data set knows the sources of its fields."""
    return plugins.defines("datasets", source, "read_truth")


def rows(feature, where):
    """Return what a row of a feature is: `tiles`, `images` or `sources`."""
    return plugins.constant("features", feature, "ROWS", where)


def takes(metric, where):
    """Return the features that a metric is defined on, with the options that they need; empty: on any."""
    return plugins.constant("metrics", metric, "TAKES", where)


def needs_training_images(metric):
    """Tell whether a metric compares with the images that generators learnt from."""
    return plugins.defines("metrics", metric, "prepare_with")


def explains(metric):
    """Tell whether a metric ranks the features by which it tells samples apart."""
    return plugins.defines("metrics", metric, "explain")


def parts(recipe, where):
    """Return the kind of part for each role of a recipe."""
    return plugins.constant("skies", recipe, "NEEDS", where)


def training_data(recipe, where):
    """Return the kinds of training data that fit each role of a recipe."""
    return plugins.constant("skies", recipe, "LEARNT", where, {})


def conditioning(recipe, where):
    """Return the columns that a recipe conditions the stage of each role on."""
    return plugins.constant("skies", recipe, "ASKED", where, {})


def classifies(model):
    """Tell whether a model predicts the class of a galaxy."""
    return model == "class_cnn"
