"""What the tests do to a cluster: ask it, run on it, break it."""

import os
import signal
import subprocess
import time
from pathlib import Path

from running import SMOKE, command
from study_files import override

WEIGHTS = "results/smoke/stages/star_wgan/weights.safetensors"
STATE = "state/smoke/star_wgan"
LONGER = {"steps": 240, "batch": 16, "checkpoint_every": 5, "options": {"width": 8, "critic_steps": 2}}
PROFILE = ["--workflow-profile", "profiles/slurm", "--slurm-init-seconds-before-status-checks", "2"]


def longer(folder):
    """Let the study's stage train long enough to be disturbed."""
    return override(folder, stages={"star_wgan": LONGER})


def until(condition, seconds=120):
    """Wait until a condition holds; return what it returned."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.02)
    return found


def submit(folder, *arguments, targets=(WEIGHTS,)):
    """Start Snakemake on the cluster in a process group of its own; its output goes to `output.txt`."""
    with (folder / "output.txt").open("w") as output:
        return subprocess.Popen(
            command(*PROFILE, "--latency-wait", "5", *arguments, "--config", SMOKE, "--", *targets),
            cwd=folder,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def finish(process, folder, ok=True, seconds=280):
    """Wait for the end of a run; return its output."""
    try:
        process.wait(timeout=seconds)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    output = (folder / "output.txt").read_text()
    assert (process.returncode == 0) == ok, output
    return output


def trainer(folder, process, other_than=None, checkpoint=True):
    """Wait for a training, and for its first checkpoint by default; return the process that trains."""

    def found():
        assert process.poll() is None, (folder / "output.txt").read_text()
        owner = folder / STATE / "owner"
        if not owner.exists() or (checkpoint and not (folder / STATE / "state.json").exists()):
            return None
        pid = int(owner.read_text().split()[0])
        return pid if pid != other_than and Path(f"/proc/{pid}").exists() else None

    return until(found, 300)


def log(folder):
    """Return the log of the training."""
    return (folder / "logs/smoke/train_stage/star_wgan.log").read_text()


class Cluster:
    """The SLURM of a folder."""

    def __init__(self, folder):
        self.folder = folder

    def ask(self, *words):
        """Return what a command of SLURM says."""
        return subprocess.run(words, capture_output=True, text=True, check=True).stdout

    def job(self):
        """Return the number of the job that runs."""
        return until(lambda: self.ask("squeue", "-h", "-t", "R", "-o", "%A").split())[0]

    def states(self, number):
        """Return the states that accounting knows of a job, requeued runs included."""
        return self.ask("sacct", "-nXPD", "-j", number, "-o", "State").split("\n")

    def waits(self, number):
        """Tell whether a job waits in the queue."""
        return bool(self.ask("squeue", "-h", "-j", number, "-t", "PD", "-o", "%A").strip())

    def hasten(self, number):
        """Let a job start now that waits its two minutes after it was requeued."""
        self.ask("scontrol", "update", f"JobId={number}", "StartTime=now")

    def logs(self):
        """Return what the daemons wrote."""
        return "".join(path.read_text() for path in (self.folder / "log").glob("slurm*.log"))

    def pid(self, daemon):
        """Return the process of a daemon."""
        return int((self.folder / "run" / f"{daemon}.pid").read_text())

    def kill(self, daemon):
        """Kill a daemon as a power cut does."""
        os.kill(self.pid(daemon), signal.SIGKILL)

    def start(self, daemon):
        """Start a daemon again."""
        configuration = ["-f", str(self.folder / "slurm.conf")]
        name, _, node = daemon.partition("-")
        subprocess.run([f"/usr/sbin/{name}", *(["-N", node] if node else []), *configuration], check=True)
        if node:
            until(lambda: self.ask("sinfo", "-h", "-N", "-n", node, "-o", "%T").split()[0] in ("idle", "mixed"))
