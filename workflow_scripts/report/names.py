"""Names of the config as they stand on the page and in figures."""

from textwrap import fill

WIDEST = 16  # characters beside a row of pictures
ABBREVIATIONS = ("cnn", "auc", "gan", "wgan", "dcgan", "r3gan", "vae", "edm", "ddpm", "sep")
SPELLINGS = {**{name: name.upper() for name in ABBREVIATIONS}, "xgboost": "XGBoost"}
TERMS = {  # names whose parts alone do not give the term of the field
    "two_sample_auc": "two-sample classifier AUC",
    "network_auc": "network referee AUC",
    "ripley_k": "Ripley's K function",
    "nearest_neighbour": "nearest-neighbour distances",
    "power_spectrum_ks": "power spectrum KS test",
    "spectrum_mahalanobis": "power spectrum Mahalanobis distance",
    "d_real": "D(real)",
    "d_fake": "D(generated)",
}


def display_name(name):
    """Return a name of the config as plain text, abbreviations and terms in the spelling of the field."""
    text = TERMS.get(name) or " ".join(SPELLINGS.get(part, part) for part in name.split("_"))
    return text.replace("half light", "half-light")


def row_name(name):
    """Return the name of a sample in lines that fit beside a row of pictures."""
    return "real" if name == "real_test" else fill(display_name(name), WIDEST, break_long_words=False)


def enumerate_names(names):
    """Return names as an enumeration: `a, b and c`."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
