import numpy as np

from workflow_scripts.formats.stacks import create_stack
from workflow_scripts.formats.tables import write_csv
from workflow_scripts.rules.figures.draw_extremes import draw_extremes, read_extremes
from workflow_scripts.runtime.entry import built

SAMPLES = ["real_test", "naive"]


def write(folder, name, scores):
    images = np.random.default_rng(0).normal(0, 1, (len(scores), 16, 16)) + np.arange(len(scores))[:, None, None]
    path = folder / name / "fields.h5"
    path.parent.mkdir()
    with create_stack(path) as writer:
        writer.append(image=images.astype(np.float32))
    rows = [
        {"Id": k, "Predicted": score, "Low": 0, "High": 8, "Outside": int(k == 1)} for k, score in enumerate(scores)
    ]
    write_csv(folder / f"{name}.csv", rows)
    return str(path), str(folder / f"{name}.csv")


def test_the_lowest_come_first_and_the_highest_last(tmp_path):
    found = read_extremes(*write(tmp_path, "a", [5, 1, 7, 2, 3, 4, 6, 0]))
    assert found["score"].tolist() == [0, 1, 2, 5, 6, 7]
    np.testing.assert_allclose(found["image"].mean(axis=(1, 2)), [7, 1, 3, 0, 6, 2], atol=0.4)
    assert found["outside"] == [False, True, False, False, False, False]


def test_few_images_occur_once(tmp_path):
    assert read_extremes(*write(tmp_path, "a", [5, 1]))["score"].tolist() == [1, 5]


def test_a_figure_with_and_without_a_scorer(tmp_path):
    files = [write(tmp_path, name, range(8)) for name in SAMPLES]
    options = {"samples": SAMPLES, "scorers": ["published_xgboost"]}
    images, details = (list(paths) for paths in zip(*files, strict=True))
    for number, (tables, scorers) in enumerate([(details, options["scorers"]), ([], [])]):
        path = tmp_path / f"{number}.png"
        stacks = {"real_test": images[0], "sky_fields": images[1:]}
        draw_extremes(
            **stacks,
            details=tables[::-1],
            extremes=str(path),
            options=built(draw_extremes, {**options, "scorers": scorers}),
        )
        assert path.read_bytes()[:4] == b"\x89PNG"
