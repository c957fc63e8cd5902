"""Every column of every catalogue is declared, and comes with its unit; a unit that is not ASCII goes all the way."""

import numpy as np
import pytest
from astropy.io import fits
from astropy.table import Table

from tests.unit.datasets.serving import release
from workflow_scripts.attributes.known import KNOWN, galaxy_column, source_column
from workflow_scripts.formats.catalogues import read_catalogue
from workflow_scripts.formats.stacks import create_stack, open_stack
from workflow_scripts.rules.data.cut_stamps import cut_stamps
from workflow_scripts.rules.data.cut_windows import cut_windows
from workflow_scripts.rules.data.detect_sources import detect_sources
from workflow_scripts.rules.data.import_dataset import import_dataset
from workflow_scripts.rules.data.import_galaxies import import_galaxies
from workflow_scripts.rules.data.import_stamps import import_stamps
from workflow_scripts.rules.data.list_truth import list_truth
from workflow_scripts.rules.galaxies.catalogue_stamps import catalogue_stamps
from workflow_scripts.rules.generation.gather_skies import gather_skies
from workflow_scripts.runtime.entry import built
from workflow_scripts.settings.galaxies import CatalogueStamps
from workflow_scripts.settings.generation import GatherSkies

PARTS, STEP = ("train", "valid", "test"), {"seed": 1, "code": ""}
SPLIT = {"train": 0.4, "valid": 0.3, "test": 0.3}
DETECTION = {
    "threshold_sigma": 8,
    "min_area": 5,
    "deblend_thresholds": 32,
    "deblend_contrast": 0.005,
    "background_box": 64,
}


def offenders(path, column, unit):
    """Return the columns of a catalogue that nobody declared, or whose unit is another than was declared."""
    table = read_catalogue(path)
    expected = {name: column(name).unit_on(unit) for name in table.colnames}
    unknown = [
        name for name in table.colnames if name.removeprefix("requested_").removeprefix("measured_") not in KNOWN
    ]
    return unknown + [name for name, text in expected.items() if str(table[name].unit or "") != text]


def import_fields(folder, source, **options):
    paths = {part: folder / f"{part}.h5" for part in PARTS}
    given = {"source": source, "options": options}
    divided = {**given, "field_size": 64, "block_size": 64, "guard": 0, "max_masked": 0.0, "split": SPLIT}
    import_dataset(manifest="", folder="", **paths, options=built(import_dataset, divided), **STEP)
    about = {"manifest": "", "fields": paths["train"], "windows": folder / "windows.h5", "folder": ""}
    cut_windows(**about, options=built(cut_windows, {**given, "margin": 16}), **STEP)


@pytest.fixture
def sky(tmp_path):
    """Write an image in µJy and import it."""
    rng, (rows, columns) = np.random.default_rng(0), np.mgrid[:256, :256]
    image = rng.normal(10, 1, rows.shape)
    for x, y in rng.uniform(0, 255, (80, 2)):
        image += 60 * np.exp(-0.125 * ((columns - x) ** 2 + (rows - y) ** 2))
    np.save(tmp_path / "image.npy", image.astype(np.float32))
    import_fields(
        tmp_path,
        "image_files",
        files=[str(tmp_path / "image.npy")],
        unit="µJy",
        pixel_scale_arcsec=0.1,
        photometric=True,
    )
    return tmp_path


def test_sources_and_their_stamps(sky):
    files = {"catalogue": sky / "sources.ecsv", "window_segmentation": sky / "sources.h5"}
    known = {"windows": sky / "windows.h5"}
    maps = {"segmentation": sky / "maps.h5"}
    detect_sources(
        background=[],
        fields=sky / "train.h5",
        **known,
        **maps,
        **files,
        options=built(detect_sources, DETECTION),
        **STEP,
    )
    known |= {"segmentation": files["window_segmentation"], "catalogue": files["catalogue"]}
    stamps = {"stamps": sky / "stamps.h5", "stamp_catalogue": sky / "stamps.ecsv"}
    options = {"size": 16, "min_snr": 0, "clean_only": False}
    cut_stamps(**known, **stamps, options=built(cut_stamps, options), **STEP)
    for path in (files["catalogue"], stamps["stamp_catalogue"]):
        assert offenders(path, source_column, "uJy") == []
        assert str(read_catalogue(path)["theta"].unit) == "deg"
    assert "radius" not in read_catalogue(stamps["stamp_catalogue"]).colnames


