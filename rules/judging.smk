"""Judging: comparisons with the real test fields, with null distributions and power, and the leaderboard.

Requires  results/{study}/fields, sources, features, scores
Produces  results/{study}/damaged, referees, comparisons, power, leaderboard.csv, experiments.csv
"""

from workflow_scripts.settings import judging, power, referees, samples


rule train_referee:
    input:
        real=of_study(samples.images_of, sample="real_test"),
        other=of_study(samples.images_of),
    output:
        real_scores="results/{study}/referees/{metric}/{sample}/real.h5",
        sample_scores="results/{study}/referees/{metric}/{sample}/sample.h5",
    log:
        "logs/{study}/train_referee/{metric}_{sample}.log",
    benchmark:
        "benchmarks/{study}/train_referee/{metric}_{sample}.tsv"
    conda:
        "../envs/torch.yaml"
    threads: network_threads
    resources:
        mem_mb=growing(3000),
        runtime=growing(240),
        disk_mb=growing(1000),
        gpu=gpu_count,
    params:
        sample="{sample}",
        options=options_of(referees.train_referee),
        seed=seed,
        code=fingerprint("train_referee"),
    script:
        "../workflow_scripts/rules/judging/train_referee.py"


rule check_referee:
    input:
        scores=of_study(referees.scores_of_controls),
    output:
        controls="results/{study}/referees/{metric}/controls.json",
    log:
        "logs/{study}/check_referee/{metric}.log",
    benchmark:
        "benchmarks/{study}/check_referee/{metric}.tsv"
    conda:
        "../envs/scoring.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(30),
        disk_mb=growing(1000),
    params:
        options=options_of(referees.check_referee),
        seed=seed,
        code=code_of("check_referee", judging.plugin_of_metric),
    script:
        "../workflow_scripts/rules/judging/check_referee.py"


rule measure_null:
    input:
        real=of_study(referees.real_values, sample="real_train"),
        train=of_study(judging.training_features),
        controls=of_study(referees.controls_of),
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
        options=options_of(judging.measure_null),
        seed=seed,
        code=code_of("measure_null", judging.plugin_of_metric),
    script:
        "../workflow_scripts/rules/judging/measure_null.py"


rule damage_fields:
    input:
        fields="results/{study}/fields/{split}.h5",
        segmentation="results/{study}/sources/{split}_segmentation.h5",
        catalogue="results/{study}/sources/{split}.ecsv",
    output:
        damaged="results/{study}/damaged/{split}_{damage}.h5",
    log:
        "logs/{study}/damage_fields/{split}_{damage}.log",
    benchmark:
        "benchmarks/{study}/damage_fields/{split}_{damage}.tsv"
    conda:
        "../envs/imaging.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(120),
        disk_mb=growing(4000),
    params:
        kind="{damage}",
        options=options_of(judging.damage_fields),
        seed=seed,
        code=fingerprint("damage_fields"),
    script:
        "../workflow_scripts/rules/judging/damage_fields.py"


rule measure_power:
    input:
        real=of_study(judging.features_of_metric, sample="real_test"),
        damaged=of_study(judging.damaged_features),
        train=of_study(judging.training_features),
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
        options=options_of(judging.measure_power),
        seed=seed,
        code=code_of("measure_power", judging.plugin_of_metric),
    script:
        "../workflow_scripts/rules/judging/measure_power.py"


rule compare_samples:
    input:
        real=of_study(referees.real_values),
        other=of_study(referees.sample_values),
        train=of_study(judging.training_features),
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
        options=options_of(judging.compare_samples),
        seed=seed,
        code=code_of("compare_samples", judging.plugin_of_metric),
    script:
        "../workflow_scripts/rules/judging/compare_samples.py"


rule rank_skies:
    input:
        comparisons=of_study(judging.comparisons),
        scores=of_study(judging.scores),
        powers=of_study(power.powers),
        controls=of_study(referees.controls),
        generated=of_study(judging.images_of_samples),
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
        options=options_of(judging.rank_skies),
        code=fingerprint("rank_skies"),
    script:
        "../workflow_scripts/rules/judging/rank_skies.py"


rule tabulate_experiments:
    input:
        scores=of_study(judging.scores_of_experiments),
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
        options=options_of(judging.tabulate_experiments),
        code=fingerprint("tabulate_experiments"),
    script:
        "../workflow_scripts/rules/judging/tabulate_experiments.py"
