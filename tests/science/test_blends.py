"""The blending rules from stamps to arrays: what holds for the whole chain."""

import numpy as np
import pytest
from little_blends import N_BLENDS, N_GALAXIES, SIZE, concatenate, describe, mask, produce, write_stamps
from scipy.stats import chisquare, poisson

from workflow_scripts.formats.stacks import open_stack
from workflow_scripts.rules.blending.convert_fluxes import convert_fluxes
from workflow_scripts.settings.blending import ConvertFluxes


@pytest.fixture
def stamps(tmp_path):
    return write_stamps(tmp_path)


def test_products_are_the_same_bytes_for_any_number_of_shards(stamps):
    for n_shards in (1, 2, 8):  # more shards than blocks: some are empty
        shards = produce(stamps, f"n{n_shards}", n_shards)
        concatenate(stamps, shards, f"n{n_shards}")
        describe(stamps, shards, f"n{n_shards}")
    for name in ("{}.csv", "{}.npy", "{}_variance.npy", "{}_described.h5"):
        one, two, eight = ((stamps / name.format(f"n{n}")).read_bytes() for n in (1, 2, 8))
        assert one == two == eight


def test_more_blends_begin_with_the_same_blends(stamps):
    few, *_ = concatenate(stamps, produce(stamps, n_blends=40), noise_sigma=3.0)
    many, *_ = concatenate(stamps, produce(stamps, "b"), "b", noise_sigma=3.0)
    np.testing.assert_array_equal(few[:32], many[:32])


def test_every_rule_of_the_catalogue_is_kept(stamps):
    _, _, rows = concatenate(stamps, produce(stamps))
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
    (one,), (other,) = produce(stamps), produce(stamps, "b", seed=43)
    with open_stack(one) as a, open_stack(other) as b:
        assert (a["stamp"][:] != b["stamp"][:]).any()


@pytest.mark.parametrize("size", [(32, 32), (31, 31), (33, 40)])
@pytest.mark.parametrize("subpixel", [False, True])
def test_a_blend_is_the_sum_of_the_single_images_and_lies_in_its_masks(tmp_path, size, subpixel):
    folder = write_stamps(tmp_path, size=size)
    shards = produce(folder, subpixel=subpixel)
    blends, _, _ = concatenate(folder, shards, subpixel=subpixel)
    single = mask(folder, shards, "single_images", subpixel)
    bogg, gg = (mask(folder, shards, method, subpixel) for method in ("bogg_masks", "gg_masks"))
    assert blends.shape == (N_BLENDS, *size)
    assert single.shape == gg.shape == (N_BLENDS, *size, 2)
    assert blends.dtype == single.dtype == np.float32
    assert bogg.dtype == np.uint8
    assert (bogg.sum(axis=-1) == 1).all()
    np.testing.assert_allclose(single.sum(axis=-1), blends, rtol=1e-6, atol=1e-4)
    np.testing.assert_allclose(blends.sum(axis=(1, 2), dtype=float), single.sum(axis=(1, 2, 3), dtype=float), rtol=1e-6)
    assert not blends[bogg[..., 0] == 1].any()
    np.testing.assert_array_equal(single != 0, gg == 1)


def test_several_bands_have_one_mask(tmp_path):
    folder = write_stamps(tmp_path, bands=(3,), level=2.0)
    shards = produce(folder)
    blends, variance, _ = concatenate(folder, shards)
    assert blends.shape == variance.shape == (N_BLENDS, SIZE, SIZE, 3)
    assert mask(folder, shards, "single_images").shape == (N_BLENDS, SIZE, SIZE, 2, 3)
    assert mask(folder, shards, "bogg_masks").shape == (N_BLENDS, SIZE, SIZE, 4)
    assert describe(folder, shards)[0]["masked_truth"].shape == (N_BLENDS, 2, SIZE, SIZE, 3)


def test_fluxes_are_those_of_the_magnitudes(stamps):
    law = {"law": "uniform", "low": 1, "high": 3, "density_per_arcmin2": None}
    _, _, rows = concatenate(stamps, produce(stamps, n_galaxies=law))
    for zeropoint, used in ((None, 25.96), (25.5, 25.5)):
        files = {"stamps": stamps / "stamps.h5", "catalogue": stamps / "a.csv", "flux": stamps / "flux.npy"}
        convert_fluxes(**files, options=ConvertFluxes(zeropoint))
        flux = np.load(files["flux"], mmap_mode="r")
        expected = [[float(row[f"g{g}_mag"] or "nan") for g in (1, 2, 3)] for row in rows]
        assert flux.shape == (N_BLENDS, 3)
        np.testing.assert_allclose(used - 2.5 * np.log10(flux), expected, rtol=1e-12)
    assert np.isnan(flux[:, 1:]).any(axis=0).all()
    assert not np.isnan(flux[:, 0]).any()


