"""Skies from the generating rules: the same fields for any number of shards."""

import numpy as np
import pytest

from workflow_scripts.formats.catalogues import read_catalogue, write_catalogue
from workflow_scripts.formats.stacks import create_stack, open_stack
from workflow_scripts.rules.generation.gather_skies import gather_skies
from workflow_scripts.rules.generation.generate_skies import BATCH, batches_of, generate_skies
from workflow_scripts.runtime.entry import built
from workflow_scripts.settings.generation import GatherSkies


@pytest.mark.parametrize("n_fields", [1, 15, 16, 17, 192, 200])
@pytest.mark.parametrize("n_shards", [1, 2, 3, 7, 20])
def test_shards_divide_the_blocks(n_fields, n_shards):
    shards = [list(batches_of(shard, n_shards, n_fields)) for shard in range(n_shards)]
    assert sum(shards, []) == list(range(-(-n_fields // BATCH)))
    assert max(map(len, shards)) - min(map(len, shards)) <= 1


@pytest.fixture
def folder(tmp_path):
    rng = np.random.default_rng(0)
    with create_stack(tmp_path / "fields.h5", unit="electron / s", pixel_scale_arcsec=0.06) as writer:
        writer.append(image=rng.normal(size=(6, 32, 32)).astype(np.float32), block=np.repeat(range(3), 2))
    sources = {
        "field": rng.integers(0, 6, 30),
        "x": rng.uniform(0, 31, 30),
        "y": rng.uniform(0, 31, 30),
        "npix": rng.integers(5, 30, 30),
    }
    write_catalogue(tmp_path / "sources.ecsv", sources)
    return tmp_path


def make(folder, n_shards, n_fields=40, seed=42, grey_levels=False):
    roles = {"sources": {"kind": "catalogue", "path": str(folder / "sources.ecsv")}}
    shared = {"sky": "naive", "recipe": "naive", "options": {"tile_size": 8}, "roles": roles}
    shards, truths = [], []
    for shard in range(n_shards):
        shards.append(folder / f"{n_shards}_{shard}.h5")
        truths.append(folder / f"{n_shards}_{shard}_truth.h5")
        generate_skies(
            parts=[folder / "sources.ecsv"],
            descriptions=[],
            fields=folder / "fields.h5",
            sky=shards[-1],
            truth=truths[-1],
            options=built(
                generate_skies,
                {
                    **shared,
                    "n_fields": n_fields,
                    "shard": shard,
                    "n_shards": n_shards,
                    "device": "cpu",
                    "torch_threads": 1,
                    "as_delivered": False,
                    "grey_levels": grey_levels,
                    "patches_hold_sky": True,
                },
            ),
            seed=seed,
            code="",
        )
    names = {
        name: folder / f"{n_shards}_{seed}_{grey_levels}_{name}" for name in ("sky.h5", "truth.fits", "examples.fits")
    }
    gather_skies(
        shards=shards,
        shard_truths=truths,
        sky=names["sky.h5"],
        truth=names["truth.fits"],
        examples=names["examples.fits"],
        options=GatherSkies(n_examples=2),
        seed=seed,
        code="",
    )
    return names


@pytest.mark.parametrize("n_shards", [2, 3, 5])  # five shards of three blocks: some are empty
def test_products_are_the_same_bytes_for_any_number_of_shards(folder, n_shards):
    one, many = make(folder, 1), make(folder, n_shards)
    for name in one:
        assert one[name].read_bytes() == many[name].read_bytes(), name


def test_fewer_fields_are_the_first_of_more(folder):
    many = make(folder, 1)
    with open_stack(many["sky.h5"]) as stack:
        images = stack["image"][:]
    few = make(folder, 2, n_fields=20)
    with open_stack(few["sky.h5"]) as stack:
        assert len(stack) == 20
        np.testing.assert_array_equal(stack["image"][:], images[:20])


def test_the_truth_belongs_to_the_fields(folder):
    names = make(folder, 2)
    truth = read_catalogue(names["truth.fits"])
    with open_stack(names["sky.h5"]) as stack:
        images, about, block = stack["image"][:], stack.attributes, stack["block"][:]
    assert images.shape == (40, 32, 32)
    np.testing.assert_array_equal(block, np.arange(40) // 2)  # a training block has two fields
    assert about["unit"] == "electron / s"
    assert about["pixel_scale_arcsec"] == 0.06
    x, y = (np.round(np.asarray(truth[name])).astype(int) for name in ("x", "y"))
    assert (images[np.asarray(truth["field"]), y, x] > 0).all()
    for field in range(40):
        light = truth["flux"][truth["field"] == field].sum()
        assert light >= images[field].sum() * (1 - 1e-6)  # discs may overlap


def test_another_seed_gives_another_sky(folder):
    one, other = make(folder, 1), make(folder, 1, seed=43)
    assert one["sky.h5"].read_bytes() != other["sky.h5"].read_bytes()


def test_grey_levels_are_whole_numbers_up_to_255(folder):
    plain, grey = (make(folder, 2, grey_levels=one)["sky.h5"] for one in (False, True))
    with open_stack(plain) as one, open_stack(grey) as other:
        assert other["image"].dtype == np.uint8
        np.testing.assert_array_equal(np.clip(np.rint(one["image"][:]), 0, 255), other["image"][:])
