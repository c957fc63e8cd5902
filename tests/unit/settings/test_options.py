"""The options of all plugins: declared once, described, held to their ranges."""

import itertools

from workflow_scripts.settings import plugins
from workflow_scripts.settings.declared import Declared

PLUGINS = [(folder, name) for folder in plugins.FOLDERS for name in plugins.names(folder)]
FILES = {"cosmology": ["a/scored.csv"], "stamp_files": ["a", "b", "c"]}

WRONG = {
    "datasets/candels": {
        "archive": ["../x", ""],
        "md5": ["12"],
        "sha256": ["g" * 64],
        "unusable": ["leave_out"],
        "pixel_scale_arcsec": [0.0],
    },
    "datasets/cosmology": {"files": [[], ["a/query.csv"]], "use": ["all"], "min_score": [9.0]},
    "datasets/galaxy_zoo2": {
        "classes": ["trees"],
        "fractions": ["raw"],
        "attributes": ["all"],
        "size": [4],
        "files": [["a", "b"]],
    },
    "datasets/image_classes": {"low": [1.0], "files": [[]], "max_unreadable": [1.0]},
    "datasets/image_files": {"files": [[]], "hdu": [-2], "pixel_scale_arcsec": [-1.0]},
    "datasets/real_galaxies": {
        "files": [[]],
        "kind": ["fake"],
        "psf": ["mine"],
        "unusable": ["x"],
        "size": [4],
        "psf_fwhm_arcsec": [0.0],
        "grow": [-1],
        "deblend_contrast": [2.0],
    },
    "datasets/simulated_fields": {"n": [0], "psf_fwhm": [0], "seed": [-1]},
    "datasets/simulated_galaxies": {
        "n": [1],
        "size": [8],
        "psf_fwhm": [0, 16],
        "radius_low": [0.4, 12],
        "snr_low": [0, 200],
    },
    "datasets/stamp_files": {"files": [["a"]], "unusable": ["x"], "noise": [-1.0]},
    "skies/end_to_end": {"round_to": [-1.0]},
    "skies/layered": {"stars": ["some"]},
    "skies/point_process": {"n_sources": [-2], "flux": ["all", "asked"], "top": [-1.0]},
    "skies/two_stage_fixed_positions": {"sets": [1, 3, 32], "galaxies": ["old"]},
    "models/edm": {
        "width": [0, 12],
        "factors": [[], [0]],
        "noise_std": [0.0],
        "lowest": [80.0],
        "solver": ["euler"],
        "guided_from": [101.0],
    },
    "models/physics_diffusion": {"beta_low": [0.03], "drop": [1.0], "physics_weight": [-1.0]},
    "models/physics_gan": {"label": [0.5], "fake_label": [0.5]},
    "models/score_cnn": {"width": [0], "lr": [0.0]},
    "models/wgan": {"latent": [0], "critic_steps": [0], "lr": [0.0], "penalty": [-1.0], "clip": [0.0]},
    "features/hog": {"cell": [1]},
    "features/intensity_histogram": {"bins": [1], "low": [256.0]},
    "features/layout": {"n_radii": [1], "smallest": [0.0], "largest": [0.6], "detection": [3]},
    "features/local_binary_pattern": {"points": [2]},
    "features/morphology": {"max_sources": [0], "psf_fwhm": [-1.0]},
    "features/power_spectrum": {"form": ["log"], "smooth": [0], "n_bins": [1], "window": ["box"]},
    "features/source_statistics": {"threshold_sigma": [-1.0], "large": [0], "bright": [0.0]},
    "features/spectrum_row": {"row": [-1]},
    "scorers/linear_regressor": {"ridge": [-1.0]},
    "scorers/random_forest": {"trees": [0], "feature_share": [0.0], "splits": ["any"], "estimate": ["mode"]},
    "scorers/xgboost_regressor": {"trees": [0], "depth": [0], "lr": [0.0], "column_share": [1.5]},
    "scorers/xgboost_tuned": {"depths": [[], [0]], "folds": [1], "row_share": [0.0]},
    "metrics/manifold_overlap": {"of": ["accuracy"], "neighbours": [0]},
    "metrics/mahalanobis_distance": {"shrinkage": [2.0]},
    "metrics/power_spectrum_ks": {"rate": [1.0]},
}


