"""Pictures without labels: imported, near duplicates found, divided into parts.

Requires  the files of a data set of pictures
Produces  results/{study}/pictures
"""

from workflow_scripts.settings import pictures


rule import_pictures:
    input:
        manifest="results/{study}/manifest.json",
    output:
        pictures="results/{study}/pictures/all.h5",
    log:
        "logs/{study}/import_pictures.log",
    benchmark:
        "benchmarks/{study}/import_pictures/all.tsv"
    conda:
        "../envs/imaging.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(120),
        disk_mb=growing(4000),
    params:
        folder=of_study(data.download_folder),
        options=options_of(pictures.import_pictures),
        seed=seed,
        code=code_of("import_pictures", data.dataset_plugin),
    script:
        "../workflow_scripts/rules/pictures/import_pictures.py"


rule divide_pictures:
    input:
        manifest="results/{study}/manifest.json",
        pictures="results/{study}/pictures/all.h5",
    output:
        train="results/{study}/pictures/train.h5",
        valid="results/{study}/pictures/valid.h5",
        test="results/{study}/pictures/test.h5",
        catalogue="results/{study}/pictures/all.ecsv",
    log:
        "logs/{study}/divide_pictures.log",
    benchmark:
        "benchmarks/{study}/divide_pictures/all.tsv"
    conda:
        "../envs/imaging.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(60),
        disk_mb=growing(4000),
    params:
        options=options_of(pictures.divide_pictures),
        seed=seed,
        code=fingerprint("divide_pictures"),
    script:
        "../workflow_scripts/rules/pictures/divide_pictures.py"
