"""A wrong setting ends at once, in one line: which key, what is wrong, what there is instead."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import yaml
from running import ROOT, copy_repository, snakemake

IMAGE_FILES = {"hubble": {"dataset": {"source": "image_files", "options": {"files": ["nowhere/*.fits"]}}}}
# What a user writes, and the words of the line that answers.
WRONG = {
    "misspelt section": ({"detectoin": {}}, ["detectoin", "unknown key", "detection"]),
    "misspelt key": ({"detection": {"treshold_sigma": 3}}, ["detection.treshold_sigma", "'threshold_sigma'"]),
    "wrong type": ({"detection": {"min_area": "many"}}, ["detection.min_area", "'many'", "integer"]),
    "section is a number": ({"detection": 5}, ["detection", "object"]),
    "section is empty": ({"stamps": None}, ["stamps", "object"]),
    "studies are a list": ({"studies": ["hubble"]}, ["studies", "object"]),
    "study is a number": ({"studies": {"hubble": 5}}, ["studies.hubble", "object"]),
    "overrides are a list": ({"studies": {"hubble": {"overrides": [1]}}}, ["studies.hubble.overrides", "object"]),
    "override of the wrong type": (
        {"studies": {"hubble": {"overrides": {"fields": {"field_size": "big"}}}}},
        ["study hubble", "fields.field_size", "'big'"],
    ),
    "misspelt override": (
        {"studies": {"hubble": {"overrides": {"field": {"field_size": 64}}}}},
        ["study hubble", "field: unknown key", "fields"],
    ),
    "stage that learnt other data": (
        {"skies": {"layered": {"parts": {"stars": "grid_gan"}}}},
        ["skies.layered.parts.stars", "grid_gan learns from grids", "wants a stage of patches"],
    ),
    "stage that cannot be asked": (
        {"studies": {"hubble": {"overrides": {"skies": {"point_process": {"parts": {"stamps": "patch_dcgan"}}}}}}},
        ["skies.point_process.parts.stamps", "patch_dcgan has no condition", "flux_radius"],
    ),
    "stage that is asked for what a recipe cannot say": (
        {"skies": {"layered": {"parts": {"stars": "sized_gan"}}}},
        ["skies.layered.parts.stars", "sized_gan is asked for size_class", "asks for nothing"],
    ),
    "new set of blends without its number": ({"blends": {"mine": {}}}, ["blends.mine", "'n_blends'", "misspelt"]),
    "out of range": ({"generation": {"n_shards": 0}}, ["generation.n_shards", "minimum", "1"]),
    "seed below 0": ({"seed": -1}, ["seed", "minimum", "0"]),
    "unknown choice": ({"device": "gpu"}, ["device", "'gpu'", "cuda"]),
    "name with a capital": ({"skies": {"Naive": {"recipe": "naive"}}}, ["skies", "Naive", "small letters"]),
    "unknown study": ({"study": "huble"}, ["study", "'huble'", "'hubble'", "smoke"]),
    "unknown data set": (
        {"studies": {"hubble": {"dataset": {"source": "hubble"}}}},
        ["studies.hubble.dataset", "'hubble'", "image_files"],
    ),
    "unknown model": ({"stages": {"star_wgan": {"model": "wgam"}}}, ["stages.star_wgan", "'wgam'", "'wgan'"]),
    "unknown predictor": (
        {"stages": {"galaxy_physics_gan": {"predictor": "galaxy_predictr"}}},
        ["stages.galaxy_physics_gan.predictor", "'galaxy_predictr'", "'galaxy_predictor'"],
    ),
    "predictor of other images": (
        {"stages": {"galaxy_physics_gan": {"stretch": "linear"}}},
        ["stages.galaxy_physics_gan.stretch", "linear", "galaxy_predictor takes asinh"],
    ),
    "predictor of another softening": (
        {"stages": {"galaxy_physics_gan": {"softening": 3}}},
        ["stages.galaxy_physics_gan.softening", "3", "galaxy_predictor takes None"],
    ),
    "softening of a line": (
        {"stages": {"blend_wgan": {"stretch": "linear", "softening": 3}}},
        ["stages.blend_wgan.softening", "leave it out, stretch linear takes none"],
    ),
    "predictor tells what is not asked": (
        {"stages": {"galaxy_physics_gan": {"condition": ["class", "flux"]}}},
        ["stages.galaxy_physics_gan.condition", "axis_ratio"],
    ),
    "predictor of a model that takes none": (
        {"stages": {"star_wgan": {"predictor": "galaxy_predictor"}}},
        ["stages.star_wgan.predictor", "wgan takes none"],
    ),
    "classifier that tells something else": (
        {"studies": {"galaxies": {"classifier": "galaxy_edm"}}},
        ["studies.galaxies.classifier", "galaxy_edm", "condition: [class]"],
    ),
    "augmentation by a generator that the study has not": (
        {"studies": {"galaxies": {"augmentation": {"generator": "star_wgan"}}}},
        ["studies.galaxies.augmentation.generator", "'star_wgan'"],
    ),
    "scorers of galaxies": (
        {"studies": {"galaxies": {"scorers": ["published_xgboost"]}}},
        ["studies.galaxies.scorers", "real: galaxies"],
    ),
    "unknown recipe": ({"skies": {"naive": {"recipe": "nave"}}}, ["skies.naive", "'nave'", "layered"]),
    "unknown scorer": (
        {"scorers": {"published_xgboost": {"scorer": "forest"}}},
        ["scorers.published_xgboost", "'forest'", "xgboost_regressor"],
    ),
    "unknown metric": (
        {"metrics": {"two_sample_auc": {"metric": "auc"}}},
        ["metrics.two_sample_auc", "'auc'", "classifier_two_sample"],
    ),
    "unknown feature": ({"features": {"summary": {"spectrum": {}}}}, ["features.summary", "'spectrum'"]),
    "unknown set of features": (
        {"scorers": {"published_xgboost": {"features": "publishd"}}},
        ["scorers.published_xgboost.features", "'publishd'", "'published'"],
    ),
    "unknown option": (
        {"stages": {"star_wgan": {"options": {"latnt": 3}}}},
        ["stages.star_wgan.options.latnt", "'latent'"],
    ),
    "option of the wrong type": (
        {"stages": {"star_wgan": {"options": {"latent": 2.5}}}},
        ["stages.star_wgan.options.latent", "2.5", "integer"],
    ),
    "option out of range": (
        {"stages": {"star_wgan": {"options": {"latent": 0}}}},
        ["stages.star_wgan.options.latent", "greater than or equal to 1"],
    ),
    "sky of a stage that does not exist": (
        {"skies": {"layered": {"parts": {"stars": "star_gan"}}}},
        ["skies.layered.parts.stars", "'star_gan'", "'star_wgan'"],
    ),
    "sky without a part": (
        {"skies": {"naive": {"recipe": "layered"}}},
        ["skies.naive.parts", "stars", "coordinates"],
    ),
    "study of a sky that does not exist": (
        {"studies": {"hubble": {"skies": ["nave"]}}},
        ["studies.hubble.skies", "'nave'", "'naive'"],
    ),
    "study of blends that do not exist": (
        {"studies": {"hubble": {"blends": ["triples"]}}},
        ["studies.hubble.blends", "'triples'", "pairs"],
    ),
    "more galaxies at least than at most": (
        {"blends": {"pairs": {"n_galaxies": {"law": "uniform", "low": 5, "high": 3}}}},
        ["blends.pairs.n_galaxies", "low 5 is above high 3"],
    ),
    "galaxies by a density that is not given": (
        {"blends": {"pairs": {"n_galaxies": {"law": "poisson"}}}},
        ["blends.pairs.n_galaxies", "poisson needs density_per_arcmin2"],
    ),
    "magnitudes the wrong way round": (
        {"blends": {"pairs": {"mag_low": 26, "mag_high": 20}}},
        ["blends.pairs", "mag_low 26 is not below mag_high 20"],
    ),
    "noise of blends that does not exist": (
        {"blends": {"pairs": {"noise": "white"}}},
        ["blends.pairs.noise", "'white'"],
    ),
    "sky with the name of a real sample": (
        {"skies": {"real_test": {"recipe": "naive"}}},
        ["skies.real_test", "choose another"],
    ),
    "no file fits": ({"studies": IMAGE_FILES}, ["studies.hubble.dataset.options.files", "'nowhere/*.fits'"]),
    "wrong option of a data set of stamps": (
        {"studies": {"candels": {"dataset": {"source": "candels", "options": {"unusable": "skip"}}}}},
        ["studies.candels.dataset.options", "unusable", "leave_out"],
    ),
    "stamps without their maps": (
        {"studies": {"mine": {"dataset": {"source": "stamp_files", "options": {"files": ["images.npy"]}}}}},
        ["studies.mine.dataset.options", "files", "segmentation.npy", "catalogue.csv"],
    ),
    "no files": (
        {"studies": {"hubble": {"dataset": {"source": "image_files"}}}},
        ["studies.hubble.dataset.options.files", "missing"],
    ),
}


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """Return what Snakemake says to each case; two are asked at a time."""
    folder = tmp_path_factory.mktemp("wrong")

    def ask(case):
        file = folder / f"{case.replace(' ', '_')}.yaml"
        file.write_text(yaml.safe_dump(WRONG[case][0]))
        return snakemake(ROOT, "-n", "-c1", "--nolock", "--configfile", file, ok=False)

    with ThreadPoolExecutor(2) as pool:
        yield {case: pool.submit(ask, case) for case in WRONG}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_setting_ends_in_one_line(case, answers):
    assert_one_clear_line(answers[case].result(), WRONG[case][1])


def assert_one_clear_line(said, words):
    """Assert that one line answers, with all the words, and that nothing else is said of it."""
    assert "Traceback" not in said
    assert "Error" not in said
    lines = [line for line in said.splitlines() if line.startswith("skyloom: ")]
    assert len(lines) == 1, said
    assert said.rstrip().endswith(lines[0])
    assert [word for word in words if word not in lines[0]] == [], lines[0]


def test_wrong_setting_on_the_command_line():
    said = snakemake(ROOT, "-n", "-c1", "--nolock", "--config", "seed=many", ok=False)
    assert_one_clear_line(said, ["seed", "'many'", "integer"])


def test_config_that_is_no_yaml(tmp_path):
    folder = copy_repository(tmp_path / "skyloom")
    (folder / "config.yaml").write_text("study: [hubble\n")
    said = snakemake(folder, "-n", "-c1", ok=False)
    assert "Traceback" not in said
    assert "not valid JSON or YAML" in said


def test_config_without_a_section(tmp_path):
    folder = copy_repository(tmp_path / "skyloom")
    config = yaml.safe_load((folder / "config.yaml").read_text())
    del config["judging"]
    (folder / "config.yaml").write_text(yaml.safe_dump(config))
    assert_one_clear_line(snakemake(folder, "-n", "-c1", ok=False), ["judging", "required"])


def test_number_inside_braces_on_the_command_line():
    """Snakemake hands it on as text."""
    said = snakemake(ROOT, "-n", "-c1", "--nolock", "--config", "detection={min_area: 5}", ok=False)
    assert_one_clear_line(said, ["detection.min_area", "'5'", "--configfile"])
