"""Resources of rules that depend on the run, not on the study alone: GPUs, limits, priorities."""

from workflow_scripts.runtime.device import gpus_here, jobs_run_here, set_jobs_run_here
from workflow_scripts.settings import generation, report as page, samples, training


def growing(amount, most=float("inf")):
    """Return a resource function: the amount, doubled after every failed attempt (`retries` of the profile)."""
    return lambda wildcards, attempt: min(amount * 2 ** (attempt - 1), most)


def gpus_of(study):
    """Return the number of GPUs of a job that runs a network: 0 without a GPU, so that jobs run in parallel.

    `device: auto` depends on this machine; on a cluster the jobs run elsewhere and request a GPU.
    """
    return gpus_here(study.config.device) if jobs_are_local() else int(study.config.device != "cpu")


@cache
def jobs_are_local():
    """Return whether jobs run on the machine that plans them; the main process passes this to its jobs."""
    if not workflow.is_main_process:
        return jobs_run_here()
    set_jobs_run_here(workflow.local_exec)
    return workflow.local_exec


gpu_count = of_study(gpus_of)
network_threads = of_study(lambda study: study.config.torch_threads)


def data_within_limits(study, stage, split):
    """Return the data of a stage; raise an error during planning if the run has too few GPUs.

    Snakemake would silently reduce the number of GPUs, or, without a limit, start all trainings on one at once.
    """
    if "gpu" in LIMITS:
        training.check_gpus(study, stage, LIMITS["gpu"].value)
    elif LIMITS and gpus_here(study.config.device):
        raise ValueError("this run has no limit of GPUs, and all trainings would share one: add --resources gpu=1")
    return samples.training_data(study, stage, split)


def gpus_of_stage(study, stage):
    """Return the number of GPUs for the training of a stage."""
    return gpus_of(study) * study.entry("stages", stage).gpu


def gpus_of_sky(study, sky):
    """Return the GPUs of a job that composes a sky: 0 where no network takes part."""
    return gpus_of(study) if generation.stages_of_sky(study, sky) else 0


def priority_of_sample(study, sample):
    """Return the priority of the features of a sample: the user's own images precede all trainings."""
    return CHECKED_FIRST if sample == "own" else 0


def costs_of_study(study):
    """Return the settings of the costs, with the rules that write benchmarks and those that may run on a GPU."""
    measured = {entry_of(one): str(one.benchmark) for one in OURS if one.benchmark}
    on_gpu = sorted(entry_of(one) for one in OURS if "gpu" in one.resources)
    return page.tabulate_costs(study, dict(sorted(measured.items())), on_gpu if gpus_of(study) else [])


def entry_of(one):
    """Return the name of the entry of a rule, which an importer may have renamed."""
    return Path(str(one.script)).stem


def caption_files(study):
    """Return the captions of the figures of the report."""
    return [resource(name) for name in page.captions(study)]
