"""Deblending: the sources of blends, separated by deblenders.

Requires  results/{study}/blends/{blend}/{split}_blends.h5, results/{study}/stamps
Produces  results/{study}/deblended/{blend}/{deblender}/{split}_sources.h5
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
