from workflow_scripts.job.device import jobs_run_here


def test_a_process_of_a_job_knows_what_the_main_process_said(monkeypatch):
    monkeypatch.delenv("SKYLOOM_JOBS_RUN_HERE", raising=False)
    assert jobs_run_here()
    assert not jobs_run_here(False)
    assert not jobs_run_here()
    assert jobs_run_here(True)
    assert jobs_run_here()
    monkeypatch.delenv("SKYLOOM_JOBS_RUN_HERE")
