"""Scoring: damaged real fields to learn from, features, scorers and what they say.

Requires  results/{study}/fields, sources, skies
Produces  results/{study}/ladder, features, network_scores, scorers, scorers.csv, scores
"""


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
        options=section("ladder"),
        seed=seed,
        code=fingerprint("build_ladder"),
    script:
        "../workflow_scripts/rules/scoring/build_ladder.py"


rule extract_features:
    input:
        images=lambda wildcards: stack_of(wildcards.study, wildcards.sample),
    output:
        features="results/{study}/features/{feature}/{sample}.h5",
    log:
        "logs/{study}/extract_features/{feature}_{sample}.log",
    benchmark:
        "benchmarks/{study}/extract_features/{feature}_{sample}.tsv"
    conda:
        "../envs/imaging.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(240),
        disk_mb=growing(1000),
    params:
        options=lambda wildcards: SETTINGS[wildcards.study].measuring(wildcards.feature, wildcards.sample),
        code=lambda wildcards: fingerprint(
            "extract_features", *SETTINGS[wildcards.study].plugins_of_feature(wildcards.feature)
        ),
    script:
        "../workflow_scripts/rules/scoring/extract_features.py"


rule predict_scores:
    input:
        images=lambda wildcards: stack_of(wildcards.study, wildcards.sample),
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
        options=lambda wildcards: SETTINGS[wildcards.study].network(wildcards.stage, wildcards.sample),
        code=lambda wildcards: fingerprint(
            "predict_scores", f"models/{SETTINGS[wildcards.study].config['stages'][wildcards.stage]['model']}"
        ),
    script:
        "../workflow_scripts/rules/scoring/predict_scores.py"


rule train_scorer:
    input:
        train_features=scored_features("train"),
        valid_features=scored_features("valid"),
        test_features=scored_features("test"),
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
        options=lambda wildcards: SETTINGS[wildcards.study].scorer(wildcards.scorer),
        seed=seed,
        code=code_of_judge("train_scorer", "scorers"),
    script:
        "../workflow_scripts/rules/scoring/train_scorer.py"


rule score_images:
    input:
        features=features_for("scorers", None),
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
        code=code_of_judge("score_images", "scorers"),
    script:
        "../workflow_scripts/rules/scoring/score_images.py"


rule compare_scorers:
    input:
        reports=lambda wildcards: [
            f"results/{wildcards.study}/scorers/{scorer}/report.json"
            for scorer in SETTINGS[wildcards.study].compared_scorers
        ],
        predictions=lambda wildcards: [
            f"results/{wildcards.study}/scorers/{scorer}/test_predictions.csv"
            for scorer in SETTINGS[wildcards.study].compared_scorers
        ],
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
        options=lambda wildcards: {"scorers": SETTINGS[wildcards.study].compared_scorers},
        seed=seed,
        code=fingerprint("compare_scorers"),
    script:
        "../workflow_scripts/rules/scoring/compare_scorers.py"
