"""Galaxies on request: generated, measured, and compared with the request.

Networks predict the class and the attributes of generated galaxies; a classifier shows what they add to its training.

Requires  results/{study}/galaxies; stages that are conditioned on attributes; those of classifier and predictor
Produces  results/{study}/generated/{request}/{stage}, sliders.csv, purity.csv, physics.csv, augmentation.csv
"""


rule generate_stamps:
    input:
        weights="results/{study}/stages/{stage}/weights.safetensors",
        about="results/{study}/stages/{stage}/weights.json",
        train="results/{study}/galaxies/train.h5",
        test="results/{study}/galaxies/test.h5",
        table=table_of_requests,
    output:
        stamps="results/{study}/generated/{request}/{stage}/stamps.h5",
    log:
        "logs/{study}/generate_stamps/{request}_{stage}.log",
    benchmark:
        "benchmarks/{study}/generate_stamps/{request}_{stage}.tsv"
    conda:
        "../envs/torch.yaml"
    threads: network_threads
    resources:
        mem_mb=growing(4000),
        runtime=growing(240),
        disk_mb=growing(4000),
        gpu=gpu_count,
    params:
        options=lambda wildcards: SETTINGS[wildcards.study].request(wildcards.request, wildcards.stage),
        seed=seed,
        code=lambda wildcards: fingerprint(
            "generate_stamps", f"models/{SETTINGS[wildcards.study].config['stages'][wildcards.stage]['model']}"
        ),
    script:
        "../workflow_scripts/rules/galaxies/generate_stamps.py"


rule catalogue_stamps:
    input:
        stamps="results/{study}/generated/{request}/{stage}/stamps.h5",
        train="results/{study}/galaxies/train.h5",
    output:
        catalogue="results/{study}/generated/{request}/{stage}/catalogue.ecsv",
        cube="results/{study}/generated/{request}/{stage}/stamps.fits",
        album="results/{study}/generated/{request}/{stage}/pictures.zip",
    log:
        "logs/{study}/catalogue_stamps/{request}_{stage}.log",
    benchmark:
        "benchmarks/{study}/catalogue_stamps/{request}_{stage}.tsv"
    conda:
        "../envs/imaging.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(120),
        disk_mb=growing(4000),
    params:
        options=lambda wildcards: {"linear": SETTINGS[wildcards.study].linear},
        code=fingerprint("catalogue_stamps"),
    script:
        "../workflow_scripts/rules/galaxies/catalogue_stamps.py"


rule measure_recovery:
    input:
        galaxies="results/{study}/galaxies/test.h5",
        generated=generated("held_out", "catalogue.ecsv"),
    output:
        recovery="results/{study}/sliders.csv",
    log:
        "logs/{study}/measure_recovery.log",
    benchmark:
        "benchmarks/{study}/measure_recovery/all.tsv"
    conda:
        "../envs/imaging.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(60),
        disk_mb=growing(1000),
    params:
        options=lambda wildcards: SETTINGS[wildcards.study].sliders,
        code=fingerprint("measure_recovery"),
    script:
        "../workflow_scripts/rules/galaxies/measure_recovery.py"


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
        "../workflow_scripts/rules/galaxies/classify_stamps.py"


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
        "../workflow_scripts/rules/galaxies/measure_physics.py"


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
        "../workflow_scripts/rules/galaxies/compare_augmentation.py"
