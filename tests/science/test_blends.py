"""The blending rules from a stamp catalogue to arrays: what holds for the whole chain."""

import numpy as np
import pytest

from workflow_scripts.concatenate_blends import concatenate_blends
from workflow_scripts.concatenate_masks import concatenate_masks
from workflow_scripts.convert_fluxes import convert_fluxes
from workflow_scripts.formats.catalogues import write_catalogue
from workflow_scripts.formats.stacks import create_stack
from workflow_scripts.formats.tables import read_csv
from workflow_scripts.produce_blends import produce_blends

N_GALAXIES, SIZE, N_BLENDS = 12, 32, 11
OPTIONS = {
    "blend": "pairs",
    "split": "train",
    "n_blends": N_BLENDS,
    "mag_low": 20.0,
    "mag_high": 26.0,
    "max_mag_difference": 2.0,
    "max_separation": 4.0,
    "stamp_size": SIZE,
}


@pytest.fixture
def stamps(tmp_path):
    rng = np.random.default_rng(0)
    image = np.zeros((N_GALAXIES, SIZE, SIZE), np.float32)
    labels = np.zeros(image.shape, np.int32)
    image[:, 12:21, 12:21], labels[:, 12:21, 12:21] = rng.gamma(2, 50, (N_GALAXIES, 9, 9)), 1
    number = np.arange(N_GALAXIES) + 100
    with create_stack(tmp_path / "stamps.h5", zeropoint_ab=25.96) as writer:
        writer.append(image=image, segmentation=labels * number[:, None, None], noise=np.zeros(N_GALAXIES, np.float32))
    columns = {
        "id": number,
        "mag": np.array([19.0, 27.0, np.nan, *np.linspace(20.5, 25.5, N_GALAXIES - 3)]),
        "radius": rng.uniform(2, 5, N_GALAXIES),
        "z": np.full(N_GALAXIES, np.nan),
        "galtype": np.full(N_GALAXIES, "disk"),
        "segval": number,
    }
    write_catalogue(tmp_path / "stamps.ecsv", columns)
    return tmp_path


def make(folder, n_shards, name):
    shards = []
    for shard in range(n_shards):
        shards.append(folder / f"{name}_{shard}.csv")
        produce_blends(
            stamp_catalogue=folder / "stamps.ecsv",
            blends=shards[-1],
            options={**OPTIONS, "shard": shard, "n_shards": n_shards},
            seed=42,
        )
    concatenate_blends(
        shards=shards,
        stamps=folder / "stamps.h5",
        stamp_catalogue=folder / "stamps.ecsv",
        catalogue=folder / f"{name}.csv",
        blends=folder / f"{name}.npy",
        variance=folder / f"{name}_variance.npy",
        options={"blend": "pairs", "split": "train", "noise": "uniform"},
        seed=42,
    )
    return shards


def test_products_are_the_same_bytes_for_any_number_of_shards(stamps):
    for n_shards in (1, 2, 13):  # more shards than blends: some are empty
        make(stamps, n_shards, f"n{n_shards}")
    for name in ("{}.csv", "{}.npy", "{}_variance.npy"):
        one, two, thirteen = ((stamps / name.format(f"n{n}")).read_bytes() for n in (1, 2, 13))
        assert one == two == thirteen


def test_every_rule_of_the_catalogue_is_kept(stamps):
    make(stamps, 2, "a")
    rows = read_csv(stamps / "a.csv")
    assert list(rows[0]) == [
        *["id", "distance", "shift_x", "shift_y"],
        *[f"g{g}_{name}" for g in (1, 2) for name in ("id", "mag", "rad", "z", "type")],
    ]
    assert [int(row["id"]) for row in rows] == list(range(N_BLENDS))
    for row in rows:
        one, two = float(row["g1_mag"]), float(row["g2_mag"])
        assert row["g1_id"] != row["g2_id"]
        assert abs(one - two) < 2
        assert 20 < min(one, two) <= max(one, two) < 26
        distance = np.hypot(int(row["shift_x"]), int(row["shift_y"]))
        assert distance == pytest.approx(float(row["distance"]), abs=1e-3)
        small, large = sorted((float(row["g1_rad"]), float(row["g2_rad"])))
        high = min(4 * small, SIZE / 2)
        assert (large if large < high else 0.8 * high) - 1e-9 <= distance <= high + 1e-9


def test_another_seed_gives_other_blends(stamps):
    make(stamps, 1, "a")
    produce_blends(
        stamp_catalogue=stamps / "stamps.ecsv",
        blends=stamps / "b.csv",
        options={**OPTIONS, "shard": 0, "n_shards": 1},
        seed=43,
    )
    assert (stamps / "a_0.csv").read_bytes() != (stamps / "b.csv").read_bytes()


def test_a_blend_is_the_sum_of_the_single_images_and_lies_in_its_masks(stamps):
    shards = make(stamps, 2, "a")
    for method in ("single_images", "bogg_masks", "gg_masks"):
        concatenate_masks(
            shards=shards,
            stamps=stamps / "stamps.h5",
            stamp_catalogue=stamps / "stamps.ecsv",
            masks=stamps / f"{method}.npy",
            options={"method": method},
        )
    blends, single, bogg, gg = (
        np.load(stamps / f"{name}.npy") for name in ("a", "single_images", "bogg_masks", "gg_masks")
    )
    assert blends.shape == (N_BLENDS, SIZE, SIZE)
    assert blends.dtype == single.dtype == np.float32
    assert bogg.dtype == np.uint8
    np.testing.assert_allclose(single.sum(axis=-1), blends, rtol=1e-6)
    np.testing.assert_allclose(blends.sum(axis=(1, 2)), single.sum(axis=(1, 2, 3)), rtol=1e-6)
    assert not blends[bogg[..., 0] == 1].any()
    np.testing.assert_array_equal(single > 0, gg == 1)


def test_fluxes_are_those_of_the_magnitudes(stamps):
    make(stamps, 1, "a")
    for zeropoint, used in ((None, 25.96), (25.5, 25.5)):
        convert_fluxes(
            stamps=stamps / "stamps.h5",
            catalogue=stamps / "a.csv",
            flux=stamps / "flux.npy",
            options={"zeropoint_ab": zeropoint},
        )
        flux = np.load(stamps / "flux.npy")
        wanted = [[float(row["g1_mag"]), float(row["g2_mag"])] for row in read_csv(stamps / "a.csv")]
        assert flux.shape == (N_BLENDS, 2)
        np.testing.assert_allclose(used - 2.5 * np.log10(flux), wanted, rtol=1e-12)


def test_cuts_that_leave_nothing_say_what_they_removed(stamps):
    with pytest.raises(ValueError, match="1 of 12 galaxies are left to blend: mag_low 25 removed 9, mag_high 26 rem"):
        produce_blends(
            stamp_catalogue=stamps / "stamps.ecsv",
            blends=stamps / "b.csv",
            options={**OPTIONS, "mag_low": 25, "mag_high": 26, "shard": 0, "n_shards": 1},
            seed=42,
        )
