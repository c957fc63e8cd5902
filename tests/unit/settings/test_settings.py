"""The settings of a run: their precedence, when a study is read, and the messages for wrong settings."""

import numpy as np
import pytest
import yaml
from astropy.table import Table
from running import ROOT
from study_files import settings, studies

from workflow_scripts.formats.stacks import create_stack
from workflow_scripts.rules.patches.crop_blends import append
from workflow_scripts.rules.patches.extract_patches import describe_sources
from workflow_scripts.settings import galaxies, generation, report, training
from workflow_scripts.settings.settings import Settings
from workflow_scripts.settings.yaml_files import read_settings

HUBBLE = {"dataset": {"source": "hubble_deep_field"}}


def own(folder, shared=None, given=None, **files):
    """Return the settings of a run with studies of its own, each `name=what its file says`."""
    folder.mkdir(exist_ok=True)
    for name, says in files.items():
        (folder / f"{name}.yaml").write_text(says if isinstance(says, str) else yaml.safe_dump(says))
    return Settings({**read_settings(ROOT / "config.yaml"), **(shared or {})}, given or {}, [folder, ROOT / "studies"])


@pytest.mark.parametrize("name", studies())
def test_every_study_that_ships_is_right(name):
    study = settings()[name]
    assert report.page(study) in report.products_of_run(study)
    assert all(training.train_stage(study, stage).steps for stage in study.config.stages)


def test_what_nobody_sets_is_as_declared(tmp_path):
    assert own(tmp_path, mine=HUBBLE)["mine"].config.seed == 42


def test_the_file_of_a_study_counts_over_what_all_share(tmp_path):
    run = own(tmp_path, {"seed": 1, "fields": {"field_size": 64}}, mine={**HUBBLE, "seed": 2})
    assert (run["mine"].config.seed, run["mine"].config.fields.field_size) == (2, 64)


def test_what_the_run_is_given_counts_over_the_file_of_a_study(tmp_path):
    run = own(tmp_path, {"seed": 1}, {"study": "mine", "seed": "3"}, mine={**HUBBLE, "seed": 2})
    assert run["mine"].config.seed == 3


def test_a_study_of_the_working_directory_is_found_first(tmp_path):
    run = own(tmp_path, smoke={**HUBBLE, "seed": 5})
    assert (run["smoke"].config.seed, run["smoke"].make.skies) == (5, [])


def test_a_run_may_say_itself_what_a_study_is():
    run = settings(study="mine", **HUBBLE, make={"skies": ["naive"]}, seed=7)
    assert run["mine"].make.skies == ["naive"]
    other = run["candels"]
    assert (other.config.seed, other.config.dataset.source) == (7, "candels"), "data and products are the study's own"
    assert other.make.blends == ["candels"]


def test_a_wrong_study_stops_no_other(tmp_path):
    wrong = {"dataset": {"source": "image_files", "options": {"files": ["/no/disk/*.fits"]}}}
    run = own(tmp_path, wrong=wrong, broken="a: [", mine=HUBBLE)
    assert run["mine"].kind.name == "fields"
    with pytest.raises(ValueError, match=r"config, study wrong: dataset\.options\.files: no file fits '/no/disk"):
        run["wrong"]
    with pytest.raises(ValueError, match=r"broken\.yaml.*not valid YAML"):
        run["broken"]


def test_the_message_of_an_unknown_study_has_the_folders_searched(tmp_path):
    with pytest.raises(ValueError, match=f"no 'smok': no smok.yaml in {tmp_path} and .*did you mean 'smoke'"):
        own(tmp_path)["smok"]
    with pytest.raises(ValueError, match="study: 'Mine': a name has small letters"):
        own(tmp_path)["Mine"]


def test_files_that_are_read_late_are_looked_for_at_once():
    skies = {"mine": {"recipe": "point_process", "parts": {"stamps": "marked_gan", "sources": "/no/list.fits"}}}
    where = r"config, study hubble: skies\.mine\.parts\.sources: no file '/no/list.fits'"
    with pytest.raises(ValueError, match=where):
        settings(study="hubble", skies=skies, make={"skies": ["mine"]})["hubble"]
    unused = settings(skies=skies)["hubble"]
    with pytest.raises(ValueError, match=where):
        generation.parts_of_sky(unused, "mine")
    table = {"mine": {"source": "/no/table.csv"}}
    with pytest.raises(ValueError, match=r"requests\.mine\.source: no file '/no/table.csv'"):
        settings(study="galaxies", requests=table, make={"requests": ["mine"]})["galaxies"]
    assert (
        galaxies.table_of_request(
            settings(requests={"mine": {"source": "test", "n": 4}})["galaxies"], "mine", "galaxy_edm"
        )
        == []
    )


