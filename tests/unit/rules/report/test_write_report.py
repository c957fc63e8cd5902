"""Verdicts through to the page."""

import re

import pytest
from running import ROOT

from workflow_scripts.formats.atomic import write_json
from workflow_scripts.formats.stacks import create_stack
from workflow_scripts.formats.tables import write_csv
from workflow_scripts.judging.comparison import Comparison, Direction, Outcome, write_outcome
from workflow_scripts.judging.reasons import Failure, Reason
from workflow_scripts.judging.referee import Control, Controls, write_controls
from workflow_scripts.report.quiz import Quiz, write_quiz
from workflow_scripts.rules.judging.rank_skies import rank_skies
from workflow_scripts.rules.report.write_report import write_report
from workflow_scripts.settings.judging import RankSkies
from workflow_scripts.settings.report import WriteReport

METRICS, SKIES, SCORERS = ["two_sample_auc", "ripley_k"], ["naive", "layered"], ["trees", "forest"]
FAR = Comparison(0.97, 0.9, 1.0, 0.5, 0.6, Direction.LARGER, 9, 0.01, 0.01, 0.0)
NEAR = Comparison(0.52, 0.4, 0.6, 0.5, 0.6, Direction.LARGER, 9, 0.6, 0.01, 0.0)
LOST = Failure(Reason.UNDEFINED, "no field with two sources in a sample: there are no pairs")
RESULTS = {"real_train": [NEAR, NEAR], "naive": [FAR, LOST], "layered": [FAR, NEAR]}
MAE = {"trees": 1.0, "forest": 3.0}  # a constant prediction has 2


def judge(folder):
    """Write verdicts and leaderboard; return their files by argument."""
    for sample, results in RESULTS.items():
        for metric, result in zip(METRICS, results, strict=True):
            write_outcome(folder / metric / f"{sample}.json", Outcome(sample, metric, result))
    for sample in ("real_test", *RESULTS):
        for scorer in SCORERS:
            write_csv(folder / "scores" / scorer / f"{sample}.csv", [{"Id": 0, "Predicted": 4}])
    for sky in SKIES:
        (folder / sky).mkdir()
        with create_stack(folder / sky / "fields.h5", evaluations_per_image=1.0):
            pass
    written = {name: folder / f"{name}.csv" for name in ("verdicts", "leaderboard")}
    rank_skies(
        comparisons=[folder / metric / f"{sample}.json" for metric in METRICS for sample in RESULTS],
        scores=list((folder / "scores").rglob("*.csv")),
        powers=[],
        controls=[],
        generated=[folder / sky / "fields.h5" for sky in SKIES],
        **written,
        options=RankSkies(METRICS, list(RESULTS), SCORERS),
    )
    return {name: [path] for name, path in written.items()}


