"""Settings of pictures without labels; the options of the rules of rules/pictures.smk."""

from workflow_scripts.settings.data import FetchDataset, fetch_dataset
from workflow_scripts.settings.declared import Declared, option

NOT_OF_PICTURES = {  # products that a study of pictures cannot have, and why
    **dict.fromkeys(
        ("blends", "deblenders", "injections", "skies", "experiments"),
        "pictures have no sky coordinates and no photometry",
    ),
    **dict.fromkeys(
        ("generators", "requests", "classifier", "augmentation"), "pictures have no classes and attributes"
    ),
    **dict.fromkeys(("scorers", "compare_scorers", "score"), "scorers are trained on damaged fields"),
    "metrics": "no sample is compared with pictures",
}


class PictureSplit(Declared):
    """Fractions of the pictures for training, validation and test, assigned at random by groups."""

    train: float = option(0.7, "Training.", gt=0)
    valid: float = option(0.1, "Validation: monitoring of the training.", gt=0)
    test: float = option(0.2, "Test: the reference of generated pictures.", gt=0)


class Pictures(Declared):
    """Pictures without labels, sky coordinates and photometry."""

    split: PictureSplit = option(PictureSplit(), "Fractions of the pictures.")
    duplicate_correlation: float = option(
        0.945,
        "Least correlation of the detail of two pictures, one turned or mirrored, that makes them near duplicates, "
        "which no two parts share.",
        gt=0,
        le=1,
    )


def import_pictures(study) -> FetchDataset:
    """Return the data set of pictures."""
    return fetch_dataset(study)


def divide_pictures(study) -> Pictures:
    """Return the settings of the division into parts."""
    return study.config.pictures


def check_pictures(study):
    """Raise an error for products that need a sky, or labels, of a study of pictures."""
    if study.kind.name != "pictures":
        return
    for name, reason in NOT_OF_PICTURES.items():
        if getattr(study.make, name):
            raise ValueError(f"{study.where('make', name)}: {reason}: remove it from a study of pictures")
