"""Rule draw_realism: the figures of a study."""

from workflow_scripts.formats.product_names import by_folder, by_stem, group_by_folder
from workflow_scripts.formats.stacks import open_stack
from workflow_scripts.judging.comparison import read_outcome
from workflow_scripts.judging.null import read_null
from workflow_scripts.report import figure_data
from workflow_scripts.report.comparisons import draw_comparisons
from workflow_scripts.report.fields import draw_fields, draw_sources, richest
from workflow_scripts.report.histograms import bin_edges, draw_histograms
from workflow_scripts.report.scores import draw_scores
from workflow_scripts.report.spectra import draw_power_spectra
from workflow_scripts.report.style import draw_absent, house_style, save
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.settings.figures import DrawRealism

N_RANGE = 256  # real fields that define the range of the histograms


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
    options: DrawRealism,
):
    """Draw every figure; a figure without data becomes a panel that states so.

    Parameters
    ----------
    real_test, real_train, sky_fields : str, str, list of str
        Stacks of the real fields and of each generated sample.
    segmentation, catalogue : list of str
        Segmentation map and sources of the real test fields; empty if these are crops of blends.
    spectra : list of str
        Stacks of log power spectra of all samples, `{sample}.h5`; empty if no metric or scorer uses them.
    nulls, judged : list of str
        Outputs of `measure_null` for every metric, and of `compare_samples` for every sample and metric.
    scored, predictions, scorer_reports : list of str
        Outputs of `score_images`, `{scorer}/{sample}.csv`; predictions and reports of every scorer, in its folder.
    fields, sources, power_spectra, histograms, comparisons, scores : str
        PNG written.
    options : settings.figures.DrawRealism
    """
    skies = options.skies
    names = ["real_test", "real_train", *skies]
    stacks = {"real_test": real_test, "real_train": real_train, **by_folder(sky_fields, skies)}
    with house_style():
        examples = {name: figure_data.example_pictures(path) for name, path in stacks.items() if name != "real_train"}
        save(draw_fields(examples.pop("real_test"), examples), fields)
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
    table = figure_data.catalogue(catalogue, ["field", "x", "y", "flux", "flux_radius"])
    with open_stack(fields) as images, open_stack(segmentation) as maps:
        numbers = richest(table["field"], len(images))
        examples = {
            n: (figure_data.mean_over_bands(images["image"][n : n + 1])[0], maps["segmentation"][n]) for n in numbers
        }
    return draw_sources(examples, table)


def figure_of_spectra(real_test, spectra, names, options):
    """Draw the power spectra as functions of the spatial frequency in cycles per pixel of the images or tiles."""
    if not spectra:
        return draw_absent("Logarithmic power spectra")
    with open_stack(real_test) as stack:
        side = options.side or stack["image"].shape[2]
    files = by_stem(spectra, names)
    fields, blocks = (
        {name: figure_data.spectra(path, unit)[0] for name, path in files.items()} for unit in ("owner", "group")
    )
    cycles = figure_data.spectra(next(iter(files.values())))[1]
    return draw_power_spectra(fields, blocks, cycles / side, options.skies)


def figure_of_histograms(stacks, skies):
    """Draw the intensity histograms, in bins over the range of the real fields."""
    with open_stack(stacks["real_test"]) as stack:
        unit = stack.photometry.unit
    edges, softening = bin_edges(figure_data.example_fields(stacks["real_test"], N_RANGE))
    values = {name: figure_data.histograms(path, edges) for name, path in stacks.items()}
    return draw_histograms(values, edges, softening, unit, skies)


def figure_of_comparisons(nulls, judged, options):
    """Draw values and intervals of all samples beside the null distributions."""
    if not options.metrics:
        return draw_absent("Metrics")
    known = {one.metric: one for one in map(read_null, nulls)}
    return draw_comparisons([*map(read_outcome, judged)], known, options.metrics, options.skies)


def figure_of_scores(scored, predictions, scorer_reports, names, options):
    """Draw the scores of all samples, and the calibration of the scorers."""
    scorers = options.scorers
    if not scorers:
        return draw_absent("Scorers")
    scores = group_by_folder(scored, scorers)
    predictions, reports = by_folder(predictions, scorers), by_folder(scorer_reports, scorers)
    found = {
        name: figure_data.scorer(by_stem(scores[name], names), predictions[name], reports[name]) for name in scorers
    }
    return draw_scores(found, options.skies)


if "snakemake" in globals():
    run_rule(draw_realism, snakemake)
