"""Rule fetch_dataset: bring and verify a data set's files, and record what they are."""

from workflow_scripts.formats.atomic import write_json
from workflow_scripts.settings import plugins
from workflow_scripts.runtime.entry import run_rule


def fetch_dataset(*, images, manifest, folder, options):
    """Fetch a data set.

    Parameters
    ----------
    images : list of str
        The user's own files, where the data set is made of such: Snakemake watches them.
    manifest : str
        JSON written: a record (file, bytes, sha256, licence, ...) per file.
    folder : str
        Where downloads lie, shared by the studies.
    options : dict
        `source`: name of the data set's plugin; `options`: its options.
    """
    source = plugins.load("datasets", options["source"])
    records = source.fetch(folder, plugins.options_of(source, options["options"]))
    write_json(manifest, {"source": options["source"], "options": options["options"], "files": records})


if "snakemake" in globals():
    run_rule(fetch_dataset, snakemake)
