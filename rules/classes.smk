"""What networks say of generated galaxies: their class, their attributes, and what they add to a classifier.

Requires  results/{study}/galaxies, generated; the stages of classifier and predictor
Produces  results/{study}/purity.csv, physics.csv, augmentation.csv
"""


rule classify_stamps:
    input:
        test="results/{study}/galaxies/test.h5",
        stamps=generated("held_out", "stamps.h5"),
        weights=weights_of("classifier", "safetensors"),
        about=weights_of("classifier", "json"),
    output:
        purity="results/{study}/purity.csv",
    log:
        "logs/{study}/classify_stamps.log",
    benchmark:
        "benchmarks/{study}/classify_stamps/all.tsv"
    conda:
        "../envs/torch.yaml"
    threads: network_threads
    resources:
        mem_mb=growing(3000),
        runtime=growing(120),
        disk_mb=growing(1000),
        gpu=gpu_count,
    params:
        options=lambda wildcards: SETTINGS[wildcards.study].asking_networks,
        code=lambda wildcards: fingerprint("classify_stamps", *SETTINGS[wildcards.study].model_of("classifier")),
    script:
        "../workflow_scripts/classify_stamps.py"


rule measure_physics:
    input:
        test="results/{study}/galaxies/test.h5",
        stamps=generated("held_out", "stamps.h5"),
        weights=weights_of("predictor", "safetensors"),
        about=weights_of("predictor", "json"),
    output:
        physics="results/{study}/physics.csv",
    log:
        "logs/{study}/measure_physics.log",
    benchmark:
        "benchmarks/{study}/measure_physics/all.tsv"
    conda:
        "../envs/torch.yaml"
    threads: network_threads
    resources:
        mem_mb=growing(3000),
        runtime=growing(120),
        disk_mb=growing(1000),
        gpu=gpu_count,
    params:
        options=lambda wildcards: SETTINGS[wildcards.study].asking_networks,
        code=lambda wildcards: fingerprint("measure_physics", *SETTINGS[wildcards.study].model_of("predictor")),
    script:
        "../workflow_scripts/measure_physics.py"


rule compare_augmentation:
    input:
        train="results/{study}/galaxies/train.h5",
        test="results/{study}/galaxies/test.h5",
        generated=lambda wildcards: stack_of(wildcards.study, SETTINGS[wildcards.study].augmentation["generator"]),
    output:
        table="results/{study}/augmentation.csv",
    log:
        "logs/{study}/compare_augmentation.log",
    benchmark:
        "benchmarks/{study}/compare_augmentation/all.tsv"
    conda:
        "../envs/torch.yaml"
    threads: network_threads
    resources:
        mem_mb=growing(4000),
        runtime=growing(240),
        disk_mb=growing(1000),
        gpu=gpu_count,
    params:
        options=lambda wildcards: SETTINGS[wildcards.study].augmentation,
        seed=seed,
        code=lambda wildcards: fingerprint("compare_augmentation", *SETTINGS[wildcards.study].model_of("classifier")),
    script:
        "../workflow_scripts/compare_augmentation.py"