def test_the_truth_of_a_sky_of_an_image_whose_unit_is_not_ascii(sky):
    """The last rule of a study writes FITS, which is ASCII."""
    with open_stack(sky / "train.h5") as stack:
        assert stack.attributes["unit"] == "uJy"
        fields = stack["image"][:]
        about = {name: stack.attributes[name] for name in ("unit", "pixel_scale_arcsec")}
    with create_stack(sky / "shard.h5", evaluations=1, composed=1, **about) as writer:
        writer.append(image=fields)
    names = ("x", "y", "flux", "peak", "flux_radius", "radius_disc", "axis_ratio")
    with create_stack(sky / "rows.h5") as writer:
        writer.append(field=np.zeros(3, int), **{name: np.ones(3) for name in names})
    products = {"sky": sky / "sky.h5", "truth": sky / "truth.fits", "examples": sky / "examples.fits"}
    gather_skies(
        shards=[sky / "shard.h5"], shard_truths=[sky / "rows.h5"], **products, options=GatherSkies(n_examples=1), **STEP
    )
    assert offenders(products["truth"], source_column, "uJy") == []
    assert fits.getheader(products["truth"], 1)["TUNIT4"] == fits.getheader(products["examples"], 1)["BUNIT"] == "uJy"


def test_true_sources(tmp_path):
    options = {"n": 10, "size": 64, "n_bright": 3.0, "n_faint": 3.0, "cluster_width": 10.0}
    import_fields(tmp_path, "simulated_fields", **options)
    source = {"source": "simulated_fields", "options": options}
    list_truth(
        fields=tmp_path / "train.h5",
        truth=tmp_path / "truth.ecsv",
        folder="",
        options=built(list_truth, source),
        code="",
    )
    assert offenders(tmp_path / "truth.ecsv", source_column, "DN") == []


def test_stamps_of_a_data_set(tmp_path):
    for name, content in release(flag=True, n=4, size=48).items():
        (tmp_path / name).write_bytes(content)
    files = [str(tmp_path / name) for name in ("candels_img.npy", "candels_seg.npy", "candels_cat.csv")]
    options = {"source": "stamp_files", "options": {"files": files, "unit": "e-/s"}}
    cuts = {"size": 48, "min_snr": 0, "clean_only": False}
    stamps = {"stamps": tmp_path / "all.h5", "stamp_catalogue": tmp_path / "all.ecsv"}
    import_stamps(manifest="", **stamps, folder="", options=built(import_stamps, {**options, **cuts}), **STEP)
    assert offenders(tmp_path / "all.ecsv", source_column, "electron / s") == []


@pytest.fixture(scope="module")
def galaxies(tmp_path_factory):
    folder = tmp_path_factory.mktemp("galaxies")
    paths = {part: folder / f"{part}.h5" for part in PARTS}
    options = {"source": "simulated_galaxies", "options": {"n": 24}, "attributes": "known", "balance": False}
    options["split"] = SPLIT
    import_galaxies(
        manifest="", **paths, catalogue=folder / "all.ecsv", folder="", options=built(import_galaxies, options), **STEP
    )
    return folder


def test_galaxies_have_their_angle_in_degrees(galaxies):
    table = read_catalogue(galaxies / "all.ecsv")
    assert offenders(galaxies / "all.ecsv", galaxy_column, "noise deviations") == []
    assert str(table["theta"].unit) == "deg"
    assert np.ptp(table["theta"]) > np.pi


def test_generated_galaxies(galaxies, tmp_path):
    with open_stack(galaxies / "train.h5") as stack:
        columns = {
            name: stack[name][:] for name in ("image", "class", "half_light_radius", "flux", "axis_ratio", "theta")
        }
        names = stack.names("class_names")
    n = len(columns["image"])
    with create_stack(tmp_path / "stamps.h5", unit="uJy", class_names=names, requested=["flux"]) as writer:
        writer.append(**columns, moved=np.full(n, -1), outside_flux=np.zeros(n, np.uint8))
    products = {"catalogue": tmp_path / "c.ecsv", "cube": tmp_path / "c.fits", "album": tmp_path / "p.zip"}
    catalogue_stamps(
        stamps=tmp_path / "stamps.h5", train=galaxies / "train.h5", **products, options=CatalogueStamps(True)
    )
    for path in (products["catalogue"], products["cube"]):
        assert offenders(path, galaxy_column, "uJy") == []
    assert str(Table.read(products["catalogue"])["requested_theta"].unit) == "deg"


@pytest.mark.parametrize("unit", ["bananas", "§"])
def test_an_option_that_is_no_unit_is_refused_at_import(tmp_path, unit):
    np.save(tmp_path / "image.npy", np.ones((256, 256), np.float32))
    with pytest.raises(ValueError, match=r"image.npy: unit .* is unknown: set the option unit of the data set"):
        import_fields(tmp_path, "image_files", files=[str(tmp_path / "image.npy")], unit=unit)
    assert not (tmp_path / "train.h5").exists()


def test_a_header_whose_unit_does_not_parse_costs_the_unit_alone(tmp_path, caplog):
    hdu = fits.PrimaryHDU(np.ones((256, 256), np.float32))
    hdu.header["BUNIT"] = "bananas"
    hdu.writeto(tmp_path / "image.fits")
    import_fields(tmp_path, "image_files", files=[str(tmp_path / "image.fits")])
    assert "image.fits: unit 'bananas' is unknown: set the option unit of the data set" in caplog.text
    with open_stack(tmp_path / "train.h5") as stack:
        assert stack.attributes["unit"] == ""
