"""Generation: skies composed from trained stages, with their truth.

Requires  results/{study}/stages, patches, background, process, sources, as each recipe needs
Produces  results/{study}/skies/{sky}/fields.h5, truth.fits, examples.fits
"""


rule generate_skies:
    input:
        parts=parts_of_sky,
        descriptions=descriptions_of_parts,
        fields=real_stack("train"),
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
        gpu=gpu_count_of_sky,
    params:
        options=lambda wildcards: SETTINGS[wildcards.study].sky(wildcards.sky, wildcards.shard),
        seed=seed,
        code=lambda wildcards: fingerprint("generate_skies", *SETTINGS[wildcards.study].plugins_of_sky(wildcards.sky)),
    script:
        "../workflow_scripts/rules/generation/generate_skies.py"


rule gather_skies:
    input:
        shards=sky_shards("fields"),
        shard_truths=sky_shards("truth"),
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
        options=lambda wildcards: {"n_examples": SETTINGS[wildcards.study].config["generation"]["n_examples"]},
        seed=seed,
        code=fingerprint("gather_skies"),
    script:
        "../workflow_scripts/rules/generation/gather_skies.py"
