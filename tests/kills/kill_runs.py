"""Kill a local run of the smallest study at random moments; its products shall be those of an undisturbed run.

    kill_runs.py [--kills 100] [--seed 0] [--minutes 20]

A kill takes the main process alone (its jobs live on for a while as orphans, then are stopped), one of its jobs, or all
at once, as a power cut does; or the disk gets full at a random write (as root, who may mount a small one), which is
reported in one line. After each, every product under its final name is compared with the undisturbed run's: none may be
half-written. Then the documented sequence: room is made, `--unlock` where it is needed, and the same command again.
"""

import argparse
import hashlib
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "workflow"))
import contextlib

from disk import Disk
from running import SMOKE, command, copy_repository, run, snakemake  # noqa: E402

EXEMPT = re.compile(r"report\.html|cost")  # they tell of times; compared by their ends
FULL = "full disk"
KINDS = ("everything", "main process", "one job", FULL)
ROOM = 4_000_000_000  # bytes, at most; it takes of the memory what lies on it


def main():
    """Kill, compare, go on; at the end say what was killed."""
    options = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # so that the disks are taken away
    with tempfile.TemporaryDirectory(prefix="skyloom-kills-") as place, contextlib.ExitStack() as disks:
        killed, runs = kill_runs(Path(place), disks, options, random.Random(options.seed))
    full, kinds = killed.pop(FULL, 0), ", ".join(f"{number} x {kind}" for kind, number in sorted(killed.items()))
    print(f"{killed.total()} kills of {options.kills} requested ({kinds}), seed {options.seed}")
    print(f"{full} full disks, {runs} runs to the end")
    sys.exit(killed.total() < options.kills)


def kill_runs(place, disks, options, rng):
    """Kill until the number or the time is reached; return the number of kills of each kind, and the complete runs."""
    end = time.monotonic() + 60 * options.minutes
    whole = hashes(undisturbed(place / "undisturbed"))
    folder, disk = fresh(place / "killed", disks)
    killed, finished, seen = Counter(), 0, {}
    while killed.total() - killed[FULL] < options.kills and time.monotonic() < end - 180:
        kind = disturb(folder, disk, rng)
        killed[kind] += kind is not None
        print(f"{killed.total():4d}  {kind or 'ran to the end'}", flush=True)
        compare(folder, whole, seen)
        if kind is None:  # it ended before: begin again
            finished += 1
            assert hashes(folder).keys() == whole.keys(), "products are missing"
            (folder, disk), seen = fresh(place / f"killed_{finished}", disks), {}
    run(folder, targets=[])
    compare(folder, whole, {})
    assert hashes(folder).keys() == whole.keys(), "products are missing"
    assert "Nothing to be done" in run(folder, targets=[])
    assert not list((folder / "state").rglob("*.safetensors"))
    return +killed, finished + 1


def arguments():
    """Return the command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--minutes", type=float, default=20)
    return parser.parse_args()


def fresh(folder, disks):
    """Return a new copy of the repository, and the disk of its products: None where none can be mounted."""
    folder.mkdir()
    disk = Disk(copy_repository(folder) / "results")
    try:
        disk.mount(ROOM)
    except OSError:
        return folder, None
    disks.callback(disk.unmount)
    return folder, disk


def undisturbed(folder):
    """Return a folder in which the study was made in one go."""
    folder.mkdir()
    run(copy_repository(folder), targets=[])
    return folder


def disturb(folder, disk, rng):
    """Run, disturb at a random moment and tidy up as documented; return how, or None where the run ended before."""
    kind, moment = rng.choices(KINDS, (3, 3, 3, disk is not None))[0], rng.uniform(0.5, 10)
    with (folder / "output.txt").open("w") as output:
        process = subprocess.Popen(
            command("-c2", "--config", SMOKE), cwd=folder, stdout=output, stderr=output, start_new_session=True
        )
    try:
        process.wait(timeout=moment)
        assert process.returncode == 0, (folder / "output.txt").read_text()
        return None
    except subprocess.TimeoutExpired:
        if kind != FULL:
            strike(process, kind, rng)
        elif not fill(process, disk, rng, folder / "output.txt"):
            return None
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    if any((folder / ".snakemake" / "locks").glob("*")):  # Snakemake could not take its lock away
        snakemake(folder, "--unlock")
    return kind


def fill(process, disk, rng, output):
    """Let the disk get full and the run end, then make room; return whether it was short of room."""
    room = rng.choice((4, 20, 200, 2000)) * 1000
    while not disk.resize(disk.used() + room):  # more was written between
        continue
    process.wait()
    assert disk.resize(ROOM)
    if process.returncode:
        assert "the disk is full" in output.read_text(), output.read_text()
        assert "Traceback" not in output.read_text(), output.read_text()
    return process.returncode


def strike(process, kind, rng):
    """Kill the main process, one of its jobs or everything, and wait until nothing is left of the run."""
    if kind == "one job":
        jobs = below(process.pid)
        kill(rng.choice(jobs) if jobs else process.pid)
        process.send_signal(signal.SIGTERM)  # Snakemake waits for its other jobs
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=30)
    elif kind == "main process":
        kill(process.pid)
        time.sleep(rng.uniform(0, 3))
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    while group(process.pid):
        time.sleep(0.05)


def kill(pid):
    """Kill a process that may be gone."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def below(pid):
    """Return the processes that a process started, and theirs."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    parents = [tuple(map(int, line.split())) for line in listed.splitlines()]
    found, todo = [], [pid]
    while todo:
        above = todo.pop()
        children = [child for child, parent in parents if parent == above]
        found, todo = found + children, todo + children
    return found


def group(number):
    """Return the processes of a group that are no zombies."""
    listed = subprocess.run(["ps", "-eo", "pgid=,stat="], capture_output=True, text=True, check=True).stdout
    return [line for line in listed.splitlines() if line.split()[0] == str(number) and "Z" not in line.split()[1]]


def compare(folder, whole, seen):
    """Assert that every product under its final name has the bytes that it shall have."""
    for name, path in products(folder).items():
        about = path.stat()
        stamp = (about.st_mtime_ns, about.st_size)
        if seen.get(name) != stamp:
            if EXEMPT.search(name):
                assert path.read_text().rstrip()[-7:] == "</html>" or name.endswith(".csv"), f"{name} is half-written"
            else:
                other = folder.parent / "undisturbed" / name
                assert digest(path) == whole[name], f"{name} is not what an undisturbed run makes{both(path, other)}"
            seen[name] = stamp


def both(*paths):
    """Return what small texts say, to see what is wrong; nothing for other files."""
    if any(path.suffix not in (".csv", ".json") or path.stat().st_size > 10_000 for path in paths):
        return ""
    return "".join(f"\n{path}:\n{path.read_text()}" for path in paths)


def products(folder):
    """Return the files under their final names; those still being written have names of their own."""
    found = {str(path.relative_to(folder)): path for path in sorted((folder / "results").rglob("*")) if path.is_file()}
    return {name: path for name, path in found.items() if not name.endswith(".part")}


def hashes(folder):
    """Return {name: hash} of all products."""
    return {name: digest(path) for name, path in products(folder).items()}


def digest(path):
    """Return the hash of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    main()
