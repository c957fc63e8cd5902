"""A catalogue handed in comes back on re-detection: its places, its number, its fluxes."""

import numpy as np
import pytest
from scipy.spatial import cKDTree

from workflow_scripts.formats.catalogues import write_catalogue
from workflow_scripts.formats.photometry import photometry_of
from workflow_scripts.formats.source_lists import read_sources
from workflow_scripts.formats.stacks import create_stack
from workflow_scripts.measuring.detection import detect
from workflow_scripts.measuring.noise import SCORES, FittedNoise
from workflow_scripts.rules.generation.generate_skies import read_parts, read_scene
from workflow_scripts.scenes.listed import complete_marks
from workflow_scripts.scenes.point_process import FittedProcess, MarkedProcess
from workflow_scripts.scenes.scene import Scene
from workflow_scripts.settings.generation import GenerateSkies, PartFile
from workflow_scripts.skies.point_process import Options, compose

SHAPE, N_FIELDS, SIGMA = (200, 240), 12, 2.0
LAW = FittedProcess(n_sources=0.0, field_spread=0.0, members=0.0, width=1.0, reach=1.0, separation=0.0)
DETECTION = {"threshold_sigma": 1.5, "min_area": 5, "deblend_thresholds": 32, "deblend_contrast": 0.005}
DETECTION["background_box"] = 128


def draw_list(seed=0):
    """Return a list of sources over two decades of flux, none within 12 px of another or of the border."""
    rng, rows = np.random.default_rng(seed), []
    for field in range(N_FIELDS):
        places = np.empty((0, 2))
        for one in rng.uniform(12, np.array(SHAPE[::-1]) - 12, (60, 2)):
            if not len(places) or np.hypot(*(places - one).T).min() > 12:
                places = np.vstack([places, one])
        rows.append(np.column_stack([np.full(len(places), field), places]))
    field, x, y = np.concatenate(rows).T
    return {"x": x, "y": y, "flux": 10 ** rng.uniform(1.5, 3.5, len(x)), "field": field.astype(int)}


def stamps(n, rng, requested):
    """Draw sources of the requested size and shape, of other fluxes, and off the middle."""
    y, x = np.mgrid[-16:16, -16:16].astype(float)
    drawn = np.empty((n, 32, 32), np.float32)
    for row, off in enumerate(rng.uniform(-0.7, 0.7, (n, 2))):
        u, v = x - off[0], y - off[1]
        angle, width = np.deg2rad(requested["theta"][row]), requested["flux_radius"][row] / 1.18
        along, across = u * np.cos(angle) + v * np.sin(angle), v * np.cos(angle) - u * np.sin(angle)
        light = np.exp(-((along / width) ** 2 + (across / width / requested["axis_ratio"][row]) ** 2) / 2)
        drawn[row] = requested["flux"][row] * rng.uniform(0.7, 1.4) * light / light.sum()
    return drawn


def marks(n=400):
    """Return the marks of the data's sources."""
    rng = np.random.default_rng(7)
    shape = {"axis_ratio": rng.uniform(0.6, 1, n), "theta": rng.uniform(-90, 90, n), "npix": np.full(n, 20)}
    return {"flux": 10 ** rng.uniform(1.5, 3.5, n), "flux_radius": rng.uniform(1.8, 2.6, n), **shape}


def sky_of(listed, n=N_FIELDS, first=0, **options):
    noise = FittedNoise(level=np.array([0.0]), quantile=SCORES, correlation=np.eye(1))
    process = MarkedProcess(**vars(LAW), marks=marks(), local_density=np.zeros(400, int))
    parts = {"noise": noise, "process": process, "sources": listed, "stamps": stamps}
    scene = Scene(SHAPE, first_field=first, patches_include_background=True)
    return list(compose(n, np.random.default_rng(1), scene, parts, Options(**options)))


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory):
    """Return a user's FITS file, read."""
    path = tmp_path_factory.mktemp("listed") / "mine.fits"
    write_catalogue(path, draw_list(), unit="DN")
    return path, read_sources(path, SHAPE)


@pytest.fixture(scope="module")
def sky(handed_in):
    return sky_of(handed_in[1])


