"""Deblending: the sources of blends, separated by deblenders and compared with the truth.

Requires  results/{study}/blends/{blend}/{split}_blends.h5, results/{study}/stamps
Produces  results/{study}/deblended/{blend}
"""

from workflow_scripts.settings import blending, deblending


rule separate_blends:
    input:
        described="results/{study}/blends/{blend}/{split}_blends.h5",
        stamps=of_study(blending.stamps, ending="h5"),
        results=files_of(deblending.results_of_user),
    output:
        separated="results/{study}/deblended/{blend}/{deblender}/{split}_sources.h5",
    log:
        "logs/{study}/separate_blends/{blend}_{deblender}_{split}.log",
    benchmark:
        "benchmarks/{study}/separate_blends/{blend}_{deblender}_{split}.tsv"
    conda:
        "../envs/imaging.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(240),
        disk_mb=growing(4000),
    params:
        options=options_of(deblending.separate_blends),
        code=code_of("separate_blends", deblending.plugin_of_deblender),
    script:
        "../workflow_scripts/rules/deblending/separate_blends.py"


rule measure_separations:
    input:
        described="results/{study}/blends/{blend}/{split}_blends.h5",
        separated="results/{study}/deblended/{blend}/{deblender}/{split}_sources.h5",
    output:
        galaxies="results/{study}/deblended/{blend}/{deblender}/{split}_galaxies.csv",
        blends="results/{study}/deblended/{blend}/{deblender}/{split}_blends.csv",
    log:
        "logs/{study}/measure_separations/{blend}_{deblender}_{split}.log",
    benchmark:
        "benchmarks/{study}/measure_separations/{blend}_{deblender}_{split}.tsv"
    conda:
        "../envs/imaging.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(120),
        disk_mb=growing(1000),
    params:
        options=options_of(deblending.measure_separations),
        code=fingerprint("measure_separations"),
    script:
        "../workflow_scripts/rules/deblending/measure_separations.py"


rule compare_deblenders:
    input:
        galaxies=of_study(deblending.of_deblenders, name="galaxies.csv"),
        blends=of_study(deblending.of_deblenders, name="blends.csv"),
    output:
        leaderboard="results/{study}/deblended/{blend}/leaderboard.csv",
        bins="results/{study}/deblended/{blend}/bins.csv",
    log:
        "logs/{study}/compare_deblenders/{blend}.log",
    benchmark:
        "benchmarks/{study}/compare_deblenders/{blend}.tsv"
    conda:
        "../envs/imaging.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(60),
        disk_mb=growing(1000),
    params:
        options=options_of(deblending.compare_deblenders),
        seed=of_study(blending.seed_of_blends),
        code=fingerprint("compare_deblenders"),
    script:
        "../workflow_scripts/rules/deblending/compare_deblenders.py"
