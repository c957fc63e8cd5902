"""A change reruns what it touches, and nothing else. Every question is a dry run on a copy of a finished run."""

import shutil

import numpy as np
import pytest
import yaml
from running import edit, planned, run, snakemake
from study_files import add_study, edit_study, override, study_of

from workflow_scripts.formats.stacks import open_stack

SAMPLES = ("real_train", "naive", "layered")
METRICS = {"power_spectrum_distance": "log_spectrum", "two_sample_auc": "summary"}
FEATURES = ("published", "log_spectrum", "summary")
SHARDS = (0, 1)


def judging_of(*samples):
    """Return the jobs that judge samples anew."""
    jobs = {"rank_skies"}
    for sample in samples:
        jobs |= {f"extract_features feature={feature} sample={sample}" for feature in FEATURES}
        jobs |= {f"score_images scorer=published_xgboost sample={sample}"}
        jobs |= {f"compare_samples metric={metric} sample={sample}" for metric in METRICS}
    return {spelt(job) for job in jobs}


PIXELS = ("render_blends", "render_variances", "convert_fluxes", "describe_blends")  # their noise matters


def sky(name):
    """Return the jobs that make a sky anew and judge it."""
    made = {f"generate_skies sky={name} shard={shard}" for shard in SHARDS} | {f"gather_skies sky={name}"}
    return {spelt(job) for job in made} | judging_of(name)


def blends(split):
    """Return the jobs that blend a part anew."""
    jobs = {f"pair_galaxies blend=pairs split={split} shard={shard}" for shard in SHARDS}
    jobs |= {f"{rule} blend=pairs split={split}" for rule in PIXELS}
    jobs |= {f"render_masks blend=pairs split={split} method=bogg_masks"}
    jobs |= {"deblend_blends blend=pairs split=test"} if split == "test" else set()
    return {spelt(job) for job in jobs}


def spelt(job):
    """Return a job with its wildcards sorted: their order is no matter of ours."""
    rule, *wildcards = job.split()
    return " ".join([rule, *sorted(wildcards)])


def plan(folder, *config, page=False):
    return {spelt(job) for job in planned(folder, *config, page=page)}


def test_nothing_changed(finished):
    assert plan(finished, page=True) == set()


def test_comment_docstring_layout_touch_and_order_of_the_config(copy_of_finished):
    for file in (copy_of_finished / "config.yaml", copy_of_finished / "studies" / "smoke.yaml"):
        file.write_text(yaml.safe_dump(yaml.safe_load(file.read_text()), sort_keys=True))
    scripts = copy_of_finished / "workflow_scripts"
    for path in scripts.rglob("*.py"):
        path.touch()
    edit(
        scripts / "rules" / "data" / "cut_stamps.py",
        '"""Cut a stamp around every source',
        '"""Cut one stamp around each source',
    )
    edit(scripts / "models" / "wgan.py", "        real = batch", "        # what is real\n\n        real = batch")
    file = scripts / "imaging" / "stamps.py"
    file.write_text(file.read_text() + "\n# The end.\n")
    assert plan(copy_of_finished, page=True) == set()


def test_two_options_with_swapped_values(copy_of_finished):
    """The values are the same as before, only their names have changed places."""
    options = {"latent": 8, "width": 100, "critic_steps": 2}
    stages = {"star_wgan": {"steps": 6, "batch": 16, "checkpoint_every": 3, "options": options}}
    override(copy_of_finished, stages=stages)
    assert "train_stage stage=star_wgan" in plan(copy_of_finished)


def test_code_of_one_model(copy_of_finished):
    """Its stage trains again, and what follows: not the other stage, not the sky that has no stage."""
    edit(copy_of_finished / "workflow_scripts" / "models" / "wgan.py", "betas=(0.0, 0.9)", "betas=(0.0, 0.95)")
    assert plan(copy_of_finished) == {"train_stage stage=star_wgan"} | sky("layered")


