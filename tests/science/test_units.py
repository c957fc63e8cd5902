"""The unit of the pixels changes nothing: products scale with it, or stay, to 1e-5 over forty decades."""

import numpy as np
import pytest

from tests.science.little_blends import concatenate, describe, produce, write_stamps
from workflow_scripts.formats.atomic import read_json
from workflow_scripts.formats.catalogues import read_catalogue
from workflow_scripts.formats.stacks import open_stack
from workflow_scripts.formats.tables import read_csv
from workflow_scripts.imaging.stretch import apply_stretch, fit_stretch, invert_stretch
from workflow_scripts.judging.damages import DAMAGES
from workflow_scripts.judging.sample import Sample, pool_samples
from workflow_scripts.measuring.background import draw_background
from workflow_scripts.measuring.detection import detect
from workflow_scripts.measuring.photometry import flux_to_magnitude
from workflow_scripts.metrics import mahalanobis_distance, power_spectrum_distance, sliced_wasserstein
from workflow_scripts.rules.blending.deblend_blends import deblend_blends
from workflow_scripts.rules.data.cut_stamps import cut_stamps
from workflow_scripts.rules.data.cut_windows import cut_windows
from workflow_scripts.rules.data.detect_sources import detect_sources
from workflow_scripts.rules.data.import_dataset import import_dataset
from workflow_scripts.rules.generation.generate_skies import read_histogram, read_noise, read_patches, read_process
from workflow_scripts.rules.patches.extract_patches import extract_patches
from workflow_scripts.rules.patches.fit_background import fit_background
from workflow_scripts.rules.patches.fit_noise import fit_noise
from workflow_scripts.rules.patches.fit_point_process import fit_point_process
from workflow_scripts.rules.scoring.build_ladder import build_ladder
from workflow_scripts.rules.scoring.extract_features import extract_features
from workflow_scripts.runtime.entry import built
from workflow_scripts.scenes.scene import Scene
from workflow_scripts.settings import plugins
from workflow_scripts.settings.data import CutWindows, ImportDataset
from workflow_scripts.settings.scoring import Ladder
from workflow_scripts.skies import naive, point_process

SIZE, SEED, TOLERANCE = 64, {"seed": 1, "code": ""}, 1e-5
DETECTION = {
    "threshold_sigma": 5,
    "min_area": 5,
    "deblend_thresholds": 32,
    "deblend_contrast": 0.005,
    "background_box": 64,
}
PER_FLUX = ("flux", "peak", "background", "noise")  # columns in the unit of the pixels
FEATURES = {
    "spectrum": ("tiles", ["power_spectrum", {"form": "log_mean", "n_bins": 8, "corners": True}]),
    "rings": ("tiles", ["power_spectrum", {"form": "ring_sum"}]),
    "row": ("tiles", ["spectrum_row", {"row": 3}]),
    "histogram": ("tiles", ["intensity_histogram", {"form": "quantiles"}]),
    "statistics": ("images", ["source_statistics", {"threshold_sigma": 5}]),
    "gradients": ("tiles", ["hog", {}]),
    "attributes": ("images", ["attributes", {}]),
    "thumbnail": ("images", ["thumbnail", {}]),
    "morphology": ("sources", ["morphology", {"detection": DETECTION, "min_npix": 10, "psf_fwhm": 1.0}]),
    "layout": ("images", ["layout", {"detection": DETECTION}]),
    "photometry": ("sources", ["photometry", {"detection": DETECTION}]),
}


def sky():
    """Return a mosaic of level 100 and noise 5 with Gaussian sources."""
    rng = np.random.default_rng(0)
    rows, columns = np.mgrid[:256, :320]
    image = rng.normal(100, 5, rows.shape)
    for x, y, flux in rng.uniform([0, 0, 2.5], [320, 256, 4.5], (260, 3)):
        image += 10**flux / 25 * np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / 8)
    return image


