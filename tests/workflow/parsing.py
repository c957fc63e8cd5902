"""Parse the workflow and plan runs; write rules and jobs as JSON. `parsing.py ROOT [[given, targets], ...] FILE`."""

import json
import sys
from pathlib import Path

from snakemake.api import SnakemakeApi
from snakemake.settings.types import ConfigSettings, DAGSettings, OutputSettings, ResourceSettings


def parse(root, given, targets):
    """Return the rules and jobs of a run that is given settings, as plain data."""
    with SnakemakeApi(OutputSettings(dryrun=True)) as api:
        workflow = api.workflow(
            resource_settings=ResourceSettings(cores=1),
            config_settings=ConfigSettings(config=given),
            snakefile=root / "Snakefile",
            workdir=root,
        )
        workflow.dag(DAGSettings(targets=set(targets), forceall=True)).execute_workflow(executor="dryrun")
        inner = workflow._workflow
        jobs = [{"study": given["study"], **about_job(job)} for job in inner.dag.jobs]
        return [about_rule(rule) for rule in inner.rules], jobs


def about_rule(rule):
    """Return what the laws ask of a rule."""
    return {
        "name": rule.name,
        "script": str(rule.script or ""),
        "input": list(rule.input.keys()),
        "output": list(rule.output.keys()),
        "params": list(rule.params.keys()),
        "resources": list(rule.resources.keys()),
        "unnamed": sum(name is None for name, _ in [*rule.input._allitems(), *rule.output._allitems()]),
        "log": str(rule.log),
        "benchmark": str(rule.benchmark or ""),
        "conda": str(rule.conda_env or ""),
    }


def about_job(job):
    """Return what the laws ask of a job."""
    about = {
        "rule": job.rule.name,
        "wildcards": dict(job.wildcards_dict),
        "params": dict(job.params.items()),
        "threads": job.threads,
        "resources": resources(job),
    }
    job.attempt = 2
    return {**about, "second": resources(job)}


def resources(job):
    """Return what a job asks for."""
    return {name: value for name, value in job.resources.items() if name in ("mem_mb", "disk_mb", "runtime", "gpu")}


if __name__ == "__main__":
    root, runs, file = Path(sys.argv[1]), json.loads(sys.argv[2]), Path(sys.argv[3])
    rules, jobs = [], []
    for given, targets in runs:
        rules, more = parse(root, given, targets)
        jobs += more
    file.write_text(json.dumps({"rules": rules, "jobs": jobs}))
