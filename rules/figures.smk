"""Figures of the report, a rule for each theme.

Requires  all products of the study
Produces  results/{study}/figures, results/{study}/differences.csv, results/{study}/quiz.json
"""

from workflow_scripts.settings import blending, deblending, figures, galaxies, injection
from workflow_scripts.settings import judging, requests, samples, scoring


rule draw_realism:
    input:
        real_test=of_study(samples.images_of, sample="real_test"),
        real_train=of_study(samples.images_of, sample="real_train"),
        sky_fields=of_study(judging.images_of_samples),
        segmentation=of_study(figures.detected, ending="_segmentation.h5"),
        catalogue=of_study(figures.detected, ending=".ecsv"),
        spectra=of_study(figures.spectra),
        nulls=of_study(judging.nulls),
        judged=of_study(judging.comparisons),
        scored=of_study(judging.scores),
        predictions=of_study(scoring.of_scorers, name="test_predictions.csv"),
        scorer_reports=of_study(scoring.of_scorers, name="report.json"),
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
        "logs/{study}/draw_realism.log",
    benchmark:
        "benchmarks/{study}/draw_realism/all.tsv"
    conda:
        "../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(60),
        disk_mb=growing(1000),
    params:
        options=options_of(figures.draw_realism),
        code=fingerprint("draw_realism"),
    script:
        "../workflow_scripts/rules/figures/draw_realism.py"


rule draw_quiz:
    input:
        real_test=of_study(samples.images_of, sample="real_test"),
        sky_fields=of_study(judging.images_of_samples),
        verdicts="results/{study}/verdicts.csv",
    output:
        quiz=report("results/{study}/figures/quiz.png", caption="../resources/captions/quiz.rst", category="Skies"),
        answer="results/{study}/quiz.json",
    log:
        "logs/{study}/draw_quiz.log",
    benchmark:
        "benchmarks/{study}/draw_quiz/all.tsv"
    conda:
        "../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(30),
        disk_mb=growing(1000),
    params:
        options=options_of(figures.draw_quiz),
        seed=seed,
        code=fingerprint("draw_quiz"),
    script:
        "../workflow_scripts/rules/figures/draw_quiz.py"


rule draw_training:
    input:
        histories=of_study(figures.of_stages, name="history.csv"),
        drawn=of_study(figures.of_stages, name="samples.h5"),
        training_data=of_study(figures.training_data_of_stages),
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
        options=options_of(figures.draw_training),
        code=fingerprint("draw_training"),
    script:
        "../workflow_scripts/rules/figures/draw_training.py"


rule draw_galaxies:
    input:
        test="results/{study}/galaxies/test.h5",
        table="results/{study}/recovery.csv",
        stamps=of_study(requests.generated, use="recovery", name="stamps.h5"),
        catalogues=of_study(requests.generated, use="recovery", name="catalogue.ecsv"),
        moved=of_study(requests.generated, use="sweep", name="stamps.h5"),
    output:
        galaxies=report(
            "results/{study}/figures/galaxies.png", caption="../resources/captions/galaxies.rst", category="Galaxies"
        ),
        recovery=report(
            "results/{study}/figures/recovery.png", caption="../resources/captions/recovery.rst", category="Galaxies"
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
        options=options_of(figures.draw_galaxies),
        code=fingerprint("draw_galaxies"),
    script:
        "../workflow_scripts/rules/figures/draw_galaxies.py"


rule draw_blends:
    input:
        described=of_study(blending.of_blends, name="test_blends.h5"),
        catalogues=of_study(blending.of_blends, name="test_catalogue.csv"),
        galaxies=of_study(blending.of_blends, name="test_baseline.csv"),
        summaries=of_study(blending.of_blends, name="test_baseline.json"),
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
        options=options_of(figures.draw_blends),
        code=fingerprint("draw_blends"),
    script:
        "../workflow_scripts/rules/figures/draw_blends.py"


rule draw_deblenders:
    input:
        bins=of_study(deblending.of_deblended, name="bins.csv"),
        described=of_study(deblending.first_described),
        separated=of_study(deblending.first_separated),
    output:
        deblenders=report(
            "results/{study}/figures/deblenders.png", caption="../resources/captions/deblenders.rst", category="Blends"
        ),
        separations=report(
            "results/{study}/figures/separations.png",
            caption="../resources/captions/separations.rst",
            category="Blends",
        ),
    log:
        "logs/{study}/draw_deblenders.log",
    benchmark:
        "benchmarks/{study}/draw_deblenders/all.tsv"
    conda:
        "../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(30),
        disk_mb=growing(1000),
    params:
        options=options_of(figures.draw_deblenders),
        code=fingerprint("draw_deblenders"),
    script:
        "../workflow_scripts/rules/figures/draw_deblenders.py"


rule draw_injections:
    input:
        recovered=of_study(injection.of_injections, name="recovered.csv"),
        bins=of_study(injection.of_injections, name="completeness.csv"),
        limits=of_study(injection.of_injections, name="limits.json"),
        cutouts=of_study(injection.of_injections, name="images/0/cutout.npy"),
    output:
        completeness=report(
            "results/{study}/figures/completeness.png",
            caption="../resources/captions/completeness.rst",
            category="Injection",
        ),
        injected=report(
            "results/{study}/figures/injected.png", caption="../resources/captions/injected.rst", category="Injection"
        ),
    log:
        "logs/{study}/draw_injections.log",
    benchmark:
        "benchmarks/{study}/draw_injections/all.tsv"
    conda:
        "../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(30),
        disk_mb=growing(1000),
    params:
        options=options_of(figures.draw_injections),
        code=fingerprint("draw_injections"),
    script:
        "../workflow_scripts/rules/figures/draw_injections.py"


rule draw_extremes:
    input:
        real_test=of_study(samples.images_of, sample="real_test"),
        sky_fields=of_study(judging.images_of_samples),
        details=of_study(figures.scores_of_first),
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
        options=options_of(figures.draw_extremes),
        code=fingerprint("draw_extremes"),
    script:
        "../workflow_scripts/rules/figures/draw_extremes.py"


rule draw_differences:
    input:
        real=of_study(figures.features_of_real),
        generated=of_study(figures.features_of_samples),
        judged=of_study(figures.explained),
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
        options=options_of(figures.draw_differences),
        seed=seed,
        code=code_of("draw_differences", figures.explaining_plugin),
    script:
        "../workflow_scripts/rules/figures/draw_differences.py"


rule draw_neighbours:
    input:
        real_test=of_study(samples.images_of, sample="real_test"),
        real_train=of_study(samples.images_of, sample="real_train"),
        sky_fields=of_study(judging.images_of_samples),
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
        options=options_of(figures.draw_neighbours),
        code=fingerprint("draw_neighbours"),
    script:
        "../workflow_scripts/rules/figures/draw_neighbours.py"


rule draw_health:
    input:
        histories=of_study(figures.histories_of_physics_loss),
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
        options=options_of(figures.draw_health),
        code=fingerprint("draw_health"),
    script:
        "../workflow_scripts/rules/figures/draw_health.py"
