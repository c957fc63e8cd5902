"""The smallest study on a SLURM of two nodes, undisturbed and disturbed: the products are those of a local run."""

import os
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest
from cluster import STATE, WEIGHTS, finish, log, submit, trainer, until
from running import copy_repository, edit, snakemake

EXEMPT = re.compile(r"report\.html|cost")


def products(folder):
    """Return the bytes of everything that a study is made of, by name."""
    files = sorted(path for path in (folder / "results").rglob("*") if path.is_file())
    return {name: path.read_bytes() for path in files if not EXEMPT.search(name := str(path.relative_to(folder)))}


def test_the_study_is_the_same_as_a_local_one(cluster, local, tmp_path):
    folder = copy_repository(tmp_path / "skyloom")
    process = submit(folder, targets=[])
    pid = trainer(folder, process, checkpoint=False)  # it is done soon after
    environ = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    assert b"CUDA_VISIBLE_DEVICES=0" in environ
    finish(process, folder, seconds=560)
    ours, theirs = products(folder), products(local)
    assert ours.keys() == theirs.keys()
    assert [name for name in ours if ours[name] != theirs[name]] == []
    rows = [line.split("|") for line in cluster.ask("sacct", "-nXP", "-o", "Comment,Partition,AllocTRES").splitlines()]
    used = {(comment.partition("_wildcards")[0].removeprefix("rule_"), partition) for comment, partition, _ in rows}
    assert {("train_stage", "gpu"), ("detect_sources", "cpu"), ("extract_features", "cpu")} <= used
    assert {partition for rule, partition in used if rule == "train_stage"} == {"gpu"}
    assert all("gres/gpu" in tres for _, partition, tres in rows if partition == "gpu")


def test_out_of_memory_is_tried_again_with_more(cluster, folder):
    target = "results/smoke/background/histogram.h5"
    before = (folder / target).read_bytes()
    (folder / target).unlink()
    rules = folder / "rules" / "patches.smk"
    block = rules.read_text()[rules.read_text().index("rule fit_background") :].partition("script:")[0]
    less = re.sub(r"mem_mb=growing\(\d+\)", "mem_mb=growing(120)", block)
    assert less != block
    edit(rules, block, less)
    finish(submit(folder, "--retries", "4", targets=[target]), folder)
    states = [
        line for line in cluster.ask("sacct", "-nXP", "-o", "State,Comment").splitlines() if "fit_background" in line
    ]
    assert states[-1].startswith("COMPLETED")
    assert len(states) > 1, "it was tried once"
    assert "Exceeded job memory limit" in cluster.logs()
    assert (folder / target).read_bytes() == before


def test_over_its_time_it_goes_on_from_its_checkpoint(cluster, folder, undisturbed):
    process = submit(folder, "--set-resources", "train_stage:runtime=1")
    pid = trainer(folder, process)
    number = cluster.job()
    os.kill(pid, signal.SIGSTOP)  # so that it surely takes longer than its minute
    until(lambda: "TIMEOUT" in cluster.states(number), 140)
    finish(process, folder)
    assert_went_on(folder, undisturbed)


def assert_went_on(folder, undisturbed):
    assert "going on from step" in log(folder)
    assert (folder / WEIGHTS).read_bytes() == undisturbed
    assert not (folder / STATE).exists()


def test_a_job_that_is_requeued_goes_on(cluster, folder, undisturbed):
    process = submit(folder)
    os.kill(trainer(folder, process), signal.SIGSTOP)  # so that it is surely not done before
    number = cluster.job()
    cluster.ask("scontrol", "requeue", number)
    until(lambda: "REQUEUED" in "".join(cluster.states(number)), 60)
    until(lambda: cluster.waits(number), 60)
    cluster.hasten(number)
    finish(process, folder)
    assert_went_on(folder, undisturbed)


def test_a_node_that_dies(cluster, folder, undisturbed):
    """Its slurmd and all that ran on it are gone at once; the job goes to the other node."""
    process = submit(folder)
    pid = trainer(folder, process)
    number = cluster.job()
    node = cluster.ask("squeue", "-h", "-j", number, "-o", "%N").strip()
    cluster.kill(f"slurmd-{node}")
    steps = subprocess.run(["pgrep", "-f", rf"slurmstepd: \[{number}\."], capture_output=True, text=True, check=False)
    for one in [*map(int, steps.stdout.split()), *family(pid)]:
        kill(one)
    try:
        until(lambda: cluster.waits(number), 120)
        cluster.hasten(number)
        until(lambda: cluster.ask("squeue", "-h", "-j", number, "-t", "R", "-o", "%N").strip() not in ("", node), 60)
    finally:
        cluster.start(f"slurmd-{node}")
    finish(process, folder)
    assert_went_on(folder, undisturbed)


def family(pid):
    """Return a process and those above it, up to what SLURM started."""
    found = []
    while pid > 1 and b"slurmstepd" not in (words := Path(f"/proc/{pid}/cmdline").read_bytes()):
        found += [pid] if words else []
        pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return found


def kill(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def test_the_controller_is_away_for_20_seconds(cluster, folder, undisturbed):
    process = submit(folder)
    trainer(folder, process)
    cluster.kill("slurmctld")
    time.sleep(20)
    cluster.start("slurmctld")
    finish(process, folder)
    assert (folder / WEIGHTS).read_bytes() == undisturbed


def test_the_main_process_is_killed(cluster, folder, undisturbed):
    """As docs/cluster.md says: cancel what is left in the queue, unlock, run again."""
    process = submit(folder)
    trainer(folder, process)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert cluster.ask("squeue", "-h", "-o", "%A").split(), "the job lives on"
    name = cluster.ask("squeue", "-h", "-o", "%j").split()[0]
    cluster.ask("scancel", "--name", name)
    until(lambda: not cluster.ask("squeue", "-h", "-o", "%A").split())
    snakemake(folder, "--unlock")
    finish(submit(folder), folder)
    assert_went_on(folder, undisturbed)


BAD = {
    "partition": (
        ["--set-resources", "train_stage:slurm_partition=gpus"],
        "skyloom: profile: no partition 'gpus' on this cluster; did you mean 'gpu'?",
    ),
    "account": (
        ["--default-resources", "slurm_account=mian"],
        "skyloom: profile: slurm_account: 'mian' is not one of your accounts; did you mean 'main'?",
    ),
    "GPUs": (
        ["--set-resources", "train_stage:gpu=3"],
        "skyloom: a job requests 3 GPUs, but no node of this cluster has more than 1: request fewer",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_what_the_cluster_lacks_is_reported_in_one_line(case, cluster, folder):
    arguments, line = BAD[case]
    output = finish(submit(folder, *arguments), folder, ok=False).splitlines()
    assert output[-1] == line
    assert not [one for one in output if "rror" in one or "Traceback" in one]
    assert not list((folder / ".snakemake" / "locks").glob("*"))


def test_shards_of_blends_share_an_allocation(cluster, folder):
    """They last seconds: the profile groups them."""
    for path in (folder / "results/smoke").glob("*/*/shards/*"):
        path.unlink()
    targets = [f"results/smoke/blends/pairs/shards/train_{shard}.h5" for shard in (0, 1)]
    finish(submit(folder, targets=targets), folder)
    assert all((folder / one).exists() for one in targets)
    sent = [line for line in (folder / "output.txt").read_text().splitlines() if "submitted with SLURM jobid" in line]
    assert len(sent) == 1, "one allocation for both"
