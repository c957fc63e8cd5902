"""What a cluster does not have is reported in one line before a job is submitted."""

import pytest

from workflow_scripts.runtime import cluster
from workflow_scripts.runtime.cluster import check_cluster, check_profile, gpus_of, partitions_of

ANSWERS = {"--format=%R": "cpu\ngpu\n", "--format=%G": "gpu:h200:4(S:0-1)\n(null)\n", "format=account": "main\n"}


@pytest.fixture(autouse=True)
def slurm(monkeypatch):
    def query(*command):
        return sorted(filter(None, ANSWERS[command[-1]].splitlines()))

    monkeypatch.setattr(cluster, "query", query)


def test_what_is_there_passes():
    check_cluster(["cpu", "gpu"], ["main"], 4)


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ((["gpus"], [], 0), "no partition 'gpus' on this cluster; did you mean 'gpu'?"),
        (([], ["mian"], 0), "'mian' is not one of your accounts; did you mean 'main'?"),
        (([], [], 5), "a job requests 5 GPUs, but no node of this cluster has more than 4"),
    ],
)
def test_what_is_not_there_is_named(arguments, line):
    with pytest.raises(ValueError, match="(?s).+") as error:
        check_cluster(*arguments)
    assert line in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("gres", "number"), [("gpu:h200:4(S:0-1)", 4), ("gpu:2", 2), ("(null)", 0), ("gpu:a100:2,gpu:t4:1", 3)]
)
def test_gpus_are_read_from_what_sinfo_says(gres, number):
    assert gpus_of(gres) == number


def test_the_profile_names_its_partitions(tmp_path):
    (tmp_path / "p.yaml").write_text("partitions:\n  cpu: {max_runtime: 5}\n")
    assert partitions_of(tmp_path / "p.yaml") == ["cpu"]
    assert partitions_of(None) == []


def test_misspelt_names_of_a_profile_are_named(tmp_path):
    file = tmp_path / "partitions.yaml"
    file.write_text("partitions:\n  cpu: {max_mem: 64000}\n")
    with pytest.raises(ValueError, match=r"partitions.yaml: cpu: no limit 'max_mem'; did you mean 'max_mem_mb'\?"):
        check_profile(file, [])
    with pytest.raises(ValueError, match=r"no resource 'slurm_acount'; did you mean 'slurm_account'\?"):
        check_profile(tmp_path / "missing.yaml", ["slurm_acount"])
    check_profile(tmp_path / "missing.yaml", ["gpu", "mem_mb", "licences"])
