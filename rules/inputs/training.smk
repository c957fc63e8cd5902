"""What trainings learn from."""

TRAINING_DATA = {
    "patches": "results/{study}/patches/{split}.h5",
    "coordinates": "results/{study}/coordinates/{split}.h5",
    "crops": "results/{study}/crops/learn/{split}.h5",
}


def training_data(split):
    """Return an input function: the stage's data of one part."""
    return lambda wildcards: TRAINING_DATA[SETTINGS[wildcards.study].config["stages"][wildcards.stage]["data"]].format(
        study=wildcards.study, split=split
    )
