"""The report page: one HTML file with everything embedded."""

import base64
import importlib.metadata
import platform
from pathlib import Path

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from workflow_scripts.formats.product_names import by_stem

PACKAGES = (
    "snakemake",
    "numpy",
    "scipy",
    "h5py",
    "astropy",
    "scikit-image",
    "sep",
    "torch",
    "lightning-fabric",
    "safetensors",
    "xgboost",
    "scikit-learn",
    "matplotlib",
    "jinja2",
)


def render(template, **content):
    """Return the page; text is escaped, and a name that a template needs and that is missing is an error.

    Parameters
    ----------
    template : str
        File; the templates that it includes lie beside it.
    **content
        Values of the names in the templates.
    """
    environment = Environment(
        loader=FileSystemLoader(Path(template).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(Path(template).name).render(**content)


def embed(figures, captions):
    """Return per figure its PNG as a data URI and its caption.

    Parameters
    ----------
    figures, captions : list of str
        Files; those of a figure and its caption have the same name but for the ending.
    """
    captions = by_stem(captions, [Path(figure).stem for figure in figures])
    return {
        Path(figure).stem: {
            "uri": "data:image/png;base64," + base64.b64encode(Path(figure).read_bytes()).decode(),
            "caption": Path(captions[Path(figure).stem]).read_text(encoding="utf-8").strip(),
        }
        for figure in figures
    }


def as_yaml(value):
    """Return settings as YAML."""
    return yaml.safe_dump(value, sort_keys=True, default_flow_style=None, width=100)


def versions():
    """Return the versions of Python and of the packages of this workflow that are installed."""
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found