class Products:
    """Products of one unit: values, how they grow with it (a power of the unit), or the logarithm of that."""

    def __init__(self, unit):
        self.unit, self.values = unit, {}

    def add(self, name, values, power=0, log=0):
        values = np.asarray(values, float)
        self.values[name] = values / self.unit**power - log * np.log10(self.unit)

    def add_columns(self, name, columns):
        for column, values in columns.items():
            if np.asarray(values).dtype.kind in "fiub":
                self.add(f"{name} {column}", values, int(column in PER_FLUX))


def run(folder, unit):
    """Run the chain on the sky in a unit."""
    folder.mkdir()
    products = Products(unit)
    np.save(folder / "sky.npy", (unit * sky()).astype(np.float32))
    parts = {part: folder / f"{part}.h5" for part in ("train", "valid", "test")}
    source = {"source": "image_files", "options": {"files": [str(folder / "sky.npy")]}}
    split = {"train": 0.5, "valid": 0.1, "test": 0.4}
    options = ImportDataset(**source, field_size=SIZE, block_size=SIZE, guard=0, max_masked=0, split=split)
    import_dataset(manifest="", folder="", options=options, **parts, **SEED)
    about = {"manifest": "", "fields": parts["train"], "windows": folder / "windows.h5", "folder": ""}
    cut_windows(**about, options=CutWindows(**source, margin=16), **SEED)
    sources(folder, products)
    laws(folder, products)
    ladder(folder, products)
    features(folder, products)
    skies(folder, products)
    blends(folder, products)
    training(folder, products)
    return products.values


def sources(folder, products):
    with open_stack(folder / "train.h5") as stack:
        products.add("field", stack["image"][:], 1)
        products.add("noise level", stack.attributes["noise_level"], 1)
    made = {"catalogue": folder / "sources.ecsv", "segmentation": folder / "maps.h5"}
    made |= {"window_segmentation": folder / "window_maps.h5"}
    known = {"fields": folder / "train.h5", "windows": folder / "windows.h5"}
    detect_sources(background=[], **known, **made, options=built(detect_sources, DETECTION), **SEED)
    table = read_catalogue(made["catalogue"])
    products.add_columns("catalogue", {name: np.asarray(table[name]) for name in table.colnames})
    with open_stack(made["segmentation"]) as stack:
        products.add("segmentation", stack["segmentation"][:])
    stamps = {"stamps": folder / "stamps.h5", "stamp_catalogue": folder / "stamps.ecsv"}
    cut = {"size": 24, "min_snr": 0, "clean_only": False}
    known = {"windows": known["windows"], "segmentation": made["window_segmentation"], "catalogue": made["catalogue"]}
    cut_stamps(**known, **stamps, options=built(cut_stamps, cut), **SEED)
    with open_stack(stamps["stamps"]) as stack:
        products.add("stamps", stack["image"][:], 1)
    table = read_catalogue(stamps["stamp_catalogue"])
    products.add("magnitude", np.asarray(table["mag"]), log=-2.5)
    products.add("stamp snr", np.asarray(table["snr"]))
    products.add("magnitude of a flux", flux_to_magnitude(np.asarray(table["flux"]), 25.0), log=-2.5)


