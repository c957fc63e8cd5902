"""Ask a SLURM cluster, before the first job is sent, whether it has what the profile and the study name."""

import difflib
import getpass
import re
import subprocess
from pathlib import Path

import yaml  # comes with Snakemake

from workflow_scripts.settings.plugins import suggestion

# What a partition may limit (snakemake-executor-plugin-slurm), and what the jobs of this workflow may ask for.
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
    """Refuse a misspelt name of a profile that SLURM's plugin would choke on, or not see.

    Parameters
    ----------
    file : Path
        The profile's partitions; may be missing.
    resources : iterable of str
        Names of `resources` and `default-resources`.

    Raises
    ------
    ValueError
        In one line, naming what was probably meant.
    """
    partitions = yaml.safe_load(file.read_text())["partitions"] if file.exists() else {}
    for partition, limits in partitions.items():
        for name in set(limits or {}) - set(LIMITS):
            raise ValueError(f"{file}: {partition}: no limit {name!r}{suggestion(name, LIMITS)}")
    for name in set(resources) - set(RESOURCES):  # other names may be anything, but not nearly one of these
        near = difflib.get_close_matches(name, RESOURCES, n=1, cutoff=0.8)
        if near and not name.startswith("_"):
            raise ValueError(f"profile or command line: no resource {name!r}; did you mean {near[0]!r}?")


def check_cluster(partitions, accounts, gpus):
    """Refuse what this cluster cannot do.

    Parameters
    ----------
    partitions : list of str
        Those that the profile names.
    accounts : list of str
        Those that the jobs ask for; may be empty.
    gpus : int
        The most that a job asks for.

    Raises
    ------
    ValueError
        In one line, naming what there is instead.
    """
    known = ask("sinfo", "--noheader", "--format=%R")
    for name in partitions:
        if known and name not in known:
            raise ValueError(f"profile: no partition {name!r} on this cluster{suggestion(name, known)}")
    mine = ask("sacctmgr", "-nP", "show", "associations", f"user={getpass.getuser()}", "format=account")
    for name in accounts:
        if mine and name not in mine:
            raise ValueError(f"profile: slurm_account: {name!r} is no account of yours{suggestion(name, mine)}")
    most = max([gpus_of(line) for line in ask("sinfo", "--noheader", "--format=%G")], default=gpus)
    if gpus > most:
        raise ValueError(f"a job asks for {gpus} GPUs, but no node of this cluster has more than {most}: ask for fewer")


def partitions_of(file):
    """Return the names in the profile's file of partitions; none where there is no such file."""
    return list(yaml.safe_load(Path(file).read_text())["partitions"]) if file else []


def ask(*command):
    """Return the different lines that a command of SLURM answers; none where it cannot answer."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return []
    return sorted({line.strip() for line in done.stdout.splitlines() if line.strip()}) if done.returncode == 0 else []


def gpus_of(gres):
    """Return the GPUs in what `sinfo` says of a node: `gpu:h200:4(S:0-1)`, `gpu:2`, `(null)`."""
    return sum(int(number) for number in re.findall(r"\bgpu:(?:[^:,(]+:)?(\d+)", gres))
