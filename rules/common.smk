"""What all rules share. Settings of a study, inputs looked up by key, resources."""

import os
import shutil
import sys
from functools import cache
from pathlib import Path

from snakemake.iocontainers import Wildcards

from workflow_scripts.runtime.cluster import check_cluster, check_profile, partitions_of
from workflow_scripts.runtime.device import gpus_here, jobs_run_here, tell_where_jobs_run
from workflow_scripts.runtime.fingerprint import fingerprint
from workflow_scripts.settings.settings import Settings

# Threads of networks that wait for each other shall sleep: spinning, they make training crawl on a busy machine.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

LIMITS = workflow.global_resources if workflow.is_main_process else {}  # of all jobs together: --resources

try:
    if workflow.is_main_process:
        asked = [*LIMITS, *(workflow.resource_settings.default_resources or ())]
        check_profile(Path(workflow.basedir, "profiles/slurm/partitions.yaml"), asked)
    SETTINGS = Settings(config)
    if LIMITS and "gpu" not in LIMITS and gpus_here(SETTINGS[config["study"]].config["device"]):
        raise ValueError("this run has no limit of GPUs, and all trainings would share one: say --resources gpu=1 too")
    if "gpu" in LIMITS:
        SETTINGS[config["study"]].check_gpus(LIMITS["gpu"].value)  # Snakemake would hand out fewer without a word
except ValueError as error:
    sys.exit(f"skyloom: {error}")  # one line; an exception would bring Snakemake's own lines around it


wildcard_constraints:
    study=SETTINGS.pattern("studies"),
    stage=SETTINGS.pattern("stages"),
    request=SETTINGS.pattern("requests"),
    sky=SETTINGS.pattern("skies"),
    blend=SETTINGS.pattern("blends"),
    scorer=SETTINGS.pattern("scorers"),
    metric=SETTINGS.pattern("metrics"),
    feature=SETTINGS.pattern("features"),
    sample="[a-z][a-z0-9_]*",
    split="train|valid|test",
    method="gg_masks|ogg_masks|bogg_masks|single_images",
    use="learn|judge",
    shard="[0-9]+",


def resource(name):
    """Return a file of resources/, by its relative name where products lie beside it: a moved folder reruns nothing."""
    folder = Path(workflow.basedir)
    return str(Path("resources" if Path.cwd() == folder else folder / "resources", name))


def section(name):
    """Return a params function: a section of the study's settings."""
    return lambda wildcards: SETTINGS[wildcards.study].section(name)


def seed(wildcards):
    """Return the study's seed."""
    return SETTINGS[wildcards.study].config["seed"]


def growing(amount, most=float("inf")):
    """Return a resource function: the amount, doubled with every attempt that failed (`retries` of the profile)."""
    return lambda wildcards, attempt: min(amount * 2 ** (attempt - 1), most)


def gpu_count(wildcards):
    """Return the GPUs of a job that runs a network: none where there are none, so that jobs run side by side.

    `device: auto` asks this machine; on a cluster the jobs run elsewhere and ask for a GPU.
    """
    device = SETTINGS[wildcards.study].config["device"]
    here = workflow.local_exec if workflow.is_main_process else jobs_run_here()
    return gpus_here(device) if here else int(device != "cpu")


def gpu_count_of_stage(wildcards):
    """Return the GPUs that a stage is trained on."""
    return gpu_count(wildcards) * SETTINGS[wildcards.study].stage(wildcards.stage)["gpus"]


def clear_states(jobs):
    """Remove the states of trainings whose products are seen complete: those of a run that ended well."""
    for job in jobs:
        if "state" in job.params.keys():
            shutil.rmtree(job.params.state, ignore_errors=True)


def network_threads(wildcards):
    """Return the threads of a job that runs a network."""
    return SETTINGS[wildcards.study].config["torch_threads"]


def code_of_dataset(entry, wildcards):
    """Return the fingerprint of an entry that runs the study's data set plugin."""
    return fingerprint(entry, f"datasets/{SETTINGS[wildcards.study].dataset['source']}")


def for_chosen(pattern, kind):
    """Return an input function: a file per sky, blend, scorer or metric that the study chose."""
    singular = "sky" if kind == "skies" else kind.removesuffix("s")
    return lambda wildcards: [
        pattern.format(study=wildcards.study, **{singular: name}) for name in SETTINGS[wildcards.study].chosen(kind)
    ]


def check_slurm():
    """Refuse partitions, accounts and GPUs that the cluster has not, before a job is sent there."""
    settings = workflow.executor_settings
    file = getattr(settings, "partition_config", None)
    jobs = list(workflow.dag.needrun_jobs())
    accounts = sorted({str(job.resources.slurm_account) for job in jobs if job.resources.get("slurm_account")})
    named = {str(job.resources.slurm_partition) for job in jobs if job.resources.get("slurm_partition")}
    try:
        check_cluster(
            sorted({*partitions_of(file), *named}),
            accounts,
            max((job.resources.get("gpu", 0) for job in jobs), default=0),
        )
    except ValueError as error:
        sys.exit(f"skyloom: {error}")
