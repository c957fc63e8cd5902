"""The interface between Snakemake and the functions of rules: arguments, and one-line error messages."""

import inspect
import logging
import sys
import traceback
from pathlib import Path

from workflow_scripts.settings.values import from_param


def run_rule(function, job):
    """Call a rule's function with the job's named inputs, outputs and params.

    `code` and `threads` are passed only to functions with such an argument. An error becomes one line on the terminal
    and in the log; the traceback is written beside the log.
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
    arguments.pop("parents", None)  # used by Snakemake alone
    if "options" in arguments:
        arguments["options"] = built(function, arguments["options"])
    return arguments


def built(function, options):
    """Return the options of a job as the class that its function declares, a dataclass or a `Declared` model."""
    return from_param(inspect.signature(function).parameters["options"].annotation, options)


def explain(error, rule, wildcards, log):
    """Return an error message in one line; write it to the log, and the traceback beside the log."""
    place = ", ".join(f"{key} {value}" for key, value in wildcards.items())
    line = f"skyloom: {rule} ({place}): {message_of(error)}" if place else f"skyloom: {rule}: {message_of(error)}"
    if log:
        trace = traceback_of(log)
        try:
            logging.error(line)
            trace.write_text("".join(traceback.format_exception(error)))
        except OSError:  # the disk is full: only the terminal gets the message
            return line
        if not (isinstance(error, ValueError | OSError) or is_full_disk(error)):
            line += f" (unexpected: see {trace})"
    return line


def traceback_of(log):
    """Return the path of the traceback of a failed job, beside its log."""
    return log.with_name(log.name + ".traceback")


def message_of(error):
    """Return the message of an exception in one line."""
    text = " ".join(str(error).split())
    if is_full_disk(error):
        return f"the disk is full ({text}): make room and run the same command again"
    return text if isinstance(error, ValueError | OSError) else f"{type(error).__name__}: {text}"


def is_full_disk(error):
    """Return whether a write failed as the disk is full; HDF5 and NumPy report that in the message alone."""
    text = str(error)
    reported = "No space left" in text or "errno = 28" in text or (" requested and " in text and "written" in text)
    return reported or getattr(error, "errno", None) == 28
