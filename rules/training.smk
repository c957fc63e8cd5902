"""Training: one rule for every network.

Requires  the training and validation parts of the stage's `data`; the weights of its `predictor`, if it has one
Produces  results/{study}/stages/{stage}/weights.safetensors, .json, history.csv, samples.h5
"""

from workflow_scripts.settings import samples, training


def data_within_limits(study, stage, split):
    """Return the data of a stage; raise an error during planning if the run has too few GPUs.

    Snakemake would silently reduce the number of GPUs, or, without a limit, start all trainings on one at once.
    """
    if "gpu" in LIMITS:
        training.check_gpus(study, stage, LIMITS["gpu"].value)
    elif LIMITS and gpus_here(study.config.device):
        raise ValueError("this run has no limit of GPUs, and all trainings would share one: add --resources gpu=1")
    return samples.training_data(study, stage, split)


def gpus_of_stage(study, stage):
    """Return the number of GPUs for the training of a stage."""
    return gpus_of(study) * study.entry("stages", stage).gpu


rule train_stage:
    input:
        train_data=of_study(data_within_limits, split="train"),
        valid_data=of_study(data_within_limits, split="valid"),
        predictor=of_study(training.predictor),
    output:
        weights="results/{study}/stages/{stage}/weights.safetensors",
        about="results/{study}/stages/{stage}/weights.json",
        history="results/{study}/stages/{stage}/history.csv",
        samples="results/{study}/stages/{stage}/samples.h5",
    log:
        "logs/{study}/train_stage/{stage}.log",
    benchmark:
        "benchmarks/{study}/train_stage/{stage}.tsv"
    priority: of_study(training.steps)
    conda:
        "../envs/torch.yaml"
    threads: network_threads
    resources:
        mem_mb=growing(4000),
        runtime=1440,
        disk_mb=growing(2000),
        gpu=of_study(gpus_of_stage),
    params:
        state=f"{PREFIX}state/{{study}}/{{stage}}",
        options=options_of(training.train_stage),
        seed=seed,
        code=code_of("train_stage", training.models_of_stage),
    script:
        "../workflow_scripts/rules/training/train_stage.py"
