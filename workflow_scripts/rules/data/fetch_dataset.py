"""Rule fetch_dataset: download and verify the files of a data set, and record them."""

from workflow_scripts.formats.atomic import write_json
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.settings import plugins
from workflow_scripts.settings.data import FetchDataset


def fetch_dataset(*, images, manifest, folder, options: FetchDataset):
    """Fetch a data set.

    Parameters
    ----------
    images : list of str
        The user's own files, if the data set consists of these: Snakemake tracks their changes.
    manifest : str
        JSON written: a record (file, bytes, sha256, licence, ...) per file.
    folder : str
        Folder of the downloads, shared by all studies.
    options : settings.data.FetchDataset
    """
    source = plugins.load("datasets", options.source)
    records = source.fetch(folder, plugins.options_of(source, options.options))
    write_json(manifest, {"source": options.source, "options": options.options, "files": records})


if "snakemake" in globals():
    run_rule(fetch_dataset, snakemake)
