"""The seam between Snakemake and our functions: arguments in, one clear line out where something is wrong."""

import inspect
import logging
import sys
import traceback
from pathlib import Path


def run_rule(function, job):
    """Call a rule's function with the job's named inputs, outputs and params.

    `code` and `threads` are passed only to a function that asks for them. An error becomes one line on the
    terminal and in the log; the traceback lies beside the log.
    """
    log = Path(job.log[0]) if job.log else None
    if log:
        traceback_of(log).unlink(missing_ok=True)  # of an earlier failure
    logging.basicConfig(filename=log, level="INFO", format="%(asctime)s %(message)s", force=True)
    try:
        function(**arguments_of(function, job))
    except Exception as error:
        sys.exit(explain(error, job.rule, dict(job.wildcards.items()), log))


def arguments_of(function, job):
    """Return the keyword arguments that a job has for a function."""
    arguments = {**dict(job.input.items()), **dict(job.output.items()), **dict(job.params.items())}
    if "threads" in inspect.signature(function).parameters:
        arguments["threads"] = job.threads
    if "code" not in inspect.signature(function).parameters:
        arguments.pop("code", None)
    arguments.pop("parents", None)  # for Snakemake's eyes alone
    return arguments


def explain(error, rule, wildcards, log):
    """Return one line that says what went wrong where; write it and the traceback to the log's side."""
    place = ", ".join(f"{key} {value}" for key, value in wildcards.items())
    line = f"skyloom: {rule} ({place}): {message_of(error)}" if place else f"skyloom: {rule}: {message_of(error)}"
    if log:
        trace = traceback_of(log)
        try:
            logging.error(line)
            trace.write_text("".join(traceback.format_exception(error)))
        except OSError:  # the disk is full: the line on the terminal has to do
            return line
        if not (isinstance(error, ValueError | OSError) or is_full_disk(error)):
            line += f" (unexpected: see {trace})"
    return line


def traceback_of(log):
    """Return where the traceback of a failed job lies, beside its log."""
    return log.with_name(log.name + ".traceback")


def message_of(error):
    """Return an exception as a sentence."""
    text = " ".join(str(error).split())
    if is_full_disk(error):
        return f"the disk is full ({text}): make room and run the same command again"
    return text if isinstance(error, ValueError | OSError) else f"{type(error).__name__}: {text}"


def is_full_disk(error):
    """Tell whether a write failed for want of room; HDF5 and NumPy say so in words alone."""
    text = str(error)
    said = "No space left" in text or "errno = 28" in text or (" requested and " in text and "written" in text)
    return said or getattr(error, "errno", None) == 28
