"""Check a profile and the requested resources against a SLURM cluster before the first job is submitted."""

import difflib
import getpass
import re
import subprocess
from pathlib import Path

import yaml  # comes with Snakemake

from workflow_scripts.settings.declared import nearest

# Limits of a partition (snakemake-executor-plugin-slurm), and resources that the jobs of this workflow may request.
LIMITS = (
    *("max_runtime", "max_mem_mb", "max_mem_mb_per_cpu", "max_cpus_per_task", "max_threads", "max_nodes", "max_tasks"),
    *("max_tasks_per_node", "max_gpu", "available_gpu_models", "max_cpus_per_gpu", "supports_mpi", "max_mpi_tasks"),
    *("available_constraints", "cluster"),
)
RESOURCES = (
    *("tmpdir", "mem", "mem_mb", "disk", "disk_mb", "runtime", "gpu", "gpu_model", "mem_mb_per_cpu", "cpus_per_task"),
    *("slurm_account", "slurm_partition", "slurm_extra", "qos", "clusters", "constraint", "reservation", "nodes"),
    *("tasks", "tasks_per_gpu", "cpus_per_gpu", "gres", "nice"),
)


def check_profile(file, resources):
    """Raise an error for misspelt names in a profile, which the SLURM plugin would reject unclearly or ignore.

    Parameters
    ----------
    file : Path
        Partitions of the profile; may be missing.
    resources : iterable of str
        Names of `resources` and `default-resources`.

    Raises
    ------
    ValueError
        If a name is unknown; the message suggests a similar one.
    """
    partitions = yaml.safe_load(file.read_text())["partitions"] if file.exists() else {}
    for partition, limits in partitions.items():
        for name in set(limits or {}) - set(LIMITS):
            raise ValueError(f"{file}: {partition}: no limit {name!r}{nearest(name, LIMITS)}")
    for name in set(resources) - set(RESOURCES):  # custom resources are allowed unless they resemble one of these
        near = difflib.get_close_matches(name, RESOURCES, n=1, cutoff=0.8)
        if near and not name.startswith("_"):
            raise ValueError(f"profile or command line: no resource {name!r}; did you mean {near[0]!r}?")


def check_cluster(partitions, accounts, gpus):
    """Raise an error for partitions, accounts and numbers of GPUs that the cluster does not have.

    Parameters
    ----------
    partitions : list of str
        Partitions of the profile.
    accounts : list of str
        Accounts of the jobs; may be empty.
    gpus : int
        Largest number of GPUs of a job.

    Raises
    ------
    ValueError
        If one does not exist; the message lists the existing ones.
    """
    known = query("sinfo", "--noheader", "--format=%R")
    for name in partitions:
        if known and name not in known:
            raise ValueError(f"profile: no partition {name!r} on this cluster{nearest(name, known)}")
    mine = query("sacctmgr", "-nP", "show", "associations", f"user={getpass.getuser()}", "format=account")
    for name in accounts:
        if mine and name not in mine:
            raise ValueError(f"profile: slurm_account: {name!r} is not one of your accounts{nearest(name, mine)}")
    available = max([gpus_of(line) for line in query("sinfo", "--noheader", "--format=%G")], default=gpus)
    if gpus > available:
        raise ValueError(
            f"a job requests {gpus} GPUs, but no node of this cluster has more than {available}: request fewer"
        )


def partitions_of(file):
    """Return the names of the partitions in a file of the profile; none without such a file."""
    return list(yaml.safe_load(Path(file).read_text())["partitions"]) if file else []


def query(*command):
    """Return the distinct lines of the output of a SLURM command; none if it fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return []
    return sorted({line.strip() for line in done.stdout.splitlines() if line.strip()}) if done.returncode == 0 else []


def gpus_of(gres):
    """Return the number of GPUs of a node from the output of `sinfo`: `gpu:h200:4(S:0-1)`, `gpu:2`, `(null)`."""
    return sum(int(number) for number in re.findall(r"\bgpu:(?:[^:,(]+:)?(\d+)", gres))
