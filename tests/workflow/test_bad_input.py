"""Unusable images, and too few of them: one clear line, and nothing half-written."""

from pathlib import Path

import numpy as np
import pytest
import yaml
from astropy.io import fits
from running import copy_repository, snakemake
from study_files import add_study

from workflow_scripts.formats.atomic import read_json
from workflow_scripts.formats.stacks import create_stack, open_stack
from workflow_scripts.rules.data.cut_stamps import cut_stamps
from workflow_scripts.rules.data.cut_windows import cut_windows
from workflow_scripts.rules.data.detect_sources import detect_sources
from workflow_scripts.rules.data.fetch_dataset import fetch_dataset
from workflow_scripts.rules.data.import_dataset import import_dataset
from workflow_scripts.rules.galaxies.check_requests import check_requests
from workflow_scripts.rules.patches.extract_patches import extract_patches
from workflow_scripts.rules.scoring.check_images import check_images
from workflow_scripts.rules.training.train_stage import train_stage
from workflow_scripts.runtime.entry import built
from workflow_scripts.settings.galaxies import CheckRequests
from workflow_scripts.settings.scoring import CheckImages

SEED = {"seed": 1, "code": ""}
SPLIT = {"train": 0.5, "valid": 0.2, "test": 0.3}
DETECTION = {
    "threshold_sigma": 5,
    "min_area": 5,
    "deblend_thresholds": 32,
    "deblend_contrast": 0.005,
    "background_box": 32,
}
PATCHES = {
    "black_sigma": 8,
    "background": "keep",
    "size_classes": [20, 60],
    "size": 16,
    "grow": 1,
    "max_npix": 400,
    "min_patches": 2,
}
STAMPS = {"size": 16, "min_snr": 0, "clean_only": False}


def noise(shape=(64, 256)):
    """Return an image of noise."""
    return np.random.default_rng(1).normal(10, 1, shape).astype(np.float32)


def sky(n_sources=40):
    """Return an image of noise with round sources."""
    image, rng = noise(), np.random.default_rng(2)
    y, x = np.mgrid[:64, :256]
    for _ in range(n_sources):
        x0, y0 = rng.uniform(4, 252), rng.uniform(4, 60)
        image += 60 * np.exp(-((x - x0) ** 2 + (y - y0) ** 2) / 4).astype(np.float32)
    return image


def with_nan():
    """Return a sky with one bad pixel, at x=7, y=5."""
    image = sky()
    image[5, 7] = np.nan
    return image


def truncated(path):
    """Write a FITS file and lose its second half."""
    fits.writeto(path, noise())
    path.write_bytes(path.read_bytes()[:30000])


def without_image(path):
    """Write a FITS file that holds a table alone."""
    fits.BinTableHDU.from_columns([fits.Column("x", "E", array=np.zeros(3))]).writeto(path)


IMAGES = {
    "empty": ("empty.npy", lambda path: np.save(path, np.zeros((0, 64))), ["empty.npy", "empty"]),
    "NaN": ("nan.npy", lambda path: np.save(path, with_nan()), ["nan.npy", "1 pixels are NaN", "x=7, y=5", "crop"]),
    "infinite": ("inf.npy", lambda path: np.save(path, with_nan() * np.inf), ["inf.npy", "infinite"]),
    "four axes": ("axes.npy", lambda path: np.save(path, np.zeros((2, 64, 64, 3))), ["axes.npy", "(2, 64, 64, 3)"]),
    "one axis": ("line.npy", lambda path: np.save(path, np.zeros(64)), ["line.npy", "(64,)"]),
    "cube": ("cube.npy", lambda path: np.save(path, np.zeros((64, 64, 200))), ["cube.npy", "(64, 64, 200)", "band"]),
    "too small": ("small.npy", lambda path: np.save(path, noise((20, 64))), ["small.npy", "64x20 px", "field_size 32"]),
    "complex": ("complex.npy", lambda path: np.save(path, noise() * 1j), ["complex.npy", "complex"]),
    "text": ("text.npy", lambda path: np.save(path, np.full((64, 64), "a")), ["text.npy", "<U1", "real numbers"]),
    "pickled": ("pickled.npy", lambda path: np.save(path, np.array([[{}]])), ["pickled.npy", "not a readable image"]),
    "junk FITS": ("junk.fits", lambda path: path.write_bytes(b"junk" * 999), ["junk.fits", "not a readable image"]),
    "junk PNG": ("junk.png", lambda path: path.write_bytes(b"junk"), ["junk.png", "not a readable image"]),
    "cut off FITS": ("cut.fits", truncated, ["cut.fits", "the file is truncated"]),
    "FITS without image": ("table.fits", without_image, ["table.fits", "no image"]),
    "no bytes": ("none.fits", lambda path: path.touch(), ["none.fits", "not a readable image"]),
    "unknown kind": ("image.doc", lambda path: path.touch(), ["image.doc", "unknown image format", "FITS"]),
    "missing": ("missing.npy", lambda path: None, ["missing.npy", "no such file"]),
}