def numbers(rows, n_columns):
    """Return how many galaxies each row of a catalogue names."""
    return [sum(bool(row[f"g{g}_id"]) for g in range(1, n_columns + 1)) for row in rows]


def test_numbers_of_galaxies_follow_a_uniform_law(stamps):
    law = {"law": "uniform", "low": 1, "high": 3, "density_per_arcmin2": None}
    _, _, rows = concatenate(stamps, produce(stamps, n_galaxies=law))
    counts = numbers(rows, 3)
    assert chisquare(np.bincount(counts)[1:]).pvalue > 1e-3
    for row, count in zip(rows, counts, strict=True):
        assert bool(row["distance"]) == (count > 1)
        assert bool(row["g3_shift_x"]) == (count > 2)


def test_numbers_of_galaxies_follow_a_surface_density_anywhere_in_the_stamp(tmp_path):
    folder = write_stamps(tmp_path, pixel_scale_arcsec=0.5)
    density = 1.2 / (SIZE * 0.5 / 60) ** 2
    law = {"law": "poisson", "low": 2, "high": 5, "density_per_arcmin2": density}
    _, _, rows = concatenate(folder, produce(folder, n_galaxies=law, max_mag_difference=100))
    counts = np.bincount(numbers(rows, 5), minlength=6)[1:]
    expected = poisson.pmf(np.arange(1, 6), 1.2)
    assert chisquare(counts[:4], expected[:4] / expected[:4].sum() * counts[:4].sum()).pvalue > 1e-3
    shifts = np.array([int(row[name]) for row in rows for name in ("shift_x", "shift_y") if row[name]])
    assert (shifts.min(), shifts.max()) == (-SIZE // 2, SIZE // 2 - 1)


def test_all_that_is_known_of_blends_of_real_stamps(tmp_path):
    folder = write_stamps(tmp_path, level=2.0)
    law = {"law": "uniform", "low": 1, "high": 3, "density_per_arcmin2": None}
    shards = produce(folder, n_galaxies=law)
    blends, variance, rows = concatenate(folder, shards)
    found, attributes = describe(folder, shards)
    assert attributes["model"] == 0
    assert attributes["zeropoint_ab"] == 25.96
    np.testing.assert_array_equal(found["image"], blends)
    np.testing.assert_array_equal(found["variance"], variance)
    counts = numbers(rows, 3)
    np.testing.assert_array_equal(found["n_galaxies"], counts)
    np.testing.assert_array_equal(found["masks"], np.moveaxis(mask(folder, shards, "gg_masks"), -1, 1))
    single = np.moveaxis(mask(folder, shards, "single_images"), -1, 1)
    np.testing.assert_array_equal(found["masked_truth"], single)
    np.testing.assert_array_equal(found["truth_variance"], 4.0 * found["masks"])
    for number, (row, count) in enumerate(zip(rows, counts, strict=True)):
        assert [str(name) for name in found["id"][number][:count]] == [row[f"g{g}_id"] for g in range(1, count + 1)]
        assert (found["id"][number][count:] == -1).all()
        for name in ("x", "y", "snr", "blendedness", "lost_flux"):
            np.testing.assert_array_equal(np.isfinite(found[name][number]), np.arange(3) < count)
        assert found["x"][number, 0] == SIZE // 2
        if count == 1:
            assert found["blendedness"][number, 0] == pytest.approx(0)
        if count > 1:
            assert found["x"][number, 1] == SIZE // 2 + int(row["shift_x"])
            assert found["y"][number, 1] == SIZE // 2 + int(row["shift_y"])
        flux = 10 ** (-0.4 * (float(row["g1_mag"]) - 25.96))
        assert found["lost_flux"][number, 0] == pytest.approx(flux - single[number, 0].sum(dtype=float), rel=1e-6)


def test_the_truth_of_models_is_noiseless_and_has_no_background(tmp_path):
    folder = write_stamps(tmp_path, model=1, changes={"x": np.full(N_GALAXIES, 16.0)})
    shards = produce(folder, subpixel=False)
    blends, variance, _ = concatenate(folder, shards, noise_sigma=1.5)
    found, attributes = describe(folder, shards, noise_sigma=1.5)
    assert attributes["model"] == 1
    assert "masked_truth" not in found
    assert np.unique(variance).tolist() == [2.25]
    residual = blends - found["truth"].sum(axis=1)
    assert residual.std() == pytest.approx(1.5, rel=0.01)
    empty = ~(found["truth"] > 0).any(axis=1)
    assert not found["truth"].sum(axis=1)[empty].any()
    assert residual[empty].std() == pytest.approx(1.5, rel=0.01)


def test_blendedness_can_be_limited(stamps):
    shards = produce(stamps, max_blendedness=0.1)
    concatenate(stamps, shards)
    found, _ = describe(stamps, shards)
    assert 0 < found["blendedness"].max() <= 0.1


def test_a_limit_of_blendedness_that_nothing_keeps_says_how_many_were_tried(stamps):
    with pytest.raises(ValueError, match=r"max_blendedness 1e-09: \d+ blends tried, and for \d+ of 256 none was found"):
        produce(stamps, max_blendedness=1e-9, max_separation=1.5)


def ids_of(folder, **changes):
    """Return the galaxies of the blends of each part."""
    found = {}
    for split in ("train", "test"):
        (shard,) = produce(folder, split, split=split, divide=True, max_mag_difference=9, **changes)
        with open_stack(shard) as stack:
            found[split] = set(np.unique(stack["stamp"][:]).tolist())
    return found


def test_train_and_test_share_no_galaxy_and_do_not_depend_on_the_number_of_blends(stamps):
    many, few = ids_of(stamps), ids_of(stamps, n_blends=300)
    assert many == few
    assert many["train"] | many["test"] == set(range(3, N_GALAXIES))
    assert not many["train"] & many["test"]
    assert len(many["test"]) == 2  # a quarter of 9


def test_legacy_columns(stamps):
    shards = produce(stamps)
    _, _, ours = concatenate(stamps, shards)
    _, _, theirs = concatenate(stamps, shards, "b", legacy_shift_columns=True)
    assert [(row["shift_x"], row["shift_y"]) for row in ours] == [(row["shift_y"], row["shift_x"]) for row in theirs]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"mag_low": 25, "mag_high": 26},
            "1 of 12 galaxies are left to blend, 2 are needed: unknown magnitude removed 1",
        ),
        ({"mag_low": 25, "mag_high": 26}, "mag_low 25 removed 9, mag_high 26 removed 1"),
        ({"exclude_types": ["spiral"]}, "exclude_types: no galaxy is of type 'spiral'; there are disk, irr"),
        ({"clean_only": True}, "clean_only: the catalogue of stamps has no column clean_flag"),
        ({"divide": True, "test_ratio": 0.1, "split": "test"}, "test_ratio 0.1 and valid_ratio 0 left 1 for test"),
        ({"max_mag_difference": 0.1}, "none of 9 galaxies has a partner within 0.1 mag: raise max_mag_difference"),
        (
            {"n_galaxies": {"law": "poisson", "low": 2, "high": 5, "density_per_arcmin2": 9.0}},
            "a surface density needs the pixel scale of the stamps",
        ),
    ],
)
def test_cuts_and_rules_that_leave_nothing_say_so_at_once(stamps, changes, message):
    with pytest.raises(ValueError, match=message):
        produce(stamps, **changes)


