"""Data: images downloaded and cut into fields, sources detected, stamps cut.

Requires  the files of a data set, or a network connection to download them
Produces  results/{study}/fields, windows, sources, stamps; for a data set of stamps, stamps alone
"""

from workflow_scripts.settings import data


rule fetch_dataset:
    input:
        images=files_of(data.local_files),
    output:
        manifest="results/{study}/manifest.json",
    log:
        "logs/{study}/fetch_dataset.log",
    benchmark:
        "benchmarks/{study}/fetch_dataset/all.tsv"
    conda:
        "../envs/imaging.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(600, most=1440),
        disk_mb=growing(8000),
    params:
        folder=of_study(data.download_folder),
        options=options_of(data.fetch_dataset),
        code=code_of("fetch_dataset", data.dataset_plugin),
    script:
        "../workflow_scripts/rules/data/fetch_dataset.py"


rule import_dataset:
    input:
        manifest="results/{study}/manifest.json",
    output:
        train="results/{study}/fields/train.h5",
        valid="results/{study}/fields/valid.h5",
        test="results/{study}/fields/test.h5",
    log:
        "logs/{study}/import_dataset.log",
    benchmark:
        "benchmarks/{study}/import_dataset/all.tsv"
    conda:
        "../envs/imaging.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(120),
        disk_mb=growing(4000),
    params:
        folder=of_study(data.download_folder),
        options=options_of(data.import_dataset),
        seed=seed,
        code=code_of("import_dataset", data.dataset_plugin),
    script:
        "../workflow_scripts/rules/data/import_dataset.py"


rule list_truth:
    input:
        fields="results/{study}/fields/{split}.h5",
    output:
        truth="results/{study}/fields/{split}_truth.ecsv",
    log:
        "logs/{study}/list_truth/{split}.log",
    benchmark:
        "benchmarks/{study}/list_truth/{split}.tsv"
    conda:
        "../envs/imaging.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(60),
        disk_mb=growing(1000),
    params:
        folder=of_study(data.download_folder),
        options=options_of(data.list_truth),
        code=code_of("list_truth", data.dataset_plugin),
    script:
        "../workflow_scripts/rules/data/list_truth.py"


rule cut_windows:
    input:
        manifest="results/{study}/manifest.json",
        fields="results/{study}/fields/{split}.h5",
    output:
        windows="results/{study}/windows/{split}.h5",
    log:
        "logs/{study}/cut_windows/{split}.log",
    benchmark:
        "benchmarks/{study}/cut_windows/{split}.tsv"
    conda:
        "../envs/imaging.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(120),
        disk_mb=growing(4000),
    params:
        folder=of_study(data.download_folder),
        options=options_of(data.cut_windows),
        seed=seed,
        code=code_of("cut_windows", data.dataset_plugin),
    script:
        "../workflow_scripts/rules/data/cut_windows.py"


rule map_background:
    input:
        manifest="results/{study}/manifest.json",
    output:
        background="results/{study}/windows/background.h5",
    log:
        "logs/{study}/map_background.log",
    benchmark:
        "benchmarks/{study}/map_background/all.tsv"
    conda:
        "../envs/imaging.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(120),
        disk_mb=growing(1000),
    params:
        folder=of_study(data.download_folder),
        options=options_of(data.map_background),
        seed=seed,
        code=code_of("map_background", data.dataset_plugin),
    script:
        "../workflow_scripts/rules/data/map_background.py"


rule detect_sources:
    input:
        fields="results/{study}/fields/{split}.h5",
        windows=of_study(data.windows),
        background=of_study(data.background),
    output:
        catalogue="results/{study}/sources/{split}.ecsv",
        segmentation="results/{study}/sources/{split}_segmentation.h5",
        window_segmentation="results/{study}/windows/{split}_segmentation.h5",
    log:
        "logs/{study}/detect_sources/{split}.log",
    benchmark:
        "benchmarks/{study}/detect_sources/{split}.tsv"
    conda:
        "../envs/imaging.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(120),
        disk_mb=growing(1000),
    params:
        options=options_of(data.detect_sources),
        seed=seed,
        code=fingerprint("detect_sources"),
    script:
        "../workflow_scripts/rules/data/detect_sources.py"


rule cut_stamps:
    input:
        windows=of_study(data.windows),
        segmentation="results/{study}/windows/{split}_segmentation.h5",
        catalogue="results/{study}/sources/{split}.ecsv",
    output:
        stamps="results/{study}/stamps/{split}.h5",
        stamp_catalogue="results/{study}/stamps/{split}.ecsv",
    log:
        "logs/{study}/cut_stamps/{split}.log",
    benchmark:
        "benchmarks/{study}/cut_stamps/{split}.tsv"
    conda:
        "../envs/imaging.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(60),
        disk_mb=growing(1000),
    params:
        options=options_of(data.cut_stamps),
        seed=seed,
        code=fingerprint("cut_stamps"),
    script:
        "../workflow_scripts/rules/data/cut_stamps.py"


rule import_stamps:
    input:
        manifest="results/{study}/manifest.json",
    output:
        stamps="results/{study}/stamps/all.h5",
        stamp_catalogue="results/{study}/stamps/all.ecsv",
    log:
        "logs/{study}/import_stamps.log",
    benchmark:
        "benchmarks/{study}/import_stamps/all.tsv"
    conda:
        "../envs/imaging.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(120),
        disk_mb=growing(4000),
    params:
        folder=of_study(data.download_folder),
        options=options_of(data.import_stamps),
        seed=seed,
        code=code_of("import_stamps", data.dataset_plugin),
    script:
        "../workflow_scripts/rules/data/import_stamps.py"


rule import_galaxies:
    input:
        manifest="results/{study}/manifest.json",
    output:
        train="results/{study}/galaxies/train.h5",
        valid="results/{study}/galaxies/valid.h5",
        test="results/{study}/galaxies/test.h5",
        catalogue="results/{study}/galaxies/all.ecsv",
    log:
        "logs/{study}/import_galaxies.log",
    benchmark:
        "benchmarks/{study}/import_galaxies/all.tsv"
    conda:
        "../envs/imaging.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(600, most=1440),
        disk_mb=growing(20000),
    params:
        folder=of_study(data.download_folder),
        options=options_of(data.import_galaxies),
        seed=seed,
        code=code_of("import_galaxies", data.dataset_plugin),
    script:
        "../workflow_scripts/rules/data/import_galaxies.py"
