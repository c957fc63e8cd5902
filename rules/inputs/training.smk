"""What trainings learn from."""

TRAINING_DATA = {
    "patches": "results/{study}/patches/{split}.h5",
    "grids": "results/{study}/grids/{split}.h5",
    "class_grids": "results/{study}/class_grids/{split}.h5",
    "small_fields": "results/{study}/small_fields/{split}.h5",
    "coordinates": "results/{study}/coordinates/{split}.h5",
    "galaxies": "results/{study}/galaxies/{split}.h5",
    "crops": "results/{study}/crops/learn/{split}.h5",
}


def training_data(split):
    """Return an input function: the stage's data of one part."""
    return lambda wildcards: data_of_stage(wildcards.study, wildcards.stage, split)


def data_of_stage(study, stage, split):
    """Return what a stage learns from: one part of its kind of data; `scored` is what the scorers learn from."""
    kind = SETTINGS[study].config["stages"][stage]["data"]
    if kind == "scored":
        return stack_of(study, f"{SETTINGS[study].scored}_{split}")
    return TRAINING_DATA[kind].format(study=study, split=split)


def steps_of_stage(wildcards):
    """Return the steps of a training as its priority: what waits for the longest one waits longest."""
    return SETTINGS[wildcards.study].stage(wildcards.stage)["steps"]


def predictor_of_stage(wildcards):
    """Return the weights of the stage that checks what a stage draws, and the JSON beside them; nothing without one."""
    predictor = SETTINGS[wildcards.study].stage(wildcards.stage)["predictor"]
    return [
        f"results/{wildcards.study}/stages/{predictor}/weights.{end}" for end in ("safetensors", "json") if predictor
    ]
