"""Blending: from stamps to blends, masks, variances, catalogues and fluxes.

Requires  results/{study}/stamps/{split}.h5, .ecsv
Produces  results/{study}/blends/{blend}/{split}_*
"""

from workflow_scripts.settings import blending


rule pair_galaxies:
    input:
        stamps=of_study(blending.stamps, ending="h5"),
        stamp_catalogue=of_study(blending.stamps, ending="ecsv"),
    output:
        blends="results/{study}/blends/{blend}/shards/{split}_{shard}.h5",
    log:
        "logs/{study}/pair_galaxies/{blend}_{split}_{shard}.log",
    benchmark:
        "benchmarks/{study}/pair_galaxies/{blend}_{split}_{shard}.tsv"
    conda:
        "../envs/imaging.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(60),
        disk_mb=growing(2000),
    params:
        options=options_of(blending.pair_galaxies),
        seed=of_study(blending.seed_of_blends),
        code=fingerprint("pair_galaxies"),
    script:
        "../workflow_scripts/rules/blending/pair_galaxies.py"


rule render_blends:
    input:
        shards=of_study(blending.blend_shards),
        stamps=of_study(blending.stamps, ending="h5"),
        stamp_catalogue=of_study(blending.stamps, ending="ecsv"),
    output:
        catalogue="results/{study}/blends/{blend}/{split}_catalogue.csv",
        blends="results/{study}/blends/{blend}/{split}_blends.npy",
    log:
        "logs/{study}/render_blends/{blend}_{split}.log",
    benchmark:
        "benchmarks/{study}/render_blends/{blend}_{split}.tsv"
    conda:
        "../envs/imaging.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(120),
        disk_mb=growing(4000),
    params:
        options=options_of(blending.render_blends),
        seed=of_study(blending.seed_of_blends),
        code=fingerprint("render_blends"),
    script:
        "../workflow_scripts/rules/blending/render_blends.py"


rule render_variances:
    input:
        shards=of_study(blending.blend_shards),
        stamps=of_study(blending.stamps, ending="h5"),
        stamp_catalogue=of_study(blending.stamps, ending="ecsv"),
    output:
        variance="results/{study}/blends/{blend}/{split}_variance.npy",
    log:
        "logs/{study}/render_variances/{blend}_{split}.log",
    benchmark:
        "benchmarks/{study}/render_variances/{blend}_{split}.tsv"
    conda:
        "../envs/imaging.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(120),
        disk_mb=growing(4000),
    params:
        options=options_of(blending.render_variances),
        code=fingerprint("render_variances"),
    script:
        "../workflow_scripts/rules/blending/render_variances.py"


rule render_masks:
    input:
        shards=of_study(blending.blend_shards),
        stamps=of_study(blending.stamps, ending="h5"),
        stamp_catalogue=of_study(blending.stamps, ending="ecsv"),
    output:
        masks="results/{study}/blends/{blend}/{split}_{method}.npy",
    log:
        "logs/{study}/render_masks/{blend}_{split}_{method}.log",
    benchmark:
        "benchmarks/{study}/render_masks/{blend}_{split}_{method}.tsv"
    conda:
        "../envs/imaging.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(120),
        disk_mb=growing(4000),
    params:
        options=options_of(blending.render_masks),
        code=fingerprint("render_masks"),
    script:
        "../workflow_scripts/rules/blending/render_masks.py"


rule convert_fluxes:
    input:
        stamps=of_study(blending.stamps, ending="h5"),
        catalogue="results/{study}/blends/{blend}/{split}_catalogue.csv",
    output:
        flux="results/{study}/blends/{blend}/{split}_flux.npy",
    log:
        "logs/{study}/convert_fluxes/{blend}_{split}.log",
    benchmark:
        "benchmarks/{study}/convert_fluxes/{blend}_{split}.tsv"
    conda:
        "../envs/imaging.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(30),
        disk_mb=growing(1000),
    params:
        options=options_of(blending.convert_fluxes),
        code=fingerprint("convert_fluxes"),
    script:
        "../workflow_scripts/rules/blending/convert_fluxes.py"


rule describe_blends:
    input:
        shards=of_study(blending.blend_shards),
        stamps=of_study(blending.stamps, ending="h5"),
        stamp_catalogue=of_study(blending.stamps, ending="ecsv"),
        blends="results/{study}/blends/{blend}/{split}_blends.npy",
        variance="results/{study}/blends/{blend}/{split}_variance.npy",
    output:
        described="results/{study}/blends/{blend}/{split}_blends.h5",
    log:
        "logs/{study}/describe_blends/{blend}_{split}.log",
    benchmark:
        "benchmarks/{study}/describe_blends/{blend}_{split}.tsv"
    conda:
        "../envs/imaging.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(120),
        disk_mb=growing(4000),
    params:
        options=options_of(blending.describe_blends),
        seed=of_study(blending.seed_of_blends),
        code=fingerprint("describe_blends"),
    script:
        "../workflow_scripts/rules/blending/describe_blends.py"


rule deblend_blends:
    input:
        described="results/{study}/blends/{blend}/{split}_blends.h5",
    output:
        galaxies="results/{study}/blends/{blend}/{split}_baseline.csv",
        summary="results/{study}/blends/{blend}/{split}_baseline.json",
    log:
        "logs/{study}/deblend_blends/{blend}_{split}.log",
    benchmark:
        "benchmarks/{study}/deblend_blends/{blend}_{split}.tsv"
    conda:
        "../envs/imaging.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(120),
        disk_mb=growing(1000),
    params:
        options=options_of(blending.deblend_blends),
        seed=of_study(blending.seed_of_blends),
        code=fingerprint("deblend_blends"),
    script:
        "../workflow_scripts/rules/blending/deblend_blends.py"
