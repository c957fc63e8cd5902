"""Skyloom: survey images in; trained generators, synthetic skies with truth, and a verdict on their realism out."""

from pathlib import Path

from snakemake.utils import min_version

min_version("9.0")


configfile: workflow.source_path("config.yaml")


include: "rules/common.smk"
include: "rules/inputs/blending.smk"
include: "rules/inputs/training.smk"
include: "rules/inputs/generation.smk"
include: "rules/inputs/galaxies.smk"
include: "rules/inputs/scoring.smk"
include: "rules/inputs/report.smk"
include: "rules/data.smk"
include: "rules/blending.smk"
include: "rules/galaxies.smk"
include: "rules/patches.smk"
include: "rules/training.smk"
include: "rules/generation.smk"
include: "rules/scoring.smk"
include: "rules/judging.smk"
include: "rules/figures.smk"
include: "rules/report.smk"
include: "rules/parents.smk"


onstart:
    tell_where_jobs_run(workflow.local_exec)
    if workflow.executor_plugin.name == "slurm":
        check_slurm()


onsuccess:
    clear_states(workflow.dag.jobs)
    page = Path(f"results/{config['study']}/report.html")
    if page.exists():
        print(f"The page: {page}")


rule all:
    default_target: True
    input:
        products_of(config["study"]),


rule experiments:
    input:
        experiments_of(config["study"]),
