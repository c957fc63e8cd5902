"""Painted skies: rules, training and recipe without Snakemake, on simulated fields."""

import numpy as np
import pytest

from tests.unit.skies.test_resampled import OPTIONS, simulated, write_fields
from workflow_scripts.formats.stacks import open_stack
from workflow_scripts.rules.generation.generate_skies import READERS
from workflow_scripts.rules.patches.build_library import build_library
from workflow_scripts.rules.patches.draw_sketches import draw_sketches
from workflow_scripts.rules.training.train_stage import train_stage
from workflow_scripts.runtime.entry import built
from workflow_scripts.scenes.scene import Scene
from workflow_scripts.settings import plugins
from workflow_scripts.settings.patches import DrawSketches
from workflow_scripts.settings.training import TrainStage
from workflow_scripts.skies import painted

STAGE = {
    "stage": "painter",
    "model": "painter",
    "condition": ["sketch"],
    "data": "sketches",
    "predictor": "",
    "steps": 6,
    "checkpoint_every": 6,
    "counted_in": "steps",
    "anneal": False,
    "batch": 4,
    "ema_decay": 0.5,
    "augment": "dihedral",
    "stretch": "light_and_weight",
    "softening": None,
    "keep": "last",
    "device": "cpu",
    "gpus": 1,
    "precision": "32-true",
    "torch_threads": 1,
}
SMALL = {"width": 8, "factors": [1, 2], "n_steps": 3, "solver": "multistep", "overlap": 8}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder with the library, the sketches and a painter of a few steps."""
    folder = tmp_path_factory.mktemp("painted")
    write_fields(folder / "fields.h5", folder / "windows.h5", simulated(60))
    given = {"fields": folder / "fields.h5", "windows": folder / "windows.h5", "seed": 1, "code": ""}
    library = {name: folder / f"{name}.h5" for name in ("sources", "pixels", "unresolved")}
    build_library(**given, **library, options=built(build_library, {**OPTIONS, "rounds": 0}))
    given_detections = {name: OPTIONS[name] for name in ("detection", "bright")}
    squares = {**given_detections, "faintest_sigma": 1.0, "size": 32, "step": 32}
    draw_sketches(**given, sketches=folder / "sketches.h5", options=DrawSketches(**squares))
    options = plugins.check_options("models", "painter", SMALL, "stages.painter")
    made = {"weights": "weights.safetensors", "about": "weights.json", "history": "history.csv", "samples": "s.h5"}
    train_stage(
        train_data=folder / "sketches.h5",
        valid_data=folder / "sketches.h5",
        predictor=[],
        **{name: str(folder / file) for name, file in made.items()},
        state=str(folder / "state"),
        options=TrainStage(**STAGE, options=options),
        seed=1,
        code="",
    )
    return folder


@pytest.fixture
def parts(folder):
    files = {
        "library": "sources.h5",
        "pixels": "pixels.h5",
        "painter": "weights.safetensors",
        "unresolved": "unresolved.h5",
    }
    kinds = {role: part.kind for role, part in painted.DECLARATION.parts.items()}
    return {role: READERS[kinds[role]](str(folder / file), "cpu") for role, file in files.items()}


class Faithful:
    """A painter that paints the sketch itself, with a weight of 1 where there is light."""

    def __call__(self, n, rng, condition):
        profile = condition["sketch"][..., 0]
        return np.stack([profile, (profile > 1).astype(np.float32)], axis=3)


def fields(parts, n=4, shape=(64, 64), sources=None, **options):
    given = parts if sources is None else {**parts, "sources": sources}
    scene = Scene(shape, n_training_fields=6)
    return list(painted.compose(n, np.random.default_rng(0), scene, given, painted.Options(**options)))


def test_squares_hold_light_weight_and_sketch(folder):
    with open_stack(folder / "sketches.h5") as stack:
        image, sketch, softening = stack["image"][:], stack["sketch"][:], stack.attributes["softening"]
    assert image.shape == sketch.shape == (24, 32, 32, 2)
    assert softening == pytest.approx(5, rel=0.1)
    light, weight = np.moveaxis(image, 3, 0)
    assert weight.min() >= 0
    assert weight.max() <= 1
    assert sketch[..., 0].sum() == pytest.approx(light.sum(), rel=0.2)
    bright = light > 50
    assert np.corrcoef(light[bright], sketch[..., 0][bright])[0, 1] > 0.8


def test_a_tiny_painter_runs_through_the_recipe(parts):
    made = fields(parts, n=5, shape=(40, 48))
    assert len(made) == 5
    for image, truth in made:
        assert image.shape == (40, 48)
        assert image.dtype == np.float32
        assert np.isfinite(image).all()
        assert {len(values) for values in truth.values()} == {len(truth["x"])}
        assert not truth["outside"].any()
    assert parts["painter"].evaluations == 5 * 3


def test_the_same_seed_gives_the_same_fields(parts):
    one, other = (np.array([image for image, _ in fields(parts, 3)]) for _ in range(2))
    np.testing.assert_array_equal(one, other)


def test_sources_are_as_frequent_as_in_the_data_and_new(parts):
    parts = {**parts, "painter": Faithful()}
    truths = [truth for _, truth in fields(parts, 60)]
    learnt = parts["library"].stamps.marks
    assert np.mean([len(one["x"]) for one in truths]) == pytest.approx(len(learnt["kron_flux"]) / 6, rel=0.1)
    flux = np.concatenate([one["flux"] for one in truths])
    assert not np.isin(flux, learnt["kron_flux"]).any()
    assert np.median(flux) == pytest.approx(np.median(learnt["kron_flux"]), rel=0.15)


def test_a_faithful_painter_gives_the_sky_of_the_data(parts):
    images = np.array([image for image, _ in fields({**parts, "painter": Faithful()}, 40)])
    assert np.quantile(images, 0.2) == pytest.approx(np.quantile(simulated(60), 0.2), abs=1.0)
    assert np.mean(images) == pytest.approx(simulated(60).mean(), abs=1.5)


def listed(**columns):
    n = len(columns["x"])
    unknown = {name: np.full(n, np.nan) for name in ("flux_radius", "axis_ratio", "theta")}
    return {**unknown, "field": np.zeros(n, int)} | {name: np.asarray(values) for name, values in columns.items()}


def test_a_list_is_painted_where_it_says(parts):
    mine = listed(x=np.array([20.0, 40.5]), y=np.array([30.0, 11.2]), flux=np.array([900.0, 1500.0]))
    (image, truth), *_ = fields({**parts, "painter": Faithful()}, 1, sources=mine, flux="exact")
    np.testing.assert_array_equal(truth["x"], mine["x"])
    np.testing.assert_array_equal(truth["flux"], mine["flux"])
    assert not truth["outside"].any()
    sky = np.median(image)
    assert (image[24:37, 14:27] - sky).sum() == pytest.approx(900, rel=0.2)


def test_sources_beyond_the_learnt_range_are_flagged(parts):
    """Of three sources the second is too bright and the third too large; they are painted at the limit."""
    flux = parts["library"].stamps.marks["kron_flux"]
    mine = listed(x=[9.0, 30.0, 50.0], y=[9.0, 30.0, 50.0], flux=[np.median(flux), 50 * flux.max(), np.median(flux)])
    mine["flux_radius"] = np.array([np.nan, np.nan, 40.0])
    for how, brightest in (("painted", flux.max()), ("exact", 50 * flux.max())):
        ((_, truth),) = fields({**parts, "painter": Faithful()}, 1, sources=mine, flux=how)
        np.testing.assert_array_equal(truth["outside"], [0, 1, 1])
        assert truth["flux"][1] == pytest.approx(brightest)
        assert truth["flux_radius"][2] == parts["library"].stamps.marks["flux_radius"].max()


@pytest.mark.parametrize("wrong", [{"density": 0}, {"flux": "other"}, {"size_scatter": 0.5}])
def test_options_out_of_range_are_refused(wrong):
    (key,) = wrong
    with pytest.raises(ValueError, match=f"skies.mine.options.{key}"):
        plugins.check_options("skies", "painted", wrong, "skies.mine")
