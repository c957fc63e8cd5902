import numpy as np

from workflow_scripts.formats.stacks import create_stack
from workflow_scripts.formats.tables import read_csv
from workflow_scripts.judging.comparison import Comparison, Direction, Outcome, write_outcome
from workflow_scripts.judging.reasons import Failure, Reason
from workflow_scripts.rules.figures.draw_differences import draw_differences, read_columns
from workflow_scripts.settings.contracts.features import Column
from workflow_scripts.settings.figures import DrawDifferences

ABOUT = {
    "columns": "quantile_0.99,log_power_12.0",
    "descriptions": ["99 % quantile of the pixel values", "mean power at scales near 5.3 px"],
    "logs": [1],
}
SKIES = ["blurred", "layered"]


def write(folder, name, values):
    with create_stack(folder / f"{name}.h5", **ABOUT) as writer:
        writer.append(value=values.astype(np.float32), group=np.arange(len(values)))
    return str(folder / f"{name}.h5")


def test_the_most_important_feature_comes_first_and_failures_are_left_out(tmp_path):
    rng = np.random.default_rng(0)
    real, other = (rng.normal([15, 2], [1, 0.1], (60, 2)) for _ in range(2))
    found = Comparison(0.9, 0.8, 1.0, 0.5, 0.6, Direction.LARGER, 30, 0.01, 0.01, 0.0)
    results = {"blurred": found, "layered": Failure(Reason.TOO_FEW_BLOCKS, "3 blocks; 30 are needed")}
    for sky, result in results.items():
        write_outcome(tmp_path / f"{sky}.json", Outcome(sky, "auc", result))
    draw_differences(
        real=write(tmp_path, "real", real),
        generated=[write(tmp_path, "layered", other[:3]), write(tmp_path, "blurred", other - [0, 0.3])],
        judged=[str(tmp_path / f"{sky}.json") for sky in reversed(SKIES)],
        table=str(tmp_path / "table.csv"),
        differences=str(tmp_path / "figure.png"),
        options=DrawDifferences(SKIES, "classifier_two_sample", "auc", {}),
        seed=1,
    )
    rows = read_csv(tmp_path / "table.csv")
    assert [(row["sky"], row["feature"]) for row in rows] == [
        ("blurred", "log_power_12.0"),
        ("blurred", "quantile_0.99"),
    ]
    assert read_columns(tmp_path / "real.h5") == [
        Column("quantile_0.99", "99 % quantile of the pixel values"),
        Column("log_power_12.0", "mean power at scales near 5.3 px", log=True),
    ]
    assert float(rows[0]["importance"]) > 0.9 > 0.1 > float(rows[1]["importance"])
    assert (tmp_path / "figure.png").read_bytes()[:4] == b"\x89PNG"