def test_settings_changed_before_a_killed_training(copy_of_finished):
    """Its weights are gone, and with them what they were made with; the skies made of them remember it."""
    for path in (copy_of_finished / "results/smoke/stages/star_wgan").iterdir():
        path.unlink()
    assert plan(copy_of_finished) == set(), "a product deleted to make room is not missed"
    stages = smoke_stages()
    stages["star_wgan"]["options"]["lr"] = 0.0003
    override(copy_of_finished, stages=stages)
    assert plan(copy_of_finished) == {"train_stage stage=star_wgan"} | sky("layered")


def test_code_of_one_recipe(copy_of_finished):
    edit(copy_of_finished / "workflow_scripts" / "skies" / "naive.py", "/ np.pi)", "/ 3.14)")
    assert plan(copy_of_finished) == sky("naive")


def test_code_of_an_imported_module(copy_of_finished):
    """Pairs of galaxies are drawn by one rule; what follows it is blended again."""
    edit(
        copy_of_finished / "workflow_scripts" / "measuring" / "stamp_checks.py",
        "axis=(-2, -1))) / noise",
        "axis=(1, 2))) / noise",
    )
    jobs = plan(copy_of_finished)
    stamps = {f"cut_stamps split={split}" for split in ("train", "test")}
    assert jobs == stamps | blends("train") | blends("test")


def test_code_of_a_metric(copy_of_finished):
    path = copy_of_finished / "workflow_scripts" / "metrics" / "power_spectrum_distance.py"
    path.write_text(path.read_text() + "\nFURTHER = 1\n")
    compared = {f"compare_samples metric=power_spectrum_distance sample={sample}" for sample in SAMPLES}
    tried = {f"{rule} metric=power_spectrum_distance" for rule in ("measure_null", "measure_power")}
    assert plan(copy_of_finished) == compared | tried | {"rank_skies"}


def test_detection_threshold(copy_of_finished):
    """All that knows of sources: everything but the fields, and the features of real fields."""
    jobs = plan(override(copy_of_finished, detection={"threshold_sigma": 9}))
    rules = {job.split()[0] for job in jobs}
    assert {
        "detect_sources",
        "train_stage",
        "fit_background",
        "build_ladder",
        "damage_fields",
        "cut_stamps",
        "rank_skies",
    } <= rules
    assert not {"fetch_dataset", "import_dataset", "measure_null"} & rules
    features = {job for job in jobs if job.startswith("extract_features")}
    parts = ("train", "valid", "test")
    ladder = {f"extract_features feature=published sample=ladder_{split}" for split in parts}
    damaged = {
        f"extract_features feature={name} sample=damaged_{kind}"
        for name in METRICS.values()
        for kind in ("blurred", "noise", "background")
    }
    skies = {f"extract_features feature={name} sample={sky}" for name in FEATURES for sky in ("naive", "layered")}
    assert features == ladder | damaged | skies


def test_number_of_bootstrap_draws(copy_of_finished):
    """The comparisons, and the scorer whose error has an interval; its model is made with it."""
    jobs = plan(override(copy_of_finished, judging={"n_bootstrap": 30}))
    compared = {f"compare_samples metric={metric} sample={sample}" for metric in METRICS for sample in SAMPLES}
    scored = {f"score_images sample={sample} scorer=published_xgboost" for sample in ("real_test", *SAMPLES)}
    assert jobs == compared | scored | {"train_scorer scorer=published_xgboost", "rank_skies"}


def test_one_option_of_a_set_of_blends(copy_of_finished):
    """The noise changes pixels, not the members of a blend nor their masks."""
    pairs = {"pairs": {"noise": "natural", "n_blends": {"train": 12, "test": 6}}}
    jobs = plan(override(copy_of_finished, blends=pairs))
    made = {f"{rule} blend=pairs split={split}" for rule in PIXELS for split in ("train", "test")}
    assert jobs == made | {"deblend_blends blend=pairs split=test"}


def test_another_threshold_of_the_baseline_deblends_anew_and_no_more(copy_of_finished):
    changed = override(copy_of_finished, baseline={"threshold_sigma": 5})
    assert plan(changed) == {"deblend_blends blend=pairs split=test"}