# What is written, of which study, and how the line that answers begins.
WRONG = {
    "misspelt section": ({"detectoin": {}}, "detectoin: unknown key; did you mean 'detection'?"),
    "misspelt key": (
        {"detection": {"treshold_sigma": 3}},
        "detection.treshold_sigma: unknown key; did you mean 'threshold_sigma'?",
    ),
    "wrong type": ({"detection": {"min_area": "many"}}, "detection.min_area: 'many' is not a valid integer"),
    "boolean for a number": ({"detection": {"min_area": True}}, "detection.min_area: a boolean is not a number"),
    "key unlike any": ({"zzz": 1}, "zzz: unknown key; see docs/configuration.md"),
    "key of a section unlike any": ({"detection": {"zzz": 1}}, "detection.zzz: unknown key; see docs/configuration.md"),
    "key is a number": ({5: 3}, "5: unknown key; see docs/configuration.md"),
    "key of a section is a number": ({"detection": {5: 3}}, "detection.5: unknown key; see docs/configuration.md"),
    "infinite": ({"detection": {"threshold_sigma": float("inf")}}, "detection.threshold_sigma: inf is not a finite"),
    "not a number": ({"background": {"clip_sigma": float("nan")}}, "background.clip_sigma: nan is not a finite"),
    "section is a number": ({"detection": 5}, "detection: 5 is not a mapping of options (Detection of sources)"),
    "section is empty": ({"stamps": None}, "stamps: None is not a mapping of options"),
    "skies are a list": ({"skies": ["naive"]}, "skies: ['naive'] is not a mapping of options"),
    "what is made is a list": ({"make": ["naive"]}, "make: ['naive'] is not a mapping of options"),
    "set without features": ({"features": {"xx": {}}}, "features.xx: no feature; name at least one file of"),
    "condition that no data have": (
        {"stages": {"star_wgan": {"condition": ["nonsense"]}}},
        "stages.star_wgan.condition: no column 'nonsense' in patches; known: axis_ratio, flux, flux_radius, npix",
    ),
    "condition of a stage of no sky": (
        {"stages": {"field_dcgan": {"condition": ["flux"]}}},
        "stages.field_dcgan.condition: no column 'flux' in small_fields; known: none",
    ),
    "stage that learnt other data": (
        {"skies": {"layered": {"parts": {"stars": "grid_gan"}}}},
        "skies.layered.parts.stars: stage grid_gan is trained on grids; recipe layered needs a stage of patches",
    ),
    "stage without a condition": (
        {"skies": {"point_process": {"parts": {"stamps": "patch_dcgan"}}}},
        "skies.point_process.parts.stamps: stage patch_dcgan has no condition; recipe point_process gives flux, peak",
    ),
    "stage with a condition that a recipe does not give": (
        {"skies": {"layered": {"parts": {"stars": "sized_gan"}}}},
        "skies.layered.parts.stars: stage sized_gan is conditioned on size_class; recipe layered gives none",
    ),
    "new set of blends without its number": ({"blends": {"mine": {}}}, "blends.mine.n_blends: missing"),
    "out of range": ({"generation": {"n_shards": 0}}, "generation.n_shards: 0 is not greater than or equal to 1"),
    "seed below 0": ({"seed": -1}, "seed: -1 is not greater than or equal to 0 (Seed of all random numbers)"),
    "unknown choice": ({"device": "gpu"}, "device: 'gpu' is not 'auto', 'cpu' or 'cuda'"),
    "name with a capital": ({"skies": {"Naive": {"recipe": "naive"}}}, "skies: 'Naive': a name has small letters"),
    "name of a real sample": ({"skies": {"real_test": {"recipe": "naive"}}}, "skies: 'real_test': this name belongs"),
    "unknown data set": ({"dataset": {"source": "hubble"}}, "dataset: no plugin 'hubble' in datasets/"),
    "unknown model": (
        {"stages": {"star_wgan": {"model": "wgam"}}},
        "stages.star_wgan: no plugin 'wgam' in models/; did you mean 'wgan'?",
    ),
    "unknown predictor": (
        {"stages": {"galaxy_physics_gan": {"predictor": "galaxy_predictr"}}},
        "stages.galaxy_physics_gan.predictor: no 'galaxy_predictr' among stages; did you mean 'galaxy_predictor'?",
    ),
    "predictor of other images": (
        {"stages": {"galaxy_physics_gan": {"stretch": "linear"}}},
        "stages.galaxy_physics_gan.stretch: linear, but its predictor galaxy_predictor has asinh_noise",
    ),
    "predictor of another softening": (
        {"stages": {"galaxy_physics_gan": {"softening": 3}}},
        "stages.galaxy_physics_gan.softening: 3.0, but its predictor galaxy_predictor has None",
    ),
    "softening of a line": (
        {"stages": {"blend_wgan": {"stretch": "linear", "softening": 3}}},
        "stages.blend_wgan.softening: remove it, stretch linear has none",
    ),
    "predictor of what is no condition": (
        {"stages": {"galaxy_physics_gan": {"condition": ["class", "flux"]}}},
        "stages.galaxy_physics_gan.condition: axis_ratio, half_light_radius, theta missing",
    ),
    "predictor of a model that takes none": (
        {"stages": {"star_wgan": {"predictor": "galaxy_predictor"}}},
        "stages.star_wgan.predictor: model wgan has no predictor",
    ),
    "unknown recipe": ({"skies": {"naive": {"recipe": "nave"}}}, "skies.naive: no plugin 'nave' in skies/"),
    "unknown scorer": (
        {"scorers": {"published_xgboost": {"scorer": "forest"}}},
        "scorers.published_xgboost: no plugin 'forest' in scorers/; did you mean 'random_forest'?",
    ),
    "unknown metric": ({"metrics": {"two_sample_auc": {"metric": "auc"}}}, "metrics.two_sample_auc: no plugin 'auc'"),
    "unknown feature": ({"features": {"summary": {"spectrum": {}}}}, "features.summary: no plugin 'spectrum'"),
    "unknown set of features": (
        {"scorers": {"published_xgboost": {"features": "publishd"}}},
        "scorers.published_xgboost.features: no 'publishd' among features; did you mean 'published'?",
    ),
    "unknown option": ({"stages": {"star_wgan": {"options": {"latnt": 3}}}}, "stages.star_wgan.options.latnt: unknown"),
    "option of the wrong type": (
        {"stages": {"star_wgan": {"options": {"latent": 2.5}}}},
        "stages.star_wgan.options.latent: 2.5 is not",
    ),
    "option out of range": ({"stages": {"star_wgan": {"options": {"latent": 0}}}}, "stages.star_wgan.options"),
    "sky of an unknown stage": (
        {"skies": {"layered": {"parts": {"stars": "star_gan"}}}},
        "skies.layered.parts.stars: no 'star_gan' among stages; did you mean 'star_wgan'?",
    ),
    "sky without a part": (
        {"skies": {"naive": {"recipe": "layered"}}},
        "skies.naive.parts: []; recipe layered needs ['coordinates', 'stars']",
    ),
    "unknown sky": ({"make": {"skies": ["nave"]}}, "make.skies: no 'nave' among skies; did you mean 'naive'?"),
    "unknown blends": ({"make": {"blends": ["triples"]}}, "make.blends: no 'triples' among blends"),
    "galaxies at least and at most": (
        {"blends": {"pairs": {"n_galaxies": {"law": "uniform", "low": 5, "high": 3}}}},
        "blends.pairs.n_galaxies.low: 5 is above high 3",
    ),
    "no density": (
        {"blends": {"pairs": {"n_galaxies": {"law": "poisson"}}}},
        "blends.pairs.n_galaxies.density_per_arcmin2: the law poisson needs it",
    ),
    "magnitudes the wrong way round": (
        {"blends": {"pairs": {"mag_low": 26, "mag_high": 20}}},
        "blends.pairs.mag_low: 26 is not below mag_high 20",
    ),
    "unknown noise": ({"blends": {"pairs": {"noise": "white"}}}, "blends.pairs.noise: 'white' is not 'uniform',"),
    "no file fits": (
        {"dataset": {"source": "image_files", "options": {"files": ["nowhere/*.fits"]}}},
        "dataset.options.files: no file fits 'nowhere/*.fits', looked for from",
    ),
    "no files": ({"dataset": {"source": "image_files"}}, "dataset.options"),
    "wrong option of a data set": (
        {"dataset": {"source": "candels", "options": {"unusable": "leave_out"}}},
        "dataset.options",
    ),
}
WRONG_GALAXIES = {
    "classifier that predicts something else": (
        {"classifier": "galaxy_edm"},
        "make.classifier: stage galaxy_edm needs",
    ),
    "augmentation by another generator": (
        {"augmentation": {"generator": "star_wgan"}},
        "make.augmentation.generator: 'star_wgan' is not among the study's generators",
    ),
    "scorers of galaxies": (
        {"scorers": ["published_xgboost"]},
        "make.scorers: scorers are trained on damaged fields; remove them from a study of galaxies",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_setting_is_one_line(case):
    given, line = WRONG[case]
    assert_one_line("hubble", given, line)


@pytest.mark.parametrize("case", WRONG_GALAXIES)
def test_what_galaxies_cannot_be_made_is_one_line(case):
    make, line = WRONG_GALAXIES[case]
    assert_one_line("galaxies", {"make": make}, line)


def assert_one_line(name, given, line):
    """Assert that the study is refused, in one line that begins so."""
    with pytest.raises(ValueError, match=".") as error:
        settings(given, study=name)[name]
    assert str(error.value).startswith(f"config, study {name}: {line}"), str(error.value)
    assert "\n" not in str(error.value)


def test_the_conditions_of_patches_and_crops_are_the_columns_that_are_written(tmp_path):
    table = Table({name: np.ones(2) for name in ("flux", "peak", "flux_radius", "ellipticity", "theta", "npix")})
    assert set(training.CONDITIONS["patches"]) == set(describe_sources(table, [50]))
    with create_stack(tmp_path / "crops.h5") as writer:
        append(writer, np.ones((2, 8, 8)), 4, 1)
        assert set(writer.columns) - {"image"} == set(training.CONDITIONS["crops"])
