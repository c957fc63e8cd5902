"""Training: one rule for every network.

Requires  the training and validation parts of the stage's `data`; the weights of its `predictor`, if it has one
Produces  results/{study}/stages/{stage}/weights.safetensors, .json, history.csv, samples.h5
"""

from workflow_scripts.settings import samples, training


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