def laws(folder, products):
    known = {"fields": folder / "train.h5", "segmentation": folder / "maps.h5"}
    options = {"grow": 2, "bins": 64, "clip_sigma": 3.0, "n_fields": 0}
    fit_background(**known, background=folder / "histogram.h5", options=built(fit_background, options), **SEED)
    density = read_histogram(folder / "histogram.h5", "cpu")
    products.add("density edges", density.edges, 1)
    products.add("background", draw_background((32, 32), density, np.random.default_rng(0)), 1)
    fit_noise(
        **known, noise=folder / "noise.h5", options=built(fit_noise, {"grow": 2, "reach": 4, "clip_sigma": 3.0}), **SEED
    )
    noise = read_noise(folder / "noise.h5", "cpu")
    products.add("levels", noise.level, 1)
    products.add("noise quantiles", noise.quantile, 1)
    products.add("noise correlation", noise.correlation)
    known = {"windows": folder / "windows.h5", "segmentation": folder / "window_maps.h5"}
    known |= {"catalogue": folder / "sources.ecsv"}
    options = {"max_npix": 400, "size_classes": [50]}
    fit_point_process(
        fields=folder / "train.h5",
        catalogue=known["catalogue"],
        process=folder / "process.h5",
        options=built(fit_point_process, options),
        **SEED,
    )
    options |= {"size": 24, "grow": 2, "min_patches": 5, "black_sigma": 8, "background": "subtract"}
    extract_patches(**known, patches=folder / "patches.h5", options=built(extract_patches, options), **SEED)
    with open_stack(folder / "patches.h5") as stack:
        products.add("patches", stack["image"][:], 1)


def ladder(folder, products):
    known = {"fields": folder / "train.h5", "segmentation": folder / "maps.h5", "catalogue": folder / "sources.ecsv"}
    options = Ladder(copies=2, psf_fwhm=4.7)
    build_ladder(**known, ladder=folder / "ladder.h5", options=options, **SEED)
    with open_stack(folder / "ladder.h5") as stack:
        products.add("damaged", stack["image"][:], 1)
        for name in ("score", *DAMAGES):
            products.add(f"damage {name}", stack[name][:])


def features(folder, products):
    for name, (rows, extract) in FEATURES.items():
        values = measured(folder, "train.h5", rows, extract)
        log = np.array([name in ("spectrum", "row")] * values.shape[1]) * 2
        log = np.array([1, 0, 0, *[0] * (values.shape[1] - 3)]) if name in ("attributes", "photometry") else log
        products.add(f"feature {name}", values, {"rings": 2, "histogram": 1, "thumbnail": 1}.get(name, 0), log)


def measured(folder, images, rows, extract):
    options = {"extract": [extract], "rows": rows, "tile_size": 32 if rows == "tiles" else None, "skip_broken": False}
    extract_features(
        images=str(folder / images), features=folder / "features.h5", options=built(extract_features, options), code=""
    )
    with open_stack(folder / "features.h5") as stack:
        return stack["value"][:].astype(float)


def skies(folder, products):
    scene = Scene((SIZE, SIZE), n_training_fields=10, brightest=300 * products.unit)
    parts = {"sources": read_catalogue(folder / "sources.ecsv")}
    fields, truth = zip(*naive.compose(8, np.random.default_rng(0), scene, parts, naive.Options()), strict=True)
    products.add("naive sky", fields, 1)
    products.add("naive flux", truth[0]["flux"], 1)
    products.add("sources of a sky without noise", [len(detect(image, **DETECTION)[0]["x"]) for image in fields])
    process = {
        name: read(folder / f"{name}.h5", "cpu") for name, read in (("process", read_process), ("noise", read_noise))
    }
    parts = {**process, "stamps": read_patches(folder / "patches.h5", "cpu")}
    drawn = list(point_process.compose(4, np.random.default_rng(0), scene, parts, point_process.Options(noise=True)))
    products.add("point process", [image for image, _ in drawn], 1)
    products.add_columns("point process", drawn[0][1])
    verdicts(folder, products, np.array(fields))


def verdicts(folder, products, generated):
    """Compare the sky without noise with the real fields: most of its tiles have no power at all."""
    from workflow_scripts.formats.stacks import copy_attributes, create_stack

    with open_stack(folder / "train.h5") as stack, create_stack(folder / "sky.h5", **copy_attributes(stack)) as writer:
        writer.append(image=generated)
    values = [measured(folder, name, *FEATURES["spectrum"]) for name in ("train.h5", "sky.h5")]
    for metric in (power_spectrum_distance, mahalanobis_distance, sliced_wasserstein):
        samples = [Sample(one, np.arange(len(one))) for one in values]
        options, rng, n = plugins.options_of(metric, {}), np.random.default_rng(0), len(values[0])
        pool = pool_samples(samples)
        pool = metric.prepare(pool, options, rng) if metric.DECLARATION.prepares else pool
        pool = pool.take(pool.groups)
        real, other = pool.take(pool.groups[:n]), pool.take(pool.groups[n:])
        products.add(f"verdict {metric.__name__}", metric.measure(real, other, options, rng))


