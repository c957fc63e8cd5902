"""Galaxies on request: do they have what was asked for.

Requires  results/{study}/galaxies, of a data set whose attributes are known and whose pixels are linear
Produces  results/{study}/sliders.csv
"""


rule measure_sliders:
    input:
        galaxies="results/{study}/galaxies/test.h5",
    output:
        sliders="results/{study}/sliders.csv",
    log:
        "logs/{study}/measure_sliders.log",
    benchmark:
        "benchmarks/{study}/measure_sliders/all.tsv"
    conda:
        "../envs/imaging.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(60),
        disk_mb=growing(1000),
    params:
        options=lambda wildcards: {"n_measured": SETTINGS[wildcards.study].config["galaxies"]["n_measured"]},
        code=fingerprint("measure_sliders"),
    script:
        "../workflow_scripts/measure_sliders.py"
