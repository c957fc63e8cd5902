"""The page at the end: one HTML file with everything in it."""

import base64
import importlib.metadata
import platform
from pathlib import Path

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

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
    """Return the page; text is escaped, and a name that a template asks for and nobody gave is an error.

    Parameters
    ----------
    template : str
        File; what it includes lies beside it.
    **content
        The names that templates ask for.
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
        Files in the same order; a figure's name is its file's.
    """
    return {
        Path(figure).stem: {
            "uri": "data:image/png;base64," + base64.b64encode(Path(figure).read_bytes()).decode(),
            "caption": Path(caption).read_text(encoding="utf-8").strip(),
        }
        for figure, caption in zip(figures, captions, strict=True)
    }


def as_yaml(value):
    """Return settings as YAML."""
    return yaml.safe_dump(value, sort_keys=True, default_flow_style=None, width=100)


def versions():
    """Return the versions of Python and of those of our packages that this environment has."""
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found
