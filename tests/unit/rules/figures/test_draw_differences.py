import numpy as np

from workflow_scripts.formats.atomic import write_json
from workflow_scripts.formats.stacks import create_stack
from workflow_scripts.formats.tables import read_csv
from workflow_scripts.rules.figures.draw_differences import draw_differences

SKIES = ["blurred", "layered"]


def write(folder, name, values):
    with create_stack(folder / f"{name}.h5", columns="quantile_0.99,log_power_12.0", shape="64,64") as writer:
        writer.append(value=values.astype(np.float32), group=np.arange(len(values)))
    return str(folder / f"{name}.h5")


def test_what_differs_comes_first_and_a_sky_that_was_not_measured_says_why(tmp_path):
    rng = np.random.default_rng(0)
    real, other = (rng.normal([15, 2], [1, 0.1], (60, 2)) for _ in range(2))
    judged = [{"value": 0.9, "null_high": 0.6}, {"reason": "3 fields; 30 are needed"}]
    for sky, result in zip(SKIES, judged, strict=True):
        write_json(str(tmp_path / f"{sky}.json"), result)
    draw_differences(
        real=write(tmp_path, "real", real),
        generated=[write(tmp_path, "blurred", other - [0, 0.3]), write(tmp_path, "layered", other[:3])],
        judged=[str(tmp_path / f"{sky}.json") for sky in SKIES],
        table=str(tmp_path / "table.csv"),
        differences=str(tmp_path / "figure.png"),
        options={"skies": SKIES, "name": "auc", "metric": "classifier_two_sample", "options": {}, "side": None},
        seed=1,
    )
    rows = read_csv(tmp_path / "table.csv")
    assert [(row["sky"], row["feature"]) for row in rows] == [
        ("blurred", "log_power_12.0"),
        ("blurred", "quantile_0.99"),
    ]
    assert rows[0]["words"].startswith("mean power at scales near 5.3 px is 0.3")
    assert float(rows[0]["importance"]) > 0.9 > 0.1 > float(rows[1]["importance"])
    assert (tmp_path / "figure.png").read_bytes()[:4] == b"\x89PNG"
