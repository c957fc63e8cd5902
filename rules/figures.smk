"""Figures of the page, a rule for each theme.

Requires  everything that the study makes
Produces  results/{study}/figures, results/{study}/differences.csv
"""


rule draw_figures:
    input:
        real_test=real_stack("test"),
        real_train=real_stack("train"),
        sky_fields=lambda wildcards: [stack_of(wildcards.study, sample) for sample in SETTINGS[wildcards.study].samples],
        segmentation=sources_of_test("_segmentation.h5"),
        catalogue=sources_of_test(".ecsv"),
        spectra=spectra_of_samples,
        nulls=for_chosen("results/{study}/comparisons/{metric}/null.json", "metrics"),
        judged=for_samples("results/{study}/comparisons/{metric}/{sample}.json", "metrics", judged),
        scored=for_samples("results/{study}/scores/{scorer}/{sample}.csv", "scorers"),
        predictions=for_chosen("results/{study}/scorers/{scorer}/test_predictions.csv", "scorers"),
        scorer_reports=for_chosen("results/{study}/scorers/{scorer}/report.json", "scorers"),
    output:
        fields=report(
            "results/{study}/figures/fields.png", caption="../resources/captions/fields.rst", category="Skies"
        ),
        sources=report(
            "results/{study}/figures/sources.png", caption="../resources/captions/sources.rst", category="Data"
        ),
        power_spectra=report(
            "results/{study}/figures/power_spectra.png",
            caption="../resources/captions/power_spectra.rst",
            category="Realism",
        ),
        histograms=report(
            "results/{study}/figures/histograms.png",
            caption="../resources/captions/histograms.rst",
            category="Realism",
        ),
        comparisons=report(
            "results/{study}/figures/comparisons.png",
            caption="../resources/captions/comparisons.rst",
            category="Realism",
        ),
        scores=report(
            "results/{study}/figures/scores.png", caption="../resources/captions/scores.rst", category="Realism"
        ),
    log:
        "logs/{study}/draw_figures.log",
    benchmark:
        "benchmarks/{study}/draw_figures/all.tsv"
    conda:
        "../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(60),
        disk_mb=growing(1000),
    params:
        options=lambda wildcards: pages.figures(SETTINGS[wildcards.study]),
        code=fingerprint("draw_figures"),
    script:
        "../workflow_scripts/rules/figures/draw_figures.py"


rule draw_training:
    input:
        histories=for_stages("results/{study}/stages/{stage}/history.csv"),
        drawn=for_stages("results/{study}/stages/{stage}/samples.h5"),
        training_data=training_data_of_stages,
    output:
        training=report(
            "results/{study}/figures/training.png", caption="../resources/captions/training.rst", category="Training"
        ),
        samples=report(
            "results/{study}/figures/samples.png", caption="../resources/captions/samples.rst", category="Training"
        ),
    log:
        "logs/{study}/draw_training.log",
    benchmark:
        "benchmarks/{study}/draw_training/all.tsv"
    conda:
        "../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(60),
        disk_mb=growing(1000),
    params:
        options=lambda wildcards: {"stages": stages_with_data(wildcards.study)},
        code=fingerprint("draw_training"),
    script:
        "../workflow_scripts/rules/figures/draw_training.py"


rule draw_galaxies:
    input:
        test="results/{study}/galaxies/test.h5",
        table="results/{study}/sliders.csv",
        stamps=generated("held_out", "stamps.h5"),
        catalogues=generated("held_out", "catalogue.ecsv"),
        moved=generated("strips", "stamps.h5"),
    output:
        galaxies=report(
            "results/{study}/figures/galaxies.png", caption="../resources/captions/galaxies.rst", category="Galaxies"
        ),
        sliders=report(
            "results/{study}/figures/sliders.png", caption="../resources/captions/sliders.rst", category="Galaxies"
        ),
        strips=report(
            "results/{study}/figures/strips.png", caption="../resources/captions/strips.rst", category="Galaxies"
        ),
    log:
        "logs/{study}/draw_galaxies.log",
    benchmark:
        "benchmarks/{study}/draw_galaxies/all.tsv"
    conda:
        "../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(60),
        disk_mb=growing(1000),
    params:
        options=lambda wildcards: {"generators": SETTINGS[wildcards.study].generators},
        code=fingerprint("draw_galaxies"),
    script:
        "../workflow_scripts/rules/figures/draw_galaxies.py"