def blends(folder, products):
    noise = 2.0
    write_stamps(folder, level=noise, unit_of_pixels=products.unit)
    shards = produce(folder, n_blends=20)
    images, variance, _ = concatenate(folder, shards)
    products.add("blends", images, 1)
    products.add("variance", variance, 2)
    for name, values in describe(folder, shards)[0].items():
        if values.dtype.kind in "fiu":
            power = {"image": 1, "variance": 2, "masked_truth": 1, "truth_variance": 2}.get(name, 0)
            if name != "lost_flux":
                products.add(f"described {name}", values, power)
    options = {
        name: DETECTION[name] for name in ("threshold_sigma", "min_area", "deblend_thresholds", "deblend_contrast")
    }
    options |= {"match_radius": 3.0, "blendedness_edges": [0, 0.1, 1], "n_bootstrap": 5}
    made = {"galaxies": folder / "galaxies.csv", "summary": folder / "summary.json"}
    deblend_blends(described=folder / "a_described.h5", **made, options=built(deblend_blends, options), seed=1)
    summary = read_json(made["summary"])
    products.add("completeness", [summary[name][0] for name in ("completeness", "purity", "flux_bias")])
    rows = read_csv(made["galaxies"], ["found_flux"])
    products.add("deblended flux", [float(row["found_flux"] or "nan") for row in rows], 1)


def training(folder, products):
    with open_stack(folder / "train.h5") as stack:
        images = stack["image"][:]
    for kind in ("linear", "asinh", "asinh_noise"):
        stretch = fit_stretch(images, kind)
        stretched = apply_stretch(images, stretch)
        products.add(f"stretch {kind}", stretched)
        products.add(f"unstretched {kind}", invert_stretch(stretched, stretch), 1)


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    return run(tmp_path_factory.mktemp("units") / "reference", 1.0)


@pytest.mark.parametrize("unit", [2.0**-66, 2.0**-20, 2.0**13, 2.0**66])
def test_every_product_scales_with_the_unit_of_the_pixels(tmp_path, reference, unit):
    """Powers of two leave the digits of a pixel as they are."""
    products = run(tmp_path / "scaled", unit)
    assert list(products) == list(reference)
    wrong = {name: apart(products[name], reference[name]).max(initial=0) for name in reference}
    assert {name: value for name, value in wrong.items() if not value < TOLERANCE} == {}


@pytest.mark.parametrize("decades", [-20, -6, 4, 20])
def test_powers_of_ten_change_no_more_than_their_rounding_does(tmp_path, reference, decades):
    """The pixels themselves differ by 6e-8 then: here and there one falls to the other side of an aperture's edge."""
    products = run(tmp_path / "scaled", 10.0**decades)
    wrong = {name: np.mean(apart(products[name], reference[name]) > TOLERANCE) for name in reference}
    assert {name: share for name, share in wrong.items() if share > 0.05} == {}


def apart(values, reference):
    """Return the differences, over the size of each value or of the deviation of all; NaN where only one is known."""
    if values.shape != reference.shape:
        return np.full(1, np.inf)
    size = np.maximum(np.abs(reference), np.nanstd(reference))
    difference = np.abs(values - reference) / np.where(size > 0, size, 1)
    unknown = np.isnan(values), np.isnan(reference)
    return np.where(unknown[0] & unknown[1], 0, np.where(unknown[0] | unknown[1], np.inf, difference))
