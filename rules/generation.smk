"""Generation: skies composed from trained stages, with their truth.

Requires  results/{study}/stages, patches, background, process, library, sources, depending on the recipe
Produces  results/{study}/skies/{sky}/fields.h5, truth.fits, examples.fits
"""

from workflow_scripts.settings import generation, samples


rule check_sources:
    input:
        sources=files_of(generation.listed_sources),
        fields=of_study(samples.images_of, sample="real_train"),
    output:
        checked="results/{study}/skies/{sky}/sources.json",
    log:
        "logs/{study}/check_sources/{sky}.log",
    benchmark:
        "benchmarks/{study}/check_sources/{sky}.tsv"
    priority: CHECKED_FIRST
    conda:
        "../envs/imaging.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(60),
        disk_mb=growing(1000),
    params:
        options=options_of(generation.check_sources),
        code=fingerprint("check_sources"),
    script:
        "../workflow_scripts/rules/generation/check_sources.py"


rule generate_skies:
    input:
        parts=files_of(generation.parts_of_sky),
        descriptions=of_study(generation.descriptions_of_parts),
        fields=of_study(samples.images_of, sample="real_train"),
    output:
        sky="results/{study}/skies/{sky}/shards/fields_{shard}.h5",
        truth="results/{study}/skies/{sky}/shards/truth_{shard}.h5",
    log:
        "logs/{study}/generate_skies/{sky}_{shard}.log",
    benchmark:
        "benchmarks/{study}/generate_skies/{sky}_{shard}.tsv"
    conda:
        "../envs/torch.yaml"
    threads: network_threads
    resources:
        mem_mb=growing(2000),
        runtime=growing(120),
        disk_mb=growing(2000),
        gpu=of_study(gpus_of_sky),
    params:
        options=options_of(generation.generate_skies),
        seed=seed,
        code=code_of("generate_skies", generation.plugins_of_sky),
    script:
        "../workflow_scripts/rules/generation/generate_skies.py"


rule gather_skies:
    input:
        shards=of_study(generation.sky_shards, name="fields"),
        shard_truths=of_study(generation.sky_shards, name="truth"),
    output:
        sky="results/{study}/skies/{sky}/fields.h5",
        truth="results/{study}/skies/{sky}/truth.fits",
        examples="results/{study}/skies/{sky}/examples.fits",
    log:
        "logs/{study}/gather_skies/{sky}.log",
    benchmark:
        "benchmarks/{study}/gather_skies/{sky}.tsv"
    conda:
        "../envs/imaging.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(120),
        disk_mb=growing(8000),
    params:
        options=options_of(generation.gather_skies),
        seed=seed,
        code=fingerprint("gather_skies"),
    script:
        "../workflow_scripts/rules/generation/gather_skies.py"
