"""Judging: comparisons with the real test fields, each with its null and its power, and the leaderboard.

Requires  results/{study}/features, scores
Produces  results/{study}/comparisons, power, verdicts.csv, leaderboard.csv, experiments.csv
"""


rule measure_null:
    input:
        real=features_for("metrics", "real_test"),
        train=train_features,
    output:
        null="results/{study}/comparisons/{metric}/null.json",
    log:
        "logs/{study}/measure_null/{metric}.log",
    benchmark:
        "benchmarks/{study}/measure_null/{metric}.tsv"
    conda:
        "../envs/scoring.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(240),
        disk_mb=growing(1000),
    params:
        options=lambda wildcards: SETTINGS[wildcards.study].metric(wildcards.metric, "n_null"),
        seed=seed,
        code=code_of_judge("measure_null", "metrics"),
    script:
        "../workflow_scripts/rules/judging/measure_null.py"


rule measure_power:
    input:
        real=features_for("metrics", "real_test"),
        ladder=features_for("metrics", "ladder_test"),
        train=train_features,
    output:
        power="results/{study}/power/{metric}.json",
    log:
        "logs/{study}/measure_power/{metric}.log",
    benchmark:
        "benchmarks/{study}/measure_power/{metric}.tsv"
    conda:
        "../envs/scoring.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(240),
        disk_mb=growing(1000),
    params:
        options=lambda wildcards: SETTINGS[wildcards.study].metric(wildcards.metric),
        seed=seed,
        code=code_of_judge("measure_power", "metrics"),
    script:
        "../workflow_scripts/rules/judging/measure_power.py"


rule compare_samples:
    input:
        real=features_for("metrics", "real_test"),
        other=features_for("metrics", None),
        train=train_features,
        null="results/{study}/comparisons/{metric}/null.json",
    output:
        comparison="results/{study}/comparisons/{metric}/{sample}.json",
    log:
        "logs/{study}/compare_samples/{metric}_{sample}.log",
    benchmark:
        "benchmarks/{study}/compare_samples/{metric}_{sample}.tsv"
    conda:
        "../envs/scoring.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(240),
        disk_mb=growing(1000),
    params:
        sample="{sample}",
        options=lambda wildcards: SETTINGS[wildcards.study].metric(wildcards.metric, "n_bootstrap"),
        seed=seed,
        code=code_of_judge("compare_samples", "metrics"),
    script:
        "../workflow_scripts/rules/judging/compare_samples.py"


rule rank_skies:
    input:
        comparisons=for_samples("results/{study}/comparisons/{metric}/{sample}.json", "metrics", judged),
        scores=for_samples("results/{study}/scores/{scorer}/{sample}.csv", "scorers"),
        powers=lambda wildcards: [
            f"results/{wildcards.study}/power/{metric}.json" for metric in SETTINGS[wildcards.study].with_power
        ],
        generated=lambda wildcards: [stack_of(wildcards.study, sample) for sample in SETTINGS[wildcards.study].samples],
    output:
        verdicts="results/{study}/verdicts.csv",
        leaderboard="results/{study}/leaderboard.csv",
    log:
        "logs/{study}/rank_skies.log",
    benchmark:
        "benchmarks/{study}/rank_skies/all.tsv"
    conda:
        "../envs/scoring.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(30),
        disk_mb=growing(1000),
    params:
        options=lambda wildcards: {
            "metrics": SETTINGS[wildcards.study].chosen("metrics"),
            "samples": judged(wildcards.study),
            "scorers": SETTINGS[wildcards.study].chosen("scorers"),
        },
        code=fingerprint("rank_skies"),
    script:
        "../workflow_scripts/rules/judging/rank_skies.py"


rule tabulate_experiments:
    input:
        scores=lambda wildcards: [
            f"results/{wildcards.study}/scores/{scorer}/{sample}.csv"
            for sample, _ in SETTINGS[wildcards.study].experiments
            for scorer in SETTINGS[wildcards.study].chosen("scorers")
        ],
    output:
        experiments="results/{study}/experiments.csv",
    log:
        "logs/{study}/tabulate_experiments.log",
    benchmark:
        "benchmarks/{study}/tabulate_experiments/all.tsv"
    conda:
        "../envs/scoring.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(30),
        disk_mb=growing(1000),
    params:
        options=lambda wildcards: {
            "samples": SETTINGS[wildcards.study].experiments,
            "scorers": SETTINGS[wildcards.study].chosen("scorers"),
        },
        code=fingerprint("tabulate_experiments"),
    script:
        "../workflow_scripts/rules/judging/tabulate_experiments.py"
