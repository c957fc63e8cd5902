import csv

import numpy as np
import pytest

from workflow_scripts.formats.catalogues import write_catalogue
from workflow_scripts.formats.stacks import create_stack, open_stack
from workflow_scripts.rules.patches.crop_blends import crop_blends
from workflow_scripts.runtime.entry import built

SIDE, N_STAMPS, N_BLENDS = 12, 5, 7


@pytest.fixture
def blends(tmp_path):
    """Five stamps, of which blends use those with the ids 10, 12 and 14; every image is its own number."""
    paths = {name: tmp_path / name for name in ("stamps.h5", "stamps.ecsv", "blends.npy", "blends.csv", "crops.h5")}
    images = np.broadcast_to(np.arange(N_STAMPS)[:, None, None], (N_STAMPS, SIDE, SIDE)).astype(np.float32)
    with create_stack(paths["stamps.h5"], unit="DN") as writer:
        writer.append(image=images)
    write_catalogue(paths["stamps.ecsv"], {"id": np.arange(10, 10 + N_STAMPS)})
    pixels = np.zeros((N_BLENDS, SIDE, SIDE), np.float32)
    pixels[:, 4:8, 4:8] = 1 + np.arange(N_BLENDS)[:, None, None]
    np.save(paths["blends.npy"], pixels)
    with paths["blends.csv"].open("w", newline="") as file:
        csv.writer(file).writerows([["id", "g1_id", "g2_id"], *([n, 10 + 2 * (n % 2), 14] for n in range(N_BLENDS))])
    return paths


def crop(paths, use="training", **options):
    crop_blends(
        stamps=paths["stamps.h5"],
        stamp_catalogue=paths["stamps.ecsv"],
        blends=paths["blends.npy"],
        catalogue=paths["blends.csv"],
        crops=paths["crops.h5"],
        options=built(crop_blends, {**options, "use": use}),
        seed=1,
        code="",
    )
    with open_stack(paths["crops.h5"]) as stack:
        return stack["image"][:], stack["blended"][:], stack.attributes


def test_crops_are_the_middle_of_the_used_stamps_and_of_all_blends(blends):
    images, blended, attributes = crop(blends, size=4, stamps=True)
    assert images.shape == (3 + N_BLENDS, 4, 4)
    assert images[:3, 0, 0].tolist() == [0, 2, 4]
    assert (images[3:] == 1 + np.arange(N_BLENDS)[:, None, None]).all()
    assert blended.tolist() == [0] * 3 + [1] * N_BLENDS
    assert attributes["unit"] == "DN"


def test_judged_crops_share_no_galaxy(blends):
    images, blended, _ = crop(blends, "judging", size=4, stamps=True)
    # the first blend takes galaxies 10 and 14, every further one has 14 too; 12 is left for a stamp of its own
    assert blended.tolist() == [0, 1]
    assert images[:, 0, 0].tolist() == [2, 1]


def test_stamps_can_be_left_out(blends):
    assert crop(blends, size=4, stamps=False)[1].tolist() == [1] * N_BLENDS


def test_a_crop_larger_than_a_blend_is_refused(blends):
    with pytest.raises(ValueError, match=r"crops of 13 px from images of 12 px: lower crops.size"):
        crop(blends, size=13, stamps=True)
    assert not blends["crops.h5"].exists()