rule draw_blends:
    input:
        described=for_chosen("results/{study}/blends/{blend}/test_blends.h5", "blends"),
        catalogues=for_chosen("results/{study}/blends/{blend}/test_catalogue.csv", "blends"),
        galaxies=for_chosen("results/{study}/blends/{blend}/test_baseline.csv", "blends"),
        summaries=for_chosen("results/{study}/blends/{blend}/test_baseline.json", "blends"),
    output:
        blends=report(
            "results/{study}/figures/blends.png", caption="../resources/captions/blends.rst", category="Blends"
        ),
        blend_properties=report(
            "results/{study}/figures/blend_properties.png",
            caption="../resources/captions/blend_properties.rst",
            category="Blends",
        ),
        baseline=report(
            "results/{study}/figures/baseline.png", caption="../resources/captions/baseline.rst", category="Blends"
        ),
    log:
        "logs/{study}/draw_blends.log",
    benchmark:
        "benchmarks/{study}/draw_blends/all.tsv"
    conda:
        "../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(30),
        disk_mb=growing(1000),
    params:
        options=lambda wildcards: {"blends": SETTINGS[wildcards.study].chosen("blends")},
        code=fingerprint("draw_blends"),
    script:
        "../workflow_scripts/rules/figures/draw_blends.py"


rule draw_extremes:
    input:
        real_test=real_stack("test"),
        sky_fields=lambda wildcards: [stack_of(wildcards.study, sample) for sample in SETTINGS[wildcards.study].samples],
        details=extreme_scores,
    output:
        extremes=report(
            "results/{study}/figures/extremes.png", caption="../resources/captions/extremes.rst", category="Realism"
        ),
    log:
        "logs/{study}/draw_extremes.log",
    benchmark:
        "benchmarks/{study}/draw_extremes/all.tsv"
    conda:
        "../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(30),
        disk_mb=growing(1000),
    params:
        options=lambda wildcards: {
            "samples": shown(wildcards.study),
            "scorers": SETTINGS[wildcards.study].chosen("scorers"),
        },
        code=fingerprint("draw_extremes"),
    script:
        "../workflow_scripts/rules/figures/draw_extremes.py"


rule draw_differences:
    input:
        real=lambda wildcards: explained_features(wildcards)[0],
        generated=lambda wildcards: explained_features(wildcards)[1:],
        judged=explained("results/{study}/comparisons/{metric}/{sample}.json"),
    output:
        table="results/{study}/differences.csv",
        differences=report(
            "results/{study}/figures/differences.png",
            caption="../resources/captions/differences.rst",
            category="Realism",
        ),
    log:
        "logs/{study}/draw_differences.log",
    benchmark:
        "benchmarks/{study}/draw_differences/all.tsv"
    conda:
        "../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(60),
        disk_mb=growing(1000),
    params:
        options=lambda wildcards: pages.differences(SETTINGS[wildcards.study]),
        seed=seed,
        code=lambda wildcards: fingerprint(
            "draw_differences", f"metrics/{pages.differences(SETTINGS[wildcards.study])['metric']}"
        ),
    script:
        "../workflow_scripts/rules/figures/draw_differences.py"


rule draw_neighbours:
    input:
        real_test=real_stack("test"),
        real_train=real_stack("train"),
        sky_fields=lambda wildcards: [stack_of(wildcards.study, sample) for sample in SETTINGS[wildcards.study].samples],
    output:
        neighbours=report(
            "results/{study}/figures/neighbours.png",
            caption="../resources/captions/neighbours.rst",
            category="Realism",
        ),
    log:
        "logs/{study}/draw_neighbours.log",
    benchmark:
        "benchmarks/{study}/draw_neighbours/all.tsv"
    conda:
        "../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(120),
        disk_mb=growing(1000),
    params:
        options=lambda wildcards: {
            "side": SETTINGS[wildcards.study].config["judging"]["tile_size"],
            "skies": SETTINGS[wildcards.study].samples,
        },
        code=fingerprint("draw_neighbours"),
    script:
        "../workflow_scripts/rules/figures/draw_neighbours.py"


rule draw_health:
    input:
        histories=lambda wildcards: [
            f"results/{wildcards.study}/stages/{stage}/history.csv"
            for stage in SETTINGS[wildcards.study].stages_checked()
        ],
    output:
        health=report(
            "results/{study}/figures/health.png", caption="../resources/captions/health.rst", category="Training"
        ),
    log:
        "logs/{study}/draw_health.log",
    benchmark:
        "benchmarks/{study}/draw_health/all.tsv"
    conda:
        "../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(30),
        disk_mb=growing(1000),
    params:
        options=lambda wildcards: {"stages": SETTINGS[wildcards.study].stages_checked()},
        code=fingerprint("draw_health"),
    script:
        "../workflow_scripts/rules/figures/draw_health.py"
