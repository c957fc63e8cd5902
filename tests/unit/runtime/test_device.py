from workflow_scripts.runtime.device import JOBS_RUN_HERE, jobs_run_here, set_jobs_run_here


def test_a_job_knows_where_the_main_process_sent_it(monkeypatch):
    monkeypatch.setenv(JOBS_RUN_HERE, "")
    assert jobs_run_here()
    set_jobs_run_here(False)
    assert not jobs_run_here()
    set_jobs_run_here(True)
    assert jobs_run_here()