def import_files(folder, *files, field_size=32, **given):
    """Import image files as fields of a study."""
    options = {"source": "image_files", "options": {"files": [str(file) for file in files], **given}}
    paths = {part: str(folder / "fields" / f"{part}.h5") for part in SPLIT}
    about = {"manifest": "", "folder": "", "seed": 1, "code": ""}
    divided = {**options, "field_size": field_size, "block_size": 32, "guard": 0, "max_masked": 0.0, "split": SPLIT}
    import_dataset(**paths, options=built(import_dataset, divided), **about)
    windows = {part: str(folder / "windows" / f"{part}.h5") for part in SPLIT}
    for part, path in windows.items():
        cut_windows(fields=paths[part], windows=path, options=built(cut_windows, {**options, "margin": 16}), **about)
    return paths


def import_array(folder, image, **more):
    """Import one array as fields of a study."""
    np.save(folder / "image.npy", image)
    return import_files(folder, folder / "image.npy", **more)


def detect(folder, paths, part="train", **changes):
    """Detect the sources of one part; return the names of what is written."""
    known = {"fields": paths[part], "windows": str(folder / "windows" / f"{part}.h5")}
    written = {name: str(folder / f"{part}_{name}.h5") for name in ("segmentation", "window_segmentation")}
    written["catalogue"] = str(folder / f"{part}.ecsv")
    detect_sources(
        background=[], **known, **written, options=built(detect_sources, {**DETECTION, **changes}), seed=1, code=""
    )
    wide = {"windows": known["windows"], "segmentation": written["window_segmentation"]}
    return {**wide, "catalogue": written["catalogue"]}


def assert_clean(folder):
    """Assert that nothing half-written is left."""
    assert not list(folder.rglob("*.part"))


@pytest.mark.filterwarnings("ignore::astropy.utils.exceptions.AstropyUserWarning", "ignore::DeprecationWarning")
@pytest.mark.parametrize("case", IMAGES)
def test_image_that_cannot_be_used(case, tmp_path):
    name, write, words = IMAGES[case]
    write(tmp_path / name)
    with pytest.raises(ValueError, match="(?s).+") as error:
        import_files(tmp_path, tmp_path / name)
    assert [word for word in words if word not in str(error.value)] == []
    assert "\n" not in str(error.value)
    assert_clean(tmp_path)
    assert not list(tmp_path.glob("fields/*"))


def test_one_bad_image_among_good_ones_is_named(tmp_path):
    np.save(tmp_path / "good.npy", sky())
    np.save(tmp_path / "bad.npy", with_nan())
    with pytest.raises(ValueError, match=r"bad\.npy"):
        import_files(tmp_path, tmp_path / "good.npy", tmp_path / "bad.npy")


def test_band_and_extension_that_a_file_has_not(tmp_path):
    np.save(tmp_path / "rgb.npy", np.zeros((64, 64, 3)))
    with pytest.raises(ValueError, match=r"rgb\.npy.*band"):
        import_files(tmp_path, tmp_path / "rgb.npy", band=3)
    fits.writeto(tmp_path / "one.fits", noise())
    with pytest.raises(ValueError, match=r"one\.fits: no extension 4; its extensions: 0 PRIMARY"):
        import_files(tmp_path, tmp_path / "one.fits", hdu=4)


def test_images_of_different_sizes_as_whole_fields(tmp_path):
    np.save(tmp_path / "a.npy", noise((64, 64)))
    np.save(tmp_path / "b.npy", noise((32, 32)))
    np.save(tmp_path / "c.npy", noise((64, 48)))
    with pytest.raises(
        ValueError, match=r"b\.npy: 32x32 px, the first image has 64x64: set fields\.field_size.*c\.npy"
    ):
        import_files(tmp_path, *(tmp_path / f"{name}.npy" for name in "abc"), field_size=None)
    assert_clean(tmp_path)
    assert not list(tmp_path.glob("fields/*"))


def test_all_images_that_cannot_be_used_are_listed_up_to_a_dozen(tmp_path):
    for number in range(20):
        np.save(tmp_path / f"{number:02}.npy", with_nan() if number > 2 else sky())
    with pytest.raises(ValueError, match=r"03\.npy: 1 pixels are NaN") as error:
        import_files(tmp_path, *sorted(tmp_path.glob("*.npy")))
    assert str(error.value).count("pixels are NaN") == 12
    assert str(error.value).endswith("and 5 more unusable images")


