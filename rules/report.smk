"""The page at the end: costs, and one HTML file that needs nothing else.

Requires  everything that the study makes
Produces  results/{study}/costs.csv, sky_costs.csv, report.html
"""


rule tabulate_costs:
    input:
        leaderboard=for_section("leaderboard", "results/{study}/leaderboard.csv"),
        figures=figures,
        products=other_products,
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
        folder="benchmarks/{study}",
        options=pricing,
        code=fingerprint("tabulate_costs"),
    script:
        "../workflow_scripts/rules/report/tabulate_costs.py"


rule write_report:
    input:
        templates=[resource(f"report/{name}") for name in pages.TEMPLATES],
        captions=captions,
        figures=figures,
        verdicts=for_section("leaderboard", "results/{study}/verdicts.csv"),
        leaderboard=for_section("leaderboard", "results/{study}/leaderboard.csv"),
        costs="results/{study}/costs.csv",
        sky_costs="results/{study}/sky_costs.csv",
        manifest="results/{study}/manifest.json",
        images=images_of_data,
        scorer_reports=for_chosen("results/{study}/scorers/{scorer}/report.json", "scorers"),
        scorer_table=for_section("scorers", "results/{study}/scorers.csv"),
        sliders=for_section("galaxies", "results/{study}/sliders.csv"),
        tables=lambda wildcards: [
            f"results/{wildcards.study}/{name}.csv" for name in SETTINGS[wildcards.study].networks_asked
        ],
        products=other_products,
        baselines=for_chosen("results/{study}/blends/{blend}/test_baseline.json", "blends"),
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
        options=lambda wildcards: pages.page(SETTINGS[wildcards.study]),
        seed=seed,
        code=fingerprint("write_report", *(f"resources/report/{name}" for name in pages.TEMPLATES)),
    script:
        "../workflow_scripts/rules/report/write_report.py"
