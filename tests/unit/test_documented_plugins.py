"""The worked examples of docs/adding-a-plugin.md work."""

import importlib.util
import re
from pathlib import Path

import numpy as np
import pytest
import torch

from workflow_scripts.judging.metric import bind
from workflow_scripts.judging.sample import Sample
from workflow_scripts.scenes.scene import Scene
from workflow_scripts.settings import plugins
from workflow_scripts.settings.contracts.deblenders import Blend

DOCS = Path(__file__).parents[2] / "docs"
TEXT = (DOCS / "adding-a-plugin.md").read_text()
EXAMPLES = dict(re.findall(r"`workflow_scripts/(\w+/\w+)\.py`:\n\n```python\n(.*?)```", TEXT, re.DOTALL))


@pytest.fixture
def example(tmp_path, monkeypatch):
    """Return a function from a folder to its example: the module, and options that are checked without it."""
    monkeypatch.setattr(plugins, "ROOT", tmp_path)
    caches = (plugins.tree, plugins.options_class, plugins.declaration)
    for function in caches:
        function.cache_clear()

    def load(folder, given):
        ((place, text),) = [item for item in EXAMPLES.items() if item[0].startswith(f"{folder}/")]
        path = tmp_path / f"{place}.py"
        path.parent.mkdir()
        path.write_text(text)
        options = plugins.check_options(*place.split("/"), given, "config: x")
        spec = importlib.util.spec_from_file_location(path.stem, path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        if folder != "scorers":
            assert plugins.declaration(*place.split("/")) == module.DECLARATION
        return module, plugins.options_of(module, options)

    yield load
    for function in caches:
        function.cache_clear()


def test_every_kind_has_one_example():
    assert sorted(place.split("/")[0] for place in EXAMPLES) == sorted(plugins.FOLDERS)


def test_every_recipe_metric_and_model_is_listed():
    text = (DOCS / "plugins.md").read_text()
    shipped = [name for folder in ("skies", "deblenders", "metrics", "models") for name in plugins.names(folder)]
    assert [name for name in shipped if f"`{name}`" not in text] == []


def test_the_data_set_reads_files(example, tmp_path):
    np.save(tmp_path / "a.npy", np.ones((4, 5)))
    module, options = example("datasets", {"files": [str(tmp_path / "a.npy")], "gain": 1.5})
    ((image, labels),) = module.read("", options)
    assert (image == np.float32(1.5)).all()
    assert labels["unit"] == "electron"
    assert module.fetch("", options)[0]["bytes"] == (tmp_path / "a.npy").stat().st_size


def test_the_sky_holds_its_stars(example):
    module, options = example("skies", {"n_mean": 5})
    parts = {"stars": lambda n, rng: np.ones((n, 3, 3), np.float32)}
    fields = list(module.compose(40, np.random.default_rng(0), Scene((64, 64)), parts, options))
    assert np.mean([len(truth["x"]) for _, truth in fields]) == pytest.approx(5, abs=1)
    assert {image.shape for image, _ in fields} == {(64, 64)}


def test_the_deblender_divides_the_pixels(example):
    module, options = example("deblenders", {"radius": 3})
    image = np.arange(60, dtype=np.float32).reshape(6, 10, 1)
    blend = Blend(0, image, np.ones_like(image), None, np.array([[2.0, 3.0], [6.0, 3.0]]))
    (sources,) = module.separate([blend], options)
    assert sources.image[:, 3, :, 0].astype(int).tolist()[0] == [30, 31, 32, 33, 34, 0, 0, 0, 0, 0]
    assert sources.mask[1, 3].tolist() == [False] * 4 + [True] * 6


def test_the_model_learns_and_samples(example):
    module, options = example("models", {"latent": 4})
    model, generator = module.build(options, (1, 6, 6)), torch.Generator().manual_seed(0)
    loss, _ = model.loss({"x": torch.zeros(8, 1, 6, 6)}, generator, "all")
    loss.backward()
    model.optimizer("all").step()
    assert model.sample(3, None, generator).shape == (3, 1, 6, 6)


def test_the_feature_is_what_it_says(example):
    module, options = example("features", {"count": 2})
    values, columns = module.extract(np.arange(12.0).reshape(1, 3, 4), options)
    assert values.tolist() == [[11, 10]]
    assert [one.name for one in columns] == ["brightest_0", "brightest_1"]


def test_the_scorer_returns_the_median(example, tmp_path):
    module, options = example("scorers", {})
    model = module.fit(np.zeros((3, 1)), np.array([1.0, 2.0, 9.0]), options, groups=None, seed=1, threads=1)
    module.save(model, tmp_path / "model")
    assert module.predict(module.load(tmp_path / "model"), np.zeros((2, 1))).tolist() == [2, 2]


def test_the_metric_is_bound_and_measures(example):
    module, options = example("metrics", {})
    one = Sample(np.array([[0.0], [2.0]]), np.arange(2))
    assert bind(module, options).between(one, Sample(one.values + 2, one.group), None) == pytest.approx(2 / np.sqrt(2))
