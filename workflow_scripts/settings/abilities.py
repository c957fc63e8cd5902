"""What the plugins of a config can do, as they declare it."""

from workflow_scripts.settings import plugins

MANY_SOURCES = 10_000  # a set of features that measures fewer is a sample of all


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


def reads_files(source, options):
    """Tell whether a data set reads the user's files, named by its option `files`."""
    return "files" in options


def detects_sources(feature, options):
    """Tell whether a feature detects sources, as its option `detection` says or else as the study does."""
    return "detection" in options


def measures_a_sample(options):
    """Tell whether a feature with its options measures too few sources to stand for all."""
    return options.get("max_sources", MANY_SOURCES) < MANY_SOURCES


def is_log_spectrum(feature, options):
    """Tell whether a feature with its options is a logarithmic power spectrum."""
    return options.get("form") == "log_mean"


def fields_per_layout(recipe, options):
    """Return how many consecutive fields of a sky share their positions."""
    return options.get("sets", 1)


def predictor_weight(model, options):
    """Return the weight of a predictor's error in the loss of a model; None where it takes no predictor."""
    return options.get("physics_weight")
