"""What all rules share: the settings of a run, functions of a study as inputs and params, resources."""

import os
import shutil
import sys
from functools import cache
from inspect import signature
from pathlib import Path

from workflow_scripts.runtime.cluster import check_cluster, check_profile, partitions_of
from workflow_scripts.runtime.device import gpus_here, jobs_run_here, set_jobs_run_here
from workflow_scripts.runtime.fingerprint import ROOT, fingerprint
from workflow_scripts.settings.files import read_settings
from workflow_scripts.settings.settings import Settings
from workflow_scripts.settings.values import as_param

# Threads of networks that wait for each other shall sleep: spinning, they make training crawl on a busy machine.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

CHECKED_FIRST = 10**9  # priority of jobs that read the user's files: above the steps of any training
LIMITS = workflow.global_resources if workflow.is_main_process else {}  # of all jobs together: --resources
HERE = ROOT.resolve().parent  # of this workflow, also as a module and through a symbolic link
OURS = workflow.modifier.rules  # the rules of this workflow, without those of an importer
PREFIX = workflow.modifier.path_modifier.replace_prefix("_")[:-1]  # of all products, where an importer sets one


def or_exit(function, *arguments, **more):
    """Call a function; where settings are wrong, end in one line: an exception would have Snakemake's around it."""
    try:
        return function(*arguments, **more)
    except ValueError as error:
        sys.exit(f"skyloom: {error}")


# config.yaml is read here and not by `configfile:`, so that `config` is what the run was given, or what an importing
# workflow hands over: the file of a study comes in between.
SETTINGS = Settings(or_exit(read_settings, HERE / "config.yaml"), config, [Path.cwd() / "studies", HERE / "studies"])

if workflow.is_main_process:
    asked = [*LIMITS, *(workflow.resource_settings.default_resources or ())]
    or_exit(check_profile, HERE / "profiles/slurm/partitions.yaml", asked)


wildcard_constraints:
    study="[a-z][a-z0-9_]*",
    stage="[a-z][a-z0-9_]*",
    request="[a-z][a-z0-9_]*",
    sky="[a-z][a-z0-9_]*",
    blend="[a-z][a-z0-9_]*",
    scorer="[a-z][a-z0-9_]*",
    metric="[a-z][a-z0-9_]*",
    feature="[a-z][a-z0-9_]*",
    sample="[a-z][a-z0-9_]*",
    split="train|valid|test",
    method="gg_masks|ogg_masks|bogg_masks|single_images",
    use="learn|judge",
    shard="[0-9]+",


def call_for(wildcards, function, given):
    """Return `function(study, ...)` for the study of a path; its other arguments are given, or wildcards of that name."""
    names = [
        name for name in signature(function).parameters if name in wildcards.keys() and name not in ("study", *given)
    ]
    taken = {name: wildcards[name] for name in names}
    return or_exit(lambda: function(SETTINGS[wildcards.study], **taken, **given))


def of_study(function, **given):
    """Return an input, params or resource function: what a function of the study returns."""
    return lambda wildcards: call_for(wildcards, function, given)


def files_of(function, **given):
    """Return an input function as `of_study` does, of files that may be the user's: no prefix moves these."""
    return lambda wildcards: in_place(call_for(wildcards, function, given))


def in_place(path):
    """Return paths of which those of the user's files stay where they are, whatever prefix an importer sets."""
    if isinstance(path, list):
        return [in_place(one) for one in path]
    return path if path.startswith("results/") else local(path)


def options_of(function):
    """Return a params function: a rule's options, which the function of its name in `settings/` builds."""
    return lambda wildcards: as_param(call_for(wildcards, function, {}))


def code_of(entry, plugins, **given):
    """Return a params function: the fingerprint of an entry and of the plugins that the study has it run."""
    return lambda wildcards: fingerprint(entry, *call_for(wildcards, plugins, given))


def seed(wildcards):
    """Return the study's seed."""
    return call_for(wildcards, lambda study: study.config.seed, {})


def resource(name):
    """Return a file of resources/, by its relative name where products lie beside it: a moved folder reruns nothing."""
    return local(str(Path("resources" if Path.cwd() == HERE else HERE / "resources", name)))


def growing(amount, most=float("inf")):
    """Return a resource function: the amount, doubled with every attempt that failed (`retries` of the profile)."""
    return lambda wildcards, attempt: min(amount * 2 ** (attempt - 1), most)


def gpus_of(study):
    """Return the GPUs of a job that runs a network: none where there are none, so that jobs run side by side.

    `device: auto` asks this machine; on a cluster the jobs run elsewhere and ask for a GPU.
    """
    return gpus_here(study.config.device) if jobs_are_local() else int(study.config.device != "cpu")


@cache
def jobs_are_local():
    """Tell whether jobs run on the machine that plans them; the process that plans them tells its jobs."""
    if not workflow.is_main_process:
        return jobs_run_here()
    set_jobs_run_here(workflow.local_exec)
    return workflow.local_exec


gpu_count = of_study(gpus_of)
network_threads = of_study(lambda study: study.config.torch_threads)


def clear_states(jobs):
    """Remove the states of our trainings whose products are seen complete: those of a run that ended well."""
    for job in jobs:
        if OURS & {job.rule} and "state" in job.params.keys():
            shutil.rmtree(job.params.state, ignore_errors=True)


def check_slurm():
    """Refuse partitions, accounts and GPUs that the cluster has not, before a job is sent there."""
    settings = workflow.executor_settings
    file = getattr(settings, "partition_config", None)
    jobs = list(workflow.dag.needrun_jobs())
    accounts = sorted({str(job.resources.slurm_account) for job in jobs if job.resources.get("slurm_account")})
    named = {str(job.resources.slurm_partition) for job in jobs if job.resources.get("slurm_partition")}
    gpus = max((job.resources.get("gpu", 0) for job in jobs), default=0)
    or_exit(check_cluster, sorted({*partitions_of(file), *named}), accounts, gpus)
