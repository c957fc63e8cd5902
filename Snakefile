"""Skyloom: survey images in; trained generators, synthetic skies with truth, and a verdict on their realism out."""

from pathlib import Path

from snakemake.utils import min_version

min_version("9.0")


include: "rules/common.smk"
include: "rules/resources.smk"
include: "rules/data.smk"
include: "rules/blending.smk"
include: "rules/deblending.smk"
include: "rules/injection.smk"
include: "rules/galaxies.smk"
include: "rules/pictures.smk"
include: "rules/patches.smk"
include: "rules/training.smk"
include: "rules/generation.smk"
include: "rules/scoring.smk"
include: "rules/judging.smk"
include: "rules/figures.smk"
include: "rules/report.smk"
include: "rules/parents.smk"


onstart:
    if workflow.executor_plugin.name == "slurm":
        check_slurm()


onsuccess:
    clear_states(workflow.dag.jobs)
    if Path(f"results/{SETTINGS.study}/report.html").exists():
        print(f"The page: results/{SETTINGS.study}/report.html")


rule all:
    input:
        lambda wildcards: or_exit(lambda: page.products_of_run(SETTINGS[SETTINGS.study])),


rule experiments:
    input:
        lambda wildcards: f"results/{SETTINGS.study}/experiments.csv",
