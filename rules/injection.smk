"""Injection: sources of known positions and fluxes in the user's own exposure, and how many of them are detected.

Requires  results/{study}/manifest.json, the files of a data set of images
Produces  results/{study}/injected/{injection}
"""

from workflow_scripts.settings import data, injection


rule detect_exposure:
    input:
        manifest="results/{study}/manifest.json",
        images=files_of(data.local_files),
    output:
        catalogue="results/{study}/injected/{injection}/before.ecsv",
        segments="results/{study}/injected/{injection}/before_segments.npy",
        about="results/{study}/injected/{injection}/before.json",
    log:
        "logs/{study}/detect_exposure/{injection}.log",
    benchmark:
        "benchmarks/{study}/detect_exposure/{injection}.tsv"
    conda:
        "../envs/imaging.yaml"
    threads: 1
    resources:
        mem_mb=growing(4000),
        runtime=growing(240),
        disk_mb=growing(4000),
    params:
        folder=of_study(data.download_folder),
        options=options_of(injection.detect_exposure),
        code=code_of("detect_exposure", data.dataset_plugin),
    script:
        "../workflow_scripts/rules/injection/detect_exposure.py"


rule inject_sources:
    input:
        manifest="results/{study}/manifest.json",
        images=files_of(data.local_files),
        listed=files_of(injection.listed),
        segments="results/{study}/injected/{injection}/before_segments.npy",
    output:
        injected="results/{study}/injected/{injection}/images/{shard}/image.fits",
        truth="results/{study}/injected/{injection}/images/{shard}/truth.ecsv",
        difference="results/{study}/injected/{injection}/images/{shard}/difference.fits",
        cutout="results/{study}/injected/{injection}/images/{shard}/cutout.npy",
    log:
        "logs/{study}/inject_sources/{injection}_{shard}.log",
    benchmark:
        "benchmarks/{study}/inject_sources/{injection}_{shard}.tsv"
    conda:
        "../envs/imaging.yaml"
    threads: 1
    resources:
        mem_mb=growing(4000),
        runtime=growing(240),
        disk_mb=growing(4000),
    params:
        folder=of_study(data.download_folder),
        options=options_of(injection.inject_sources),
        seed=seed,
        code=code_of("inject_sources", data.dataset_plugin),
    script:
        "../workflow_scripts/rules/injection/inject_sources.py"


rule detect_injected:
    input:
        images=files_of(data.local_files),
        injected="results/{study}/injected/{injection}/images/{shard}/image.fits",
        truth="results/{study}/injected/{injection}/images/{shard}/truth.ecsv",
    output:
        catalogue="results/{study}/injected/{injection}/images/{shard}/catalogue.ecsv",
        forced="results/{study}/injected/{injection}/images/{shard}/forced.csv",
    log:
        "logs/{study}/detect_injected/{injection}_{shard}.log",
    benchmark:
        "benchmarks/{study}/detect_injected/{injection}_{shard}.tsv"
    conda:
        "../envs/imaging.yaml"
    threads: 1
    resources:
        mem_mb=growing(4000),
        runtime=growing(240),
        disk_mb=growing(4000),
    params:
        folder=of_study(data.download_folder),
        options=options_of(injection.detect_injected),
        code=code_of("detect_injected", data.dataset_plugin),
    script:
        "../workflow_scripts/rules/injection/detect_injected.py"


rule measure_completeness:
    input:
        before="results/{study}/injected/{injection}/before.ecsv",
        about="results/{study}/injected/{injection}/before.json",
        truths=of_study(injection.of_images, name="truth.ecsv"),
        catalogues=of_study(injection.of_images, name="catalogue.ecsv"),
        forced=of_study(injection.of_images, name="forced.csv"),
    output:
        recovered="results/{study}/injected/{injection}/recovered.csv",
        bins="results/{study}/injected/{injection}/completeness.csv",
        limits="results/{study}/injected/{injection}/limits.json",
    log:
        "logs/{study}/measure_completeness/{injection}.log",
    benchmark:
        "benchmarks/{study}/measure_completeness/{injection}.tsv"
    conda:
        "../envs/imaging.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(60),
        disk_mb=growing(1000),
    params:
        options=options_of(injection.measure_completeness),
        seed=seed,
        code=fingerprint("measure_completeness"),
    script:
        "../workflow_scripts/rules/injection/measure_completeness.py"