def line_of(plugin, given):
    """Return the line that refuses options, or nothing."""
    folder, name = plugin.split("/")
    files = {"files": FILES.get(name, ["a"])} if "files" in plugins.options_class(folder, name).model_fields else {}
    try:
        plugins.check_options(folder, name, {**files, **given}, "config: x")
    except ValueError as error:
        return str(error)
    return ""


def test_options_out_of_range_are_refused_in_one_line_that_begins_with_the_key():
    tried = [(plugin, key, value) for plugin, wrong in WRONG.items() for key in wrong for value in wrong[key]]
    lines = [(plugin, key, value, line_of(plugin, {key: value})) for plugin, key, value in tried]
    assert [case for case in lines if not case[3].startswith(f"config: x.options.{case[1]}") or "\n" in case[3]] == []


def test_the_options_that_the_table_takes_as_good_are_good():
    assert {plugin: line_of(plugin, {}) for plugin in WRONG if line_of(plugin, {})} == {}


def test_options_that_contradict_each_other_are_refused():
    corners = line_of("features/power_spectrum", {"corners": True})
    assert corners == "config: x.options.form: ring_sum is as published, without window and corners"
    empty = line_of("datasets/simulated_fields", {"n_bright": 0, "n_faint": 0})
    assert empty == "config: x.options.n_bright: 0, and so is n_faint: there are no sources"


def test_every_option_has_one_short_line_of_help():
    texts = {
        (folder, name, key): field.description or ""
        for folder, name in PLUGINS
        for key, field in plugins.options_class(folder, name).model_fields.items()
    }
    assert [where for where, text in texts.items() if not text.endswith(".") or len(text) > 230 or "\n" in text] == []


def test_defaults_are_within_their_ranges():
    classes = [plugins.options_class(folder, name) for folder, name in PLUGINS]
    wrong = []
    for cls in classes:
        defaults = {key: field.get_default(call_default_factory=True) for key, field in cls.model_fields.items()}
        given = {key: value for key, value in defaults.items() if not cls.model_fields[key].is_required()}
        missing = {key: ["labeled.csv"] * 3 for key in defaults if key not in given or key == "files"}
        missing |= {"file": "results.h5"} if "file" in defaults else {}
        single = {key: value if key == "file" else value[:1] for key, value in missing.items()}
        results = [refusal(cls, {**given, **files}) for files in (missing, single)]
        wrong += [results] if all(results) else []
    assert wrong == []


def refusal(cls, given):
    try:
        cls(**given)
    except ValueError as error:
        return str(error)
    return ""


def declared_in(cls):
    """Return the options with a default that a class itself declares: name, type, default and help."""
    fields = {name: cls.model_fields[name] for name in cls.__annotations__ if name in cls.model_fields}
    return {
        (name, str(field.annotation), str(field.get_default(call_default_factory=True)), field.description)
        for name, field in fields.items()
        if not field.is_required()
    }


def same_defaults(cls):
    """Return the options of a class whose default is that of a base, declared again."""
    bases = [base for base in cls.__mro__[1:] if base is not Declared and issubclass(base, Declared)]
    pairs = itertools.product(declared_in(cls), *([set().union(*map(declared_in, bases))] if bases else [set()]))
    return [own[0] for own, inherited in pairs if (own[0], own[2]) == (inherited[0], inherited[2])]


def test_no_default_of_an_option_stands_in_two_places():
    """Options that several plugins share have one base class; a base's default is not repeated."""
    classes = {f"{folder}/{name}": plugins.options_class(folder, name) for folder, name in PLUGINS}
    bases = {base for cls in classes.values() for base in cls.__mro__[1:] if issubclass(base, Declared)}
    own = {name: declared_in(cls) for name, cls in classes.items()}
    own |= {base.__name__: declared_in(base) for base in bases}
    twice = [(one, other, *sorted(own[one] & own[other])) for one, other in itertools.combinations(own, 2)]
    assert [found for found in twice if len(found) > 2] == []
    again = {cls.__qualname__: same_defaults(cls) for cls in bases}
    again |= {name: same_defaults(cls) for name, cls in classes.items()}
    assert {name: options for name, options in again.items() if options} == {}


def test_repeated_defaults_are_seen():
    class Base(Declared):
        size: int = 3

    class Child(Base):
        size: int = 3

    class Other(Base):
        size: int = 4

    assert same_defaults(Child) == ["size"]
    assert same_defaults(Other) == []
