"""Names of the config as they stand on the page and in figures."""

from textwrap import fill

WIDEST = 16  # characters beside a row of pictures
ABBREVIATIONS = ("cnn", "auc", "gan", "wgan", "dcgan", "r3gan", "vae", "edm", "ddpm")
SPELLINGS = {**{name: name.upper() for name in ABBREVIATIONS}, "xgboost": "XGBoost"}
PHRASES = {
    "two sample AUC": "two-sample classifier AUC",
    "two sample": "two-sample",
    "ripley k": "Ripley's K function",
    "nearest neighbour": "nearest-neighbour distances",
    "power spectrum ks": "power spectrum KS test",
    "spectrum mahalanobis": "power spectrum Mahalanobis distance",
    "half light": "half-light",
}


def display_name(name):
    """Return a name of the config as plain text, abbreviations and terms in the spelling of the field."""
    text = " ".join(SPELLINGS.get(part, part) for part in name.split("_"))
    for phrase, spelling in PHRASES.items():
        text = text.replace(phrase, spelling) if spelling not in text else text
    return text


def row_name(name):
    """Return the name of a sample in lines that fit beside a row of pictures."""
    return "real" if name == "real_test" else fill(display_name(name), WIDEST, break_long_words=False)


def enumerate_names(names):
    """Return names as an enumeration: `a, b and c`."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