def test_stamps_smaller_than_every_separation_are_an_error(tmp_path):
    folder = write_stamps(tmp_path, changes={"flux_radius": np.linspace(17.0, 30.0, N_GALAXIES)})
    with pytest.raises(ValueError, match=r"stamps of 32 px are too small: .*smallest one is 20.5 px \(galaxy 1163\)"):
        produce(folder)


def test_stamps_smaller_than_some_separations_are_logged(tmp_path, caplog):
    produce(write_stamps(tmp_path, changes={"flux_radius": np.linspace(4.0, 18.0, N_GALAXIES)}))
    assert "2 radii are above half a stamp, the first of galaxy 1170" in caplog.text


@pytest.mark.parametrize(
    ("column", "values", "message"),
    [
        ("id", [7, 7, *range(20, 30)], "two galaxies have the id 7: rows 1 and 2"),
        ("segval", [9999] * N_GALAXIES, "galaxy 1160: no pixel of its segmentation map has its label"),
    ],
)
def test_a_catalogue_that_does_not_fit_its_stamps_says_where(tmp_path, column, values, message):
    changes = {column: np.array(values)} | ({"mag": np.full(N_GALAXIES, 22.0)} if column == "id" else {})
    folder = write_stamps(tmp_path, changes=changes)
    with pytest.raises(ValueError, match=message):
        concatenate(folder, produce(folder))