def files_of_page(folder):
    """Write the other inputs of the page; return them by argument."""
    for name in ("quiz", "comparisons", "scores", "extremes"):
        (folder / f"{name}.png").write_bytes(b"x")
        (folder / f"{name}.rst").write_text(f"caption of {name}")
    for scorer, mae in MAE.items():
        about = {"mae": mae, "mae_low": mae, "mae_high": mae, "mae_constant": 2.0, "n_test": 9, "n_blocks": 3}
        write_json(folder / scorer / "report.json", about)
    write_quiz(folder / "quiz.json", Quiz("layered", [False, True, True, False], [0, 0, 1, 1]))
    missed = Control("control_blurred", 0.8, "blurred", 0.2, value=0.61, low=0.5, high=0.7, n_blocks=38)
    recognised = Control("naive", 0.9, value=1, low=1, high=1, n_blocks=38)
    write_controls(folder / "controls.json", Controls("network_auc", [recognised, missed]))
    write_csv(folder / "costs.csv", [], ["rule", "jobs"])
    write_csv(folder / "sky_costs.csv", [], ["sky"])
    write_json(folder / "manifest.json", {"files": [], "source": "x"})
    with create_stack(folder / "images.h5", unit="", zeropoint_ab=None, pixel_scale_arcsec=None) as writer:
        writer.append(image=[[[1.0, 2.0]]])
    figures = [str(path) for path in sorted(folder.glob("*.png"))]
    return {
        "templates": [str(path) for path in sorted((ROOT / "resources/report").glob("*.j2"))],
        "captions": [str(path) for path in sorted(folder.glob("*.rst"), reverse=True)],
        "figures": figures,
        **{name: folder / f"{name}.csv" for name in ("costs", "sky_costs")},
        "manifest": folder / "manifest.json",
        "quiz": [folder / "quiz.json"],
        "controls": [folder / "controls.json"],
        "images": folder / "images.h5",
        "scorer_reports": [folder / scorer / "report.json" for scorer in reversed(SCORERS)],
        **{
            name: []
            for name in (
                "scorer_table",
                "recovery",
                "tables",
                "products",
                "baselines",
                "deblended",
                "completeness",
                "limits",
            )
        },
    }


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    folder = tmp_path_factory.mktemp("page")
    options = {"name": "mine", "sections": ["quiz", "leaderboard", "scores"], "metrics": METRICS, "scorers": SCORERS}
    options |= {"skies": SKIES, "tables": [], "blends": [], "injections": [], "metrics_of_copies": []}
    options["config"] = {"costs": {"usd_per_hour": {"cpu": 1, "gpu": 2}}}
    write_report(
        **judge(folder), **files_of_page(folder), page=folder / "report.html", options=WriteReport(**options), seed=1
    )
    return (folder / "report.html").read_text()


def plain(html):
    return re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", html.replace("&nbsp;", " ").replace("&#39;", "'")))


def test_the_first_line_of_the_box_names_the_best_sample_and_what_distinguishes_it(page):
    first = plain(page.split('class="verdict">')[1].split("</p>")[0]).strip()
    assert first == (
        "The best generated sample, layered, can still be distinguished from real images by 1 of 2 metrics: two-sample "
        "classifier AUC (0.970; real images among themselves below 0.600 in 95 % of cases)."
    )


def test_the_leaderboard_has_the_best_generated_sample_first(page):
    table = page.split('<table class="leaderboard">')[1]
    names = re.findall(r'<span class="dot"[^>]*></span>([a-z ]+)<small>', table)
    assert names[:4] == ["real test", "real train", "layered", "naive"]
    assert "undefined: no field with two sources in a sample: there are no pairs" in plain(table)


def test_the_controls_of_a_referee_are_stated_with_their_limits(page):
    table = plain(page.split("Sensitivity of the network referee")[1].split("</table>")[0])
    assert "naive network referee AUC 1.00 [1.00, 1.00] 0.9 38 recognised" in table
    assert "real fields with a blur of 20 % of the PSF network referee AUC 0.61 [0.50, 0.70] 0.8 38 missed" in table


def test_the_quiz_is_the_first_picture_and_its_answer_is_folded_away(page):
    question, answer = page.split("<details>")[:2]
    assert "Which 2 of these 4 are real?" in question
    assert question.count("<img") == 1
    assert "2 and 3" not in question
    answer = plain(answer.split("</details>")[0])
    assert "Real: 2 and 3. The others were generated: layered" in answer


def test_captions_and_errors_of_scorers_stand_where_they_belong(page):
    assert re.findall("<figcaption>(.*)</figcaption>", page) == [
        f"caption of {name}" for name in ("quiz", "comparisons", "scores", "extremes")
    ]
    text = plain(page)
    assert "the mean absolute error of trees is 1.00" in text
    assert "the mean absolute error of forest is 3.00" in text
    assert text.count("The scorer is not better than a constant prediction") == 1
    assert "On the realism scale from 0 to 8, trees rates" in text
    assert "forest rates" not in text
