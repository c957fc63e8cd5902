"""Scoring: the ladder of damaged real fields, features, scorers and predicted scores.

Requires  results/{study}/fields, sources, skies
Produces  results/{study}/ladder, features, network_scores, scorers, scorers.csv, scores
"""

from workflow_scripts.settings import samples, scoring, training


rule build_ladder:
    input:
        fields="results/{study}/fields/{split}.h5",
        segmentation="results/{study}/sources/{split}_segmentation.h5",
        catalogue="results/{study}/sources/{split}.ecsv",
    output:
        ladder="results/{study}/ladder/{split}.h5",
    log:
        "logs/{study}/build_ladder/{split}.log",
    benchmark:
        "benchmarks/{study}/build_ladder/{split}.tsv"
    conda:
        "../envs/imaging.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(120),
        disk_mb=growing(4000),
    params:
        options=options_of(scoring.build_ladder),
        seed=seed,
        code=fingerprint("build_ladder"),
    script:
        "../workflow_scripts/rules/scoring/build_ladder.py"


rule check_images:
    input:
        images=files_of(samples.own_images),
    output:
        checked="results/{study}/own.json",
    log:
        "logs/{study}/check_images.log",
    benchmark:
        "benchmarks/{study}/check_images/all.tsv"
    priority: CHECKED_FIRST
    conda:
        "../envs/imaging.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(60),
        disk_mb=growing(1000),
    params:
        options=options_of(scoring.check_images),
        code=fingerprint("check_images"),
    script:
        "../workflow_scripts/rules/scoring/check_images.py"


rule extract_features:
    input:
        images=files_of(samples.images_of),
    output:
        features="results/{study}/features/{feature}/{sample}.h5",
    log:
        "logs/{study}/extract_features/{feature}_{sample}.log",
    benchmark:
        "benchmarks/{study}/extract_features/{feature}_{sample}.tsv"
    priority: of_study(priority_of_sample)
    conda:
        "../envs/imaging.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(240),
        disk_mb=growing(1000),
    params:
        options=options_of(scoring.extract_features),
        code=code_of("extract_features", scoring.plugins_of_features),
    script:
        "../workflow_scripts/rules/scoring/extract_features.py"


rule predict_scores:
    input:
        images=files_of(samples.images_of),
        weights="results/{study}/stages/{stage}/weights.safetensors",
        about="results/{study}/stages/{stage}/weights.json",
    output:
        features="results/{study}/network_scores/{stage}/{sample}.h5",
    log:
        "logs/{study}/predict_scores/{stage}_{sample}.log",
    benchmark:
        "benchmarks/{study}/predict_scores/{stage}_{sample}.tsv"
    conda:
        "../envs/torch.yaml"
    threads: network_threads
    resources:
        mem_mb=growing(3000),
        runtime=growing(240),
        disk_mb=growing(1000),
        gpu=gpu_count,
    params:
        options=options_of(scoring.predict_scores),
        code=code_of("predict_scores", training.model_of),
    script:
        "../workflow_scripts/rules/scoring/predict_scores.py"


rule train_scorer:
    input:
        train_features=of_study(scoring.scored_features, split="train"),
        valid_features=of_study(scoring.scored_features, split="valid"),
        test_features=of_study(scoring.scored_features, split="test"),
    output:
        model="results/{study}/scorers/{scorer}/model",
        report="results/{study}/scorers/{scorer}/report.json",
        predictions="results/{study}/scorers/{scorer}/test_predictions.csv",
    log:
        "logs/{study}/train_scorer/{scorer}.log",
    benchmark:
        "benchmarks/{study}/train_scorer/{scorer}.tsv"
    conda:
        "../envs/scoring.yaml"
    threads: 2
    resources:
        mem_mb=growing(2000),
        runtime=growing(240),
        disk_mb=growing(1000),
    params:
        options=options_of(scoring.train_scorer),
        seed=seed,
        code=code_of("train_scorer", scoring.plugin_of_scorer),
    script:
        "../workflow_scripts/rules/scoring/train_scorer.py"


rule score_images:
    input:
        features=of_study(scoring.features_of_scorer),
        model="results/{study}/scorers/{scorer}/model",
        report="results/{study}/scorers/{scorer}/report.json",
    output:
        scores="results/{study}/scores/{scorer}/{sample}.csv",
        details="results/{study}/scores/{scorer}/details/{sample}.csv",
    log:
        "logs/{study}/score_images/{scorer}_{sample}.log",
    benchmark:
        "benchmarks/{study}/score_images/{scorer}_{sample}.tsv"
    conda:
        "../envs/scoring.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(120),
        disk_mb=growing(1000),
    params:
        code=code_of("score_images", scoring.plugin_of_scorer),
    script:
        "../workflow_scripts/rules/scoring/score_images.py"


rule compare_scorers:
    input:
        reports=of_study(scoring.of_compared_scorers, name="report.json"),
        predictions=of_study(scoring.of_compared_scorers, name="test_predictions.csv"),
    output:
        table="results/{study}/scorers.csv",
        scorers=report(
            "results/{study}/figures/scorers.png", caption="../resources/captions/scorers.rst", category="Realism"
        ),
    log:
        "logs/{study}/compare_scorers.log",
    benchmark:
        "benchmarks/{study}/compare_scorers/all.tsv"
    conda:
        "../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(30),
        disk_mb=growing(1000),
    params:
        options=options_of(scoring.compare_scorers),
        seed=seed,
        code=fingerprint("compare_scorers"),
    script:
        "../workflow_scripts/rules/scoring/compare_scorers.py"
