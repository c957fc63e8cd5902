"""Training: one rule for every network.

Requires  the data that the stage's `data` names, train and valid; the weights of its `predictor` where it has one
Produces  results/{study}/stages/{stage}/weights.safetensors, .json, history.csv, samples.h5
"""


rule train_stage:
    input:
        train_data=training_data("train"),
        valid_data=training_data("valid"),
        predictor=predictor_of_stage,
    output:
        weights="results/{study}/stages/{stage}/weights.safetensors",
        about="results/{study}/stages/{stage}/weights.json",
        history="results/{study}/stages/{stage}/history.csv",
        samples="results/{study}/stages/{stage}/samples.h5",
    log:
        "logs/{study}/train_stage/{stage}.log",
    benchmark:
        "benchmarks/{study}/train_stage/{stage}.tsv"
    priority: steps_of_stage
    conda:
        "../envs/torch.yaml"
    threads: network_threads
    resources:
        mem_mb=growing(4000),
        runtime=1440,
        disk_mb=growing(2000),
        gpu=gpu_count_of_stage,
    params:
        state="state/{study}/{stage}",
        options=lambda wildcards: SETTINGS[wildcards.study].stage(wildcards.stage),
        seed=seed,
        code=lambda wildcards: fingerprint("train_stage", *SETTINGS[wildcards.study].models_of_stage(wildcards.stage)),
    script:
        "../workflow_scripts/rules/training/train_stage.py"