def test_too_few_blocks_to_divide(tmp_path):
    with pytest.raises(ValueError, match=r"2 blocks of fields cannot be divided .*block_size or fields\.field_size"):
        import_array(tmp_path, noise((32, 64)))
    assert_clean(tmp_path)


def test_file_that_vanishes_before_it_is_fetched(tmp_path):
    options = {"source": "image_files", "options": {"files": [str(tmp_path / "gone.fits")]}}
    with pytest.raises(OSError, match=r"gone\.fits"):
        fetch_dataset(
            images=[], manifest=str(tmp_path / "manifest.json"), folder="", options=built(fetch_dataset, options)
        )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("image", [noise(), np.full((64, 256), 7.0)], ids=["noise", "constant"])
def test_no_source_above_the_threshold(image, tmp_path):
    paths = import_array(tmp_path, image)
    with pytest.raises(ValueError, match=r"no source above 50 sigma: lower detection\.threshold_sigma"):
        detect(tmp_path, paths, threshold_sigma=50)
    assert_clean(tmp_path)
    assert not list(tmp_path.glob("train*"))


def test_too_few_sources_to_train_on(tmp_path):
    parts, options = detect(tmp_path, import_array(tmp_path, sky())), {**PATCHES, "min_patches": 999}
    with pytest.raises(ValueError, match=r"sources with a whole patch .* 999 are needed .*min_patches"):
        extract_patches(**parts, patches=str(tmp_path / "patches.h5"), options=built(extract_patches, options), **SEED)
    assert_clean(tmp_path)
    assert not (tmp_path / "patches.h5").exists()


def cut(folder, parts, **changes):
    """Cut the stamps of a part; return the name of their catalogue."""
    written = {"stamps": str(folder / "stamps.h5"), "stamp_catalogue": str(folder / "stamps.ecsv")}
    cut_stamps(**parts, **written, options=built(cut_stamps, {**STAMPS, **changes}), seed=1, code="")
    return written["stamp_catalogue"]


def test_no_stamp_is_left(tmp_path):
    parts = detect(tmp_path, import_array(tmp_path, sky()))
    with pytest.raises(ValueError, match=r"no source has a whole stamp .*stamps\.size or min_snr"):
        cut(tmp_path, parts, min_snr=1e9)
    assert_clean(tmp_path)
    assert not list(tmp_path.glob("stamps*"))


EXAMPLES = {
    "one example": (np.ones((1, 16, 16)), "1 examples; at least 2"),
    "NaN": (np.where(np.arange(16) == 3, np.nan, np.ones((8, 16, 16))), "some values are NaN"),
    "one value": (np.ones((8, 16, 16)), "constant value 1.0: they cannot be used for training"),
}


@pytest.mark.parametrize("case", EXAMPLES)
def test_nothing_to_learn_from(case, tmp_path):
    images, words = EXAMPLES[case]
    with create_stack(tmp_path / "data.h5") as writer:
        writer.append(image=images.astype(np.float32))
    options = {"stage": "stars", "model": "wgan", "options": {}, "steps": 2, "batch": 2, "ema_decay": 0.9}
    options |= {"checkpoint_every": 1, "augment": "none", "stretch": "linear", "device": "cpu", "gpus": 1}
    options |= {"data": "patches", "predictor": "", "softening": None, "anneal": False}
    options |= {"condition": [], "counted_in": "steps", "keep": "last", "precision": "32-true", "torch_threads": 1}
    outputs = {name: str(tmp_path / "stage" / name) for name in ("weights", "about", "history", "samples")}
    data = {"train_data": str(tmp_path / "data.h5"), "valid_data": str(tmp_path / "data.h5"), "predictor": []}
    with pytest.raises(ValueError, match=words):
        train_stage(**data, **outputs, state=str(tmp_path / "state"), options=built(train_stage, options), **SEED)
    assert not list(tmp_path.glob("stage/*"))


def test_product_that_is_cut_off_is_named(tmp_path):
    paths = import_array(tmp_path, sky())
    with Path(paths["train"]).open("r+b") as file:
        file.truncate(1000)
    with pytest.raises(ValueError, match=r"train\.h5 is not a readable HDF5 stack"):
        detect(tmp_path, paths)


def test_good_images_of_every_kind_pass(tmp_path):
    """The counterpart: the same path accepts what it should."""
    np.save(tmp_path / "a.npy", sky())
    fits.writeto(tmp_path / "b.fits", sky().astype(">i2"))
    paths = import_files(tmp_path, tmp_path / "a.npy", tmp_path / "b.fits")
    with open_stack(paths["train"]) as stack:
        assert stack["image"].shape == (16, 32, 32)
    assert len(data_lines(detect(tmp_path, paths)["catalogue"])) > 20


