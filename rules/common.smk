"""Definitions shared by all rules: the settings of the run, input and params functions of a study."""

import os
import shutil
import sys
from functools import cache
from inspect import signature
from pathlib import Path

from workflow_scripts.runtime.cluster import check_cluster, check_profile, partitions_of
from workflow_scripts.runtime.fingerprint import ROOT, fingerprint
from workflow_scripts.settings.yaml_files import read_settings
from workflow_scripts.settings.settings import Settings
from workflow_scripts.settings.values import as_param

# Waiting threads of networks must sleep: spinning threads slow down training on a busy machine.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

CHECKED_FIRST = 10**9  # priority of jobs that read the user's files: above the steps of any training
LIMITS = workflow.global_resources if workflow.is_main_process else {}  # of all jobs together: --resources
HERE = ROOT.resolve().parent  # of this workflow, also as a module and through a symbolic link
OURS = workflow.modifier.rules  # the rules of this workflow, without those of an importer
PREFIX = workflow.modifier.path_modifier.replace_prefix("_")[:-1]  # of all products, if an importer sets one


def or_exit(function, *arguments, **more):
    """Call a function; exit with a one-line message, without Snakemake's traceback, if settings are invalid."""
    try:
        return function(*arguments, **more)
    except ValueError as error:
        sys.exit(f"skyloom: {error}")


# config.yaml is read here and not by `configfile:`, so that `config` contains the settings given to the run, or by an
# importing workflow, alone: the file of a study has a lower precedence than these.
SETTINGS = Settings(or_exit(read_settings, HERE / "config.yaml"), config, [Path.cwd() / "studies", HERE / "studies"])

if workflow.is_main_process:
    requested = [*LIMITS, *(workflow.resource_settings.default_resources or ())]
    or_exit(check_profile, HERE / "profiles/slurm/partitions.yaml", requested)


wildcard_constraints:
    study="[a-z][a-z0-9_]*",
    stage="[a-z][a-z0-9_]*",
    request="[a-z][a-z0-9_]*",
    sky="[a-z][a-z0-9_]*",
    blend="[a-z][a-z0-9_]*",
    deblender="[a-z][a-z0-9_]*",
    injection="[a-z][a-z0-9_]*",
    scorer="[a-z][a-z0-9_]*",
    metric="[a-z][a-z0-9_]*",
    feature="[a-z][a-z0-9_]*",
    sample="[a-z][a-z0-9_]*",
    split="train|valid|test",
    method="gg_masks|ogg_masks|bogg_masks|single_images",
    use="training|judging",
    shard="[0-9]+",


def call_for(wildcards, function, given):
    """Return `function(study, ...)` for the study of a path; other arguments are given, or wildcards of that name."""
    names = [
        name for name in signature(function).parameters if name in wildcards.keys() and name not in ("study", *given)
    ]
    taken = {name: wildcards[name] for name in names}
    return or_exit(lambda: function(SETTINGS[wildcards.study], **taken, **given))


def of_study(function, **given):
    """Return an input, params or resource function that calls a function of the study."""
    return lambda wildcards: call_for(wildcards, function, given)


def files_of(function, **given):
    """Return an input function like `of_study`, for files that may be the user's, to which no prefix applies."""
    return lambda wildcards: in_place(call_for(wildcards, function, given))


def in_place(path):
    """Return paths, with those of the user's files exempt from the prefix of an importer."""
    if isinstance(path, list):
        return [in_place(one) for one in path]
    return path if path.startswith("results/") else local(path)


def options_of(function):
    """Return a params function: the options of a rule, built by the function of its name in `settings/`."""
    return lambda wildcards: as_param(call_for(wildcards, function, {}))


def code_of(entry, plugins, **given):
    """Return a params function: the fingerprint of an entry and of its plugins in the study."""
    return lambda wildcards: fingerprint(entry, *call_for(wildcards, plugins, given))


def seed(wildcards):
    """Return the seed of the study."""
    return call_for(wildcards, lambda study: study.config.seed, {})


def resource(name):
    """Return a file of resources/; a relative path if products are beside it, so that a moved folder reruns nothing."""
    return local(str(Path("resources" if Path.cwd() == HERE else HERE / "resources", name)))


def clear_states(jobs):
    """Remove the states of the trainings of a run that ended successfully."""
    for job in jobs:
        if OURS & {job.rule} and "state" in job.params.keys():
            shutil.rmtree(job.params.state, ignore_errors=True)


def check_slurm():
    """Raise an error for partitions, accounts and GPUs that the cluster does not have, before a job is submitted."""
    settings = workflow.executor_settings
    file = getattr(settings, "partition_config", None)
    jobs = list(workflow.dag.needrun_jobs())
    accounts = sorted({str(job.resources.slurm_account) for job in jobs if job.resources.get("slurm_account")})
    named = {str(job.resources.slurm_partition) for job in jobs if job.resources.get("slurm_partition")}
    gpus = max((job.resources.get("gpu", 0) for job in jobs), default=0)
    or_exit(check_cluster, sorted({*partitions_of(file), *named}), accounts, gpus)