def test_the_truth_is_the_catalogue(handed_in, sky):
    listed = handed_in[1]
    for name in ("x", "y"):
        np.testing.assert_array_equal(np.concatenate([truth[name] for _, truth in sky]), listed[name])
    np.testing.assert_allclose(np.concatenate([truth["flux"] for _, truth in sky]), listed["flux"], rtol=1e-4)
    for image, truth in sky:  # no source lies near the border: all of its light is in the field
        assert image.sum(dtype=float) == pytest.approx(truth["flux"].sum(), rel=1e-4)


def test_a_catalogue_comes_back_on_detection(handed_in, sky):
    """Completeness and purity above 0.95 at SNR > 10, sum f / sigma sqrt(4 pi s^2) of a Gaussian of its width."""
    rng, listed = np.random.default_rng(2), handed_in[1]
    width = 2.2 / 1.18
    snr = listed["flux"] / (SIGMA * np.sqrt(4 * np.pi) * width)
    bright, pure, fluxes = [], [], []
    for field, (image, _) in enumerate(sky):
        found, _ = detect(image + rng.normal(0, SIGMA, SHAPE).astype(np.float32), **DETECTION)
        mine = listed["field"] == field
        there, expected = (np.column_stack([one["x"], one["y"]]) for one in (found, {k: listed[k][mine] for k in "xy"}))
        distance, nearest = cKDTree(there).query(expected)
        bright.append((distance < 1.5)[snr[mine] > 10])
        very = (distance < 1.5) & (snr[mine] > 100)
        fluxes.append(found["flux"][nearest[very]] / listed["flux"][mine][very])
        pure.append((cKDTree(expected).query(there)[0] < 1.5)[found["snr"] > 10])
    assert len(np.concatenate(bright)) > 200
    assert np.concatenate(bright).mean() > 0.95
    assert np.concatenate(pure).mean() > 0.95
    assert np.median(np.concatenate(fluxes)) == pytest.approx(1, abs=0.1)  # Kron apertures miss a little


def test_a_list_and_a_number_of_sources_contradict_each_other(handed_in):
    with pytest.raises(ValueError, match="n_sources: 7, but there is a list of sources"):
        sky_of(handed_in[1], n_sources=7)


def test_a_list_begins_again_where_the_sky_has_more_fields(handed_in, sky):
    later = sky_of(handed_in[1], 4, first=N_FIELDS - 2)
    for (_, truth), field in zip(later, (10, 11, 0, 1), strict=True):
        np.testing.assert_array_equal(truth["x"], sky[field][1]["x"])


def test_a_field_without_a_listed_source_is_empty():
    listed = {name: values[draw_list()["field"] != 1] for name, values in draw_list().items()}
    unknown = {name: np.full(len(listed["x"]), np.nan) for name in ("flux_radius", "axis_ratio", "theta")}
    image, truth = sky_of({**listed, **unknown}, 2)[1]
    assert len(truth["x"]) == 0
    assert (image == 0).all()


def test_what_is_not_listed_is_that_of_sources_of_like_flux():
    data = marks(5000)
    data["flux_radius"] = np.log10(data["flux"])  # the bright are large
    flux = np.array([50.0, 500.0, 2500.0])
    unknown = np.full(3, np.nan)
    listed = {"flux": flux, "flux_radius": unknown, "axis_ratio": np.array([0.5, np.nan, 0.9]), "theta": unknown}
    requested = complete_marks(listed, data, np.random.default_rng(0))
    np.testing.assert_allclose(requested["flux_radius"], np.log10(flux), atol=0.02)
    assert requested["axis_ratio"][0] == data["axis_ratio"].min()  # the generator knows none so long
    assert requested["axis_ratio"][2] == 0.9
    assert requested["npix"].tolist() == [20, 20, 20]


def test_a_list_is_checked_against_the_fields(handed_in, tmp_path):
    with create_stack(tmp_path / "fields.h5", unit="DN") as writer:
        writer.append(image=np.zeros((2, 100, 100), np.float32), block=np.arange(2))
    options = GenerateSkies(
        sky="mine",
        recipe="point_process",
        options={},
        roles={"sources": PartFile("list", str(handed_in[0]))},
        shard=0,
        n_shards=1,
        n_fields=12,
        as_delivered=False,
        grey_levels=False,
        patches_hold_sky=True,
        device="cpu",
        torch_threads=1,
    )
    scene, about, _ = read_scene(tmp_path / "fields.h5", options)
    with pytest.raises(ValueError, match=r"mine\.fits: positions outside the field of 100x100 px \(\d+\): row"):
        read_parts([handed_in[0]], scene, photometry_of(about), options)
