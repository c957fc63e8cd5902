"""Galaxies on request: generated, measured, and compared with the requested attributes.

Networks predict the class and the attributes of generated galaxies, and test their benefit for a classifier.

Requires  results/{study}/galaxies; stages that are conditioned on attributes; the stages of classifier and predictor
Produces  results/{study}/generated/{request}/{stage}, recovery.csv, purity.csv, physics.csv, augmentation.csv
"""

from workflow_scripts.settings import galaxies, requests, training


rule check_requests:
    input:
        table=files_of(galaxies.requested_table),
        train="results/{study}/galaxies/train.h5",
    output:
        checked="results/{study}/generated/{request}/{stage}/requests.json",
    log:
        "logs/{study}/check_requests/{request}_{stage}.log",
    benchmark:
        "benchmarks/{study}/check_requests/{request}_{stage}.tsv"
    priority: CHECKED_FIRST
    conda:
        "../envs/imaging.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(60),
        disk_mb=growing(1000),
    params:
        options=options_of(galaxies.check_requests),
        code=fingerprint("check_requests"),
    script:
        "../workflow_scripts/rules/galaxies/check_requests.py"


rule generate_stamps:
    input:
        weights="results/{study}/stages/{stage}/weights.safetensors",
        about="results/{study}/stages/{stage}/weights.json",
        train="results/{study}/galaxies/train.h5",
        test="results/{study}/galaxies/test.h5",
        table=files_of(galaxies.table_of_request),
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
        options=options_of(galaxies.generate_stamps),
        seed=seed,
        code=code_of("generate_stamps", training.model_of),
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
        options=options_of(galaxies.catalogue_stamps),
        code=fingerprint("catalogue_stamps"),
    script:
        "../workflow_scripts/rules/galaxies/catalogue_stamps.py"


rule measure_recovery:
    input:
        galaxies="results/{study}/galaxies/test.h5",
        generated=of_study(requests.generated, use="recovery", name="catalogue.ecsv"),
    output:
        recovery="results/{study}/recovery.csv",
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
        options=options_of(galaxies.measure_recovery),
        code=fingerprint("measure_recovery"),
    script:
        "../workflow_scripts/rules/galaxies/measure_recovery.py"


rule classify_stamps:
    input:
        test="results/{study}/galaxies/test.h5",
        stamps=of_study(requests.generated, use="recovery", name="stamps.h5"),
        weights=of_study(galaxies.weights_applied, kind="classifier", ending="safetensors"),
        about=of_study(galaxies.weights_applied, kind="classifier", ending="json"),
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
        options=options_of(galaxies.classify_stamps),
        code=code_of("classify_stamps", galaxies.model_applied, kind="classifier"),
    script:
        "../workflow_scripts/rules/galaxies/classify_stamps.py"


rule measure_physics:
    input:
        test="results/{study}/galaxies/test.h5",
        stamps=of_study(requests.generated, use="recovery", name="stamps.h5"),
        weights=of_study(galaxies.weights_applied, kind="predictor", ending="safetensors"),
        about=of_study(galaxies.weights_applied, kind="predictor", ending="json"),
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
        options=options_of(galaxies.measure_physics),
        code=code_of("measure_physics", galaxies.model_applied, kind="predictor"),
    script:
        "../workflow_scripts/rules/galaxies/measure_physics.py"


rule compare_augmentation:
    input:
        train="results/{study}/galaxies/train.h5",
        test="results/{study}/galaxies/test.h5",
        generated=of_study(galaxies.augmenting_galaxies),
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
        options=options_of(galaxies.compare_augmentation),
        seed=seed,
        code=code_of("compare_augmentation", galaxies.model_applied, kind="classifier"),
    script:
        "../workflow_scripts/rules/galaxies/compare_augmentation.py"
