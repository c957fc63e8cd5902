"""Every column of a feature has a description of its own, which the page shows."""

import numpy as np
import pytest

from workflow_scripts.settings import plugins

DETECTION = {
    "method": "sep", "threshold": 5, "threshold_sigma": 5, "min_area": 5, "deblend_thresholds": 32,
    "deblend_contrast": 0.005, "background_box": 32,
}  # fmt: skip
OPTIONS = [
    *((name, {}) for name in plugins.names("features")),
    ("intensity_histogram", {"form": "quantiles"}),
    ("power_spectrum", {"form": "log_mean", "corners": True}),
    ("source_statistics", {"ratios": True}),
]


@pytest.mark.parametrize(("name", "given"), OPTIONS)
def test_descriptions(name, given):
    module = plugins.load("features", name)
    given = given | ({"detection": DETECTION} if "detection" in module.Options.model_fields else {})
    images = np.random.default_rng(0).normal(100, 1, (1, 64, 64)).astype(np.float32)
    chosen = [[np.array([], int)]] if module.DECLARATION.rows == "sources" else []
    values, columns, *_ = module.extract(images, plugins.options_of(module, given), *chosen)
    assert values.shape[1] == len(columns) == len({one.name for one in columns})
    texts = [one.description for one in columns]
    assert len(set(texts)) == len(texts)
    assert [text for text in texts if not text or "_" in text or "cluster" in text] == []
    assert [one.name for one in columns if one.name.startswith("log_") and not one.log] == []
