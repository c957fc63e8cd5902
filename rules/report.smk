"""The report: costs, and one self-contained HTML file.

Requires  all products of the study
Produces  results/{study}/costs.csv, sky_costs.csv, report.html
"""

from workflow_scripts.settings import blending, deblending, injection, referees, report as page, scoring


rule tabulate_costs:
    input:
        leaderboard=of_study(page.of_section, section="leaderboard", name="leaderboard.csv"),
        figures=of_study(page.figures),
        products=of_study(page.other_products),
    output:
        costs="results/{study}/costs.csv",
        sky_costs="results/{study}/sky_costs.csv",
    log:
        "logs/{study}/tabulate_costs.log",
    benchmark:
        "benchmarks/{study}/tabulate_costs/all.tsv"
    conda:
        "../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(30),
        disk_mb=growing(1000),
    params:
        folder=f"{PREFIX}benchmarks/{{study}}",
        options=options_of(costs_of_study),
        code=fingerprint("tabulate_costs"),
    script:
        "../workflow_scripts/rules/report/tabulate_costs.py"


rule write_report:
    input:
        templates=[resource(f"report/{name}") for name in page.TEMPLATES],
        captions=of_study(caption_files),
        figures=of_study(page.figures),
        verdicts=of_study(page.of_section, section="leaderboard", name="verdicts.csv"),
        leaderboard=of_study(page.of_section, section="leaderboard", name="leaderboard.csv"),
        controls=of_study(referees.controls),
        quiz=of_study(page.of_section, section="quiz", name="quiz.json"),
        costs="results/{study}/costs.csv",
        sky_costs="results/{study}/sky_costs.csv",
        manifest="results/{study}/manifest.json",
        images=of_study(page.described_images),
        scorer_reports=of_study(scoring.of_scorers, name="report.json"),
        scorer_table=of_study(page.of_section, section="scorers", name="scorers.csv"),
        recovery=of_study(page.of_section, section="galaxies", name="recovery.csv"),
        tables=of_study(page.tables),
        products=of_study(page.other_products),
        baselines=of_study(blending.of_blends, name="test_baseline.json"),
        deblended=of_study(deblending.of_deblended, name="leaderboard.csv"),
        completeness=of_study(injection.of_injections, name="completeness.csv"),
        limits=of_study(injection.of_injections, name="limits.json"),
    output:
        page="results/{study}/report.html",
    log:
        "logs/{study}/write_report.log",
    benchmark:
        "benchmarks/{study}/write_report/all.tsv"
    conda:
        "../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(30),
        disk_mb=growing(1000),
    params:
        options=options_of(page.write_report),
        seed=seed,
        code=fingerprint("write_report", *(f"resources/report/{name}" for name in page.TEMPLATES)),
    script:
        "../workflow_scripts/rules/report/write_report.py"
