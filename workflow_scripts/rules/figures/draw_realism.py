"""Rule draw_realism: the figures of a study."""

import numpy as np

from workflow_scripts.formats.atomic import read_json
from workflow_scripts.formats.stacks import open_stack
from workflow_scripts.report import reading
from workflow_scripts.report.comparisons import draw_comparisons
from workflow_scripts.report.fields import draw_fields, draw_sources, richest
from workflow_scripts.report.histograms import bin_edges, draw_histograms
from workflow_scripts.report.scores import draw_scores
from workflow_scripts.report.spectra import draw_power_spectra
from workflow_scripts.report.style import draw_absent, house_style, save
from workflow_scripts.runtime.entry import run_rule

N_RANGE = 256  # real fields that give the range of the histograms


def draw_realism(
    *,
    real_test,
    real_train,
    sky_fields,
    segmentation,
    catalogue,
    spectra,
    nulls,
    judged,
    scored,
    predictions,
    scorer_reports,
    fields,
    sources,
    power_spectra,
    histograms,
    comparisons,
    scores,
    options,
):
    """Draw every figure; what the study has none of becomes a panel that says so.

    Parameters
    ----------
    real_test, real_train, sky_fields : str, str, list of str
        Stacks of the real fields and of each sky.
    segmentation, catalogue : list of str
        Segmentation map and sources of the real test fields; empty where these are crops of blends.
    spectra : list of str
        Stacks of log power spectra of `real_test`, `real_train` and each sky; empty where no features have them.
    nulls, judged : list of str
        What `measure_null` wrote per metric; what `compare_samples` wrote, sample by sample, metric by metric.
    scored, predictions, scorer_reports : list of str
        Scores sample by sample (`real_test` first), scorer by scorer; predictions and errors per scorer.
    fields, sources, power_spectra, histograms, comparisons, scores : str
        PNG written.
    options : dict
        Names in order: `skies`, `metrics`, `scorers`; `side`, of the images that the spectra are taken of,
        in pixels, None for whole fields.
    """
    skies = options["skies"]
    names = ["real_test", "real_train", *skies]
    stacks = dict(zip(names, [real_test, real_train, *sky_fields], strict=True))
    with house_style():
        shown = {name: reading.some_fields(path) for name, path in stacks.items() if name != "real_train"}
        save(draw_fields(shown.pop("real_test"), shown), fields)
        save(figure_of_sources(real_test, segmentation, catalogue), sources)
        save(figure_of_spectra(real_test, spectra, names, options), power_spectra)
        save(figure_of_histograms(stacks, skies), histograms)
        save(figure_of_comparisons(nulls, judged, options), comparisons)
        save(figure_of_scores(scored, predictions, scorer_reports, names, options), scores)


def figure_of_sources(fields, segmentation, catalogue):
    """Draw the sources of the real test fields."""
    if not catalogue:
        return draw_absent("Detected sources")
    (segmentation,), (catalogue,) = segmentation, catalogue
    table = reading.catalogue(catalogue, ["field", "x", "y", "flux", "flux_radius"])
    with open_stack(fields) as images, open_stack(segmentation) as maps:
        numbers = richest(table["field"], len(images))
        shown = {n: (reading.flat(images["image"][n : n + 1])[0], maps["segmentation"][n]) for n in numbers}
    return draw_sources(shown, table)


def figure_of_spectra(real_test, spectra, names, options):
    """Draw the power spectra, their frequencies per pixel of the images that they were taken of."""
    if not spectra:
        return draw_absent("Logarithmic power spectra")
    with open_stack(real_test) as stack:
        side = options["side"] or stack["image"].shape[2]
    values, cycles = zip(*map(reading.spectra, spectra), strict=True)
    return draw_power_spectra(dict(zip(names, values, strict=True)), cycles[0] / side, options["skies"])


def figure_of_histograms(stacks, skies):
    """Draw the intensity histograms, in bins of the real fields' range."""
    with open_stack(stacks["real_test"]) as stack:
        unit = stack.attributes["unit"]
    edges, softening = bin_edges(reading.some_fields(stacks["real_test"], N_RANGE))
    values = {name: reading.histograms(path, edges) for name, path in stacks.items()}
    return draw_histograms(values, edges, softening, unit, skies)


def figure_of_comparisons(nulls, judged, options):
    """Draw the leaderboard."""
    results = iter(map(read_json, judged))
    by_sample = {name: [next(results) for _ in options["metrics"]] for name in ["real_train", *options["skies"]]}
    by_metric = {
        metric: {name: row[number] for name, row in by_sample.items()}
        for number, metric in enumerate(options["metrics"])
    }
    draws = [read_json(path).get("values") for path in nulls]
    known = {metric: np.array(one) if one else None for metric, one in zip(options["metrics"], draws, strict=True)}
    return draw_comparisons(by_metric, known, options["skies"]) if by_metric else draw_absent("Metrics")


def figure_of_scores(scored, predictions, scorer_reports, names, options):
    """Draw what the scorers say."""
    n = len(options["scorers"])
    read = {
        name: reading.scorer(scored[number::n], names, predictions[number], scorer_reports[number])
        for number, name in enumerate(options["scorers"])
    }
    return draw_scores(read, options["skies"]) if read else draw_absent("Scorers")


if "snakemake" in globals():
    run_rule(draw_realism, snakemake)