def test_price_of_a_machine_reruns_the_costs_and_the_page_alone(copy_of_finished):
    changed = override(copy_of_finished, costs={"usd_per_hour": {"cpu": 1.0, "gpu": 2.0}})
    assert plan(changed, page=True) == {"tabulate_costs", "write_report"}


def test_the_page_alone_follows_its_template_and_captions(copy_of_finished):
    template = copy_of_finished / "resources" / "report" / "page.html.j2"
    template.write_text(template.read_text() + "\n")
    assert plan(copy_of_finished, page=True) == {"write_report"}


def test_a_figure_drawn_in_another_way(copy_of_finished):
    edit(copy_of_finished / "workflow_scripts" / "report" / "fields.py", "N_SHOWN = 6", "N_SHOWN = 5")
    drawn = {"draw_realism", "draw_training", "draw_neighbours", "draw_quiz"}  # one module reads for all
    assert plan(copy_of_finished, page=True) == {*drawn, "tabulate_costs", "write_report"}


@pytest.fixture
def with_new_model(copy_of_finished):
    """Add a model by one file and one stage."""
    add_plugin(copy_of_finished, "models", "coordinate_gan", "another_gan")
    stage = {"model": "another_gan", "data": "coordinates", "steps": 4, "batch": 16, "checkpoint_every": 2}
    stage |= {"augment": "none", "stretch": "none", "ema_decay": 0.9}
    return override(copy_of_finished, stages={"another": stage, **smoke_stages()})


def add_plugin(folder, kind, old, new):
    """Add a plugin to a copy of the repository by one file: a copy of one that is there."""
    plugins = folder / "workflow_scripts" / kind
    shutil.copy(plugins / f"{old}.py", plugins / f"{new}.py")


def smoke_stages():
    return study_of("smoke")["stages"]


def test_a_new_model_reruns_nothing(with_new_model):
    """It is one file and one entry of the config; when it is requested, it alone is trained."""
    assert plan(with_new_model) == set()
    new = "results/smoke/stages/another/weights.safetensors"
    assert planned(with_new_model, targets=[new]) == {"train_stage stage=another"}
    run(with_new_model, targets=[new])
    assert (with_new_model / new).exists()


def with_sky_and_metric(study):
    """Let a study make a sky and use a metric, both called `another`."""
    study["skies"] = {"another": {"recipe": "another_naive"}}
    study["metrics"] = {"another": {"metric": "another_distance", "features": "log_spectrum"}}
    study["make"]["skies"].append("another")
    study["make"]["metrics"].append("another")


def test_a_new_sky_and_a_new_metric_rerun_nothing(copy_of_finished):
    """Each is one file and one entry; they alone are made, and the ranking."""
    add_plugin(copy_of_finished, "skies", "naive", "another_naive")
    add_plugin(copy_of_finished, "metrics", "power_spectrum_distance", "another_distance")
    assert plan(copy_of_finished, page=True) == set()
    edit_study(copy_of_finished, "smoke", with_sky_and_metric)
    compared = {f"compare_samples metric=another sample={sample}" for sample in (*SAMPLES, "another")}
    tried = {f"{rule} metric=another" for rule in ("measure_null", "measure_power")}
    assert plan(copy_of_finished) == sky("another") | compared | tried
    product = "results/smoke/comparisons/another/another.json"
    run(copy_of_finished, targets=[product])
    assert (copy_of_finished / product).exists()


def test_a_new_data_set_reruns_nothing(copy_of_finished):
    add_plugin(copy_of_finished, "datasets", "hubble_deep_field", "another_picture")
    study = {"dataset": {"source": "another_picture"}, "fields": study_of("smoke")["fields"]}
    chosen = add_study(copy_of_finished, "other", study)
    assert plan(copy_of_finished, page=True) == set()
    product = "fields/train.h5"
    snakemake(copy_of_finished, "-c1", *chosen, "--", f"results/other/{product}")
    results = copy_of_finished / "results"
    with open_stack(results / "smoke" / product) as ours, open_stack(results / "other" / product) as theirs:
        assert np.array_equal(ours["image"][:], theirs["image"][:])