def data_lines(path):
    """Return the data lines of a catalogue."""
    return [line for line in Path(path).read_text().splitlines() if not line.startswith("#")]


@pytest.fixture
def survey(tmp_path):
    """Return a function that makes a repository with a study `mine` of one image, and its command line."""

    def make(image):
        folder = copy_repository(tmp_path / "skyloom")
        np.save(folder / "image.npy", image)
        study = {"dataset": {"source": "image_files", "options": {"files": ["image.npy"]}}}
        study |= {
            "fields": {"field_size": 32, "block_size": 32, "guard": 0, "max_masked": 0.0},
            "detection": {"background_box": 32},
        }
        return folder, ["-c1", "--quiet", "rules", "host", "reason", *add_study(folder, "mine", study), "--"]

    return make


@pytest.mark.parametrize(
    ("image", "target", "words"),
    [
        (with_nan(), "fields/train.h5", "skyloom: import_dataset (study mine): image.npy: 1 pixels are NaN"),
        (noise(), "sources/train.ecsv", "skyloom: detect_sources (study mine, split train): results/mine/fields/"),
    ],
    ids=["NaN", "no source"],
)
def test_user_reads_one_clear_line_first(survey, image, target, words):
    folder, arguments = survey(image)
    output = snakemake(folder, *arguments, f"results/mine/{target}", ok=False)
    lines = [line for line in output.splitlines() if "skyloom: " in line or "rror" in line]
    assert lines[0].startswith(words), output
    assert "Traceback" not in output
    assert not (folder / "results" / "mine" / target).exists()
    assert not list((folder / "results").rglob("*.part"))
    log = next((folder / "logs" / "mine").rglob("*.traceback"))
    assert "Traceback" in log.read_text(), "for those who want to know more"
    assert read_json(folder / "results" / "mine" / "manifest.json")["source"] == "image_files"


def test_a_list_of_sources_is_read_before_any_training(tmp_path):
    folder = copy_repository(tmp_path / "skyloom")
    (folder / "mine.ecsv").write_text(
        "# %ECSV 1.0\n# ---\n# datatype:\n" + "".join(f"# - {{name: {name}, datatype: float64}}\n" for name in "xy")
        + "# - {name: flux, datatype: float64}\nx y flux\n5 5 100\n500 5 100\n"
    )  # fmt: skip
    sky = {"recipe": "point_process", "parts": {"stamps": "marked_flow", "sources": "mine.ecsv"}}
    (folder / "given.yaml").write_text(yaml.safe_dump({"skies": {"mine": sky}}))
    arguments = ("--configfile", "given.yaml", "--config", "study=smoke", "--", "results/smoke/skies/mine/fields.h5")
    output = snakemake(folder, "-c2", *arguments, ok=False)
    line = next(line for line in output.splitlines() if line.startswith("skyloom: "))
    assert line.startswith("skyloom: check_sources (study smoke, sky mine): mine.ecsv: positions outside the field"), (
        output
    )
    assert not (folder / "results/smoke/stages").exists()


def test_images_to_score_are_read_before_any_training(tmp_path):
    np.save(tmp_path / "good.npy", noise())
    np.save(tmp_path / "bad.npy", with_nan())
    images, checked = [str(tmp_path / f"{name}.npy") for name in ("good", "bad")], str(tmp_path / "own.json")
    with pytest.raises(ValueError, match=r"bad\.npy: .*NaN.*skip_broken: true"):
        check_images(images=images, checked=checked, options=CheckImages(False))
    check_images(images=images, checked=checked, options=CheckImages(True))
    assert (read_json(checked)["n"], len(read_json(checked)["skipped"])) == (1, 1)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("class,flux\nspirl,3\n", "request 1: no class 'spirl'; known: merger, spiral"),
        ("class,flx\nspiral,3\n", "mine.csv: unknown column flx; known: class, flux, number"),
        ("flux\nbright\n", "mine.csv, row 1: flux bright is not a number"),
    ],
)
def test_a_table_of_requests_is_read_before_any_training(tmp_path, text, words):
    (tmp_path / "mine.csv").write_text(text)
    with create_stack(tmp_path / "train.h5", class_names=["merger", "spiral"]) as writer:
        writer.append(image=np.zeros((2, 8, 8), np.float32))
    paths = {"table": str(tmp_path / "mine.csv"), "train": str(tmp_path / "train.h5")}
    with pytest.raises(ValueError, match=words):
        check_requests(**paths, checked=str(tmp_path / "checked.json"), options=CheckRequests(["class", "flux"]))
    (tmp_path / "mine.csv").write_text("class,flux,number\nspiral,3,4\n")
    check_requests(**paths, checked=str(tmp_path / "checked.json"), options=CheckRequests(["class", "flux"]))
    assert read_json(tmp_path / "checked.json")["n"] == 4
