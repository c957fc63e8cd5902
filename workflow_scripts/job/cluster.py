"""Ask a SLURM cluster, before the first job is sent, whether it has what the profile and the study name."""

import getpass
import re
import subprocess
from pathlib import Path

import yaml  # comes with Snakemake

from workflow_scripts.job.plugins import suggestion


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
