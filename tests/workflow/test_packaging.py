"""The files by which others find, cite and deploy the workflow."""

import json
import re
import shutil

import yaml
from running import ROOT, SMOKE, snakemake

CFF_KEYS = {  # all that version 1.2.0 of the Citation File Format knows
    *("abstract", "authors", "cff-version", "commit", "contact", "date-released", "doi", "identifiers", "keywords"),
    *("license", "license-url", "message", "preferred-citation", "references", "repository", "repository-artifact"),
    *("repository-code", "title", "type", "url", "version"),
}
SECTIONS = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def text_of(name):
    return (ROOT / name).read_text(encoding="utf-8")


def instructions():
    """Return the instructions of the Dockerfile as (word, arguments), continued lines joined."""
    joined = re.sub(r"\\\n\s*", "", text_of("Dockerfile"))
    return [tuple(line.split(maxsplit=1)) for line in joined.splitlines() if line and not line.startswith("#")]


def arguments_of(word):
    """Return the arguments of all instructions of one kind."""
    return [arguments for name, arguments in instructions() if name == word]


def let_through():
    """Return the names that .dockerignore lets into an image."""
    lines = text_of(".dockerignore").splitlines()
    assert "*" in lines, "nothing but what is named"
    return [line[1:] for line in lines if line.startswith("!")]


def test_citation():
    cited = yaml.safe_load(text_of("CITATION.cff"))
    assert set(cited) - CFF_KEYS == set()
    assert {"cff-version", "message", "title", "authors", "version"} <= set(cited)
    assert (cited["cff-version"], cited["type"], cited["license"]) == ("1.2.0", "software", "BSD-3-Clause")
    assert cited["authors"] == [{"name": "The Skyloom developers"}]
    assert text_of("LICENSE").startswith("BSD 3-Clause License")


def test_changelog_keeps_its_form():
    text = text_of("CHANGELOG.md")
    versions = re.findall(r"^## (Unreleased|\[.+?\] - \d{4}-\d\d-\d\d)$", text, re.MULTILINE)
    assert versions[:1] == ["Unreleased"]
    assert set(re.findall(r"^\[(.+?)\]: (?!https://)", text, re.MULTILINE)) == set()
    assert len(versions) == len(re.findall(r"^## ", text, re.MULTILINE))
    assert set(re.findall(r"^### (.*)$", text, re.MULTILINE)) <= SECTIONS


def test_workflow_catalog():
    usage = yaml.safe_load(text_of(".snakemake-workflow-catalog.yml"))["usage"]
    assert set(usage) == {"mandatory-flags", "software-stack-deployment", "report"}
    assert set(usage["mandatory-flags"]) == {"desc", "flags"}
    assert usage["software-stack-deployment"]["conda"] is True
    assert snakemake(ROOT, "-n", "--nolock", *usage["mandatory-flags"]["flags"].split(), "--config", SMOKE)


def test_image_installs_the_requirements_and_runs_as_no_root():
    assert arguments_of("FROM") == ["python:3.11-slim"]
    installs = [run for run in arguments_of("RUN") if "pip install" in run]
    assert len(installs) == 1
    assert installs[0].endswith("--requirement /opt/skyloom/requirements.txt")
    words = [word for word, _ in instructions()]
    assert words.index("USER") > max(at for at, word in enumerate(words) if word in ("RUN", "COPY"))
    assert arguments_of("USER") != ["root"]
    assert json.loads(arguments_of("ENTRYPOINT")[0])[0] == "snakemake"


def test_image_copies_what_is_there():
    sources = [name for copied in arguments_of("COPY") for name in copied.split()[:-1]]
    assert [name for name in sources if not (ROOT / name).exists()] == []
    assert "requirements.txt" in let_through()


def test_what_the_image_holds_is_enough_to_run(tmp_path):
    """From another folder, as the entry point does."""
    image, work = tmp_path / "image", tmp_path / "work"
    work.mkdir()
    for name in filter(lambda name: (ROOT / name).exists(), let_through()):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy2
        (image / name).parent.mkdir(exist_ok=True)
        copy(ROOT / name, image / name)
    (_, option, snakefile) = json.loads(arguments_of("ENTRYPOINT")[0])
    there = snakefile.replace("/opt/skyloom", str(image))
    product = "results/smoke/fields/train.h5"
    snakemake(work, option, there, *json.loads(arguments_of("CMD")[0]), "--config", SMOKE, "--", product)
    assert (work / product).stat().st_size > 0
    assert not (image / "results").exists()
