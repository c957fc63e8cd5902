"""Copies are found, turned and mirrored ones too; pictures that merely resemble each other are not."""

import io
import os
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from workflow_scripts.imaging.fields import turn
from workflow_scripts.imaging.near_duplicates import find_pairs, joined_groups, thumbnail

LIMIT = 0.945  # the default of pictures.duplicate_correlation
REAL = os.environ.get("SKYLOOM_REAL_DATA")


def clouds(n, side, seed=0):
    """Return n pictures (n, side, side) of red noise, from 0 to 1."""
    noise = np.random.default_rng(seed).normal(size=(n, side, side))
    k = np.hypot(*np.meshgrid(np.fft.rfftfreq(side), np.fft.fftfreq(side))) + 1 / side
    found = np.fft.irfft2(np.fft.rfft2(noise) * k**-1.5, (side, side))
    low, high = (edge(found, axis=(1, 2), keepdims=True) for edge in (np.min, np.max))
    return (found - low) / (high - low)


def compressed(picture):
    """Return a picture after JPEG compression of quality 30 at half the size."""
    small, buffer = Image.fromarray((255 * picture).astype(np.uint8)), io.BytesIO()
    small.resize((picture.shape[1] // 2, picture.shape[0] // 2)).save(buffer, format="JPEG", quality=30)
    return np.asarray(Image.open(buffer)) / 255


COPIES = {
    "same": lambda picture: picture,
    "compressed": compressed,
    "brighter": lambda picture: np.clip(1.3 * picture, 0, 1),
    "stretched": lambda picture: picture**0.7,
    **{f"symmetry {k}": lambda picture, k=k: compressed(turn(picture, k)) for k in range(1, 8)},
}


@pytest.mark.parametrize("kind", COPIES)
def test_copies_are_found(kind):
    pictures = clouds(20, 96)
    near = np.stack([thumbnail(one) for one in (*pictures, COPIES[kind](pictures[7]))])
    assert np.unique(find_pairs(near, LIMIT), axis=0).tolist() == [[7, 20]]


def test_blobs_around_one_centre_are_not_copies():
    y, x = np.mgrid[:64, :64] - 31.5
    blobs = [np.exp(-0.5 * (x**2 + (y / q) ** 2) / 9**2) for q in (1.0, 0.7)]
    near = [thumbnail(blob + 0.1 * one) for one, blob in zip(clouds(10, 64), 5 * blobs, strict=True)]
    assert len(find_pairs(np.stack(near), LIMIT)) == 0


def test_empty_pictures_are_copies_of_each_other():
    near = np.stack([*map(thumbnail, clouds(3, 64)), np.zeros((32, 32)), np.full((32, 32), 0.3)]).astype(np.float32)
    assert np.unique(find_pairs(near, LIMIT), axis=0).tolist() == [[3, 4]]


def test_a_chain_of_copies_is_one_group_and_groups_are_joined_whole():
    groups = joined_groups(np.array([0, 0, 1, 2, 3, 4]), np.array([[1, 2], [2, 3]]))
    assert groups.tolist() == [0, 0, 0, 0, 1, 2]
    assert joined_groups(np.array([0, 1, 1]), np.empty((0, 2), int)).tolist() == [0, 1, 1]


def test_thousands_of_pictures_take_seconds():
    """10 000 take 25 times as long as 2000: less than a minute."""
    near = clouds(2000, 32).astype(np.float32)
    started = time.process_time()
    assert len(find_pairs(near, LIMIT)) == 0
    assert time.process_time() - started < 60 / 25


@pytest.mark.skipif(not REAL, reason="SKYLOOM_REAL_DATA is not set")
@pytest.mark.parametrize(("folder", "expected"), [("nebulae", []), ("hubble_objects", [["heic1814b", "heic1815a"]])])
def test_real_pictures_have_one_pair_of_near_duplicates(folder, expected):
    """Saturn, and the same picture with its aurora; two of Jupiter are not a pair."""
    files = sorted([*Path(REAL, folder).glob("*.jpg"), *Path(REAL, folder).glob("*.png")])
    near = []
    for file in files:
        pixels = np.asarray(Image.open(file).convert("RGB"))
        near.append(thumbnail(pixels[: min(pixels.shape[:2]), : min(pixels.shape[:2])]))
    pairs = np.unique(find_pairs(np.stack(near), LIMIT), axis=0)
    assert [[files[row].stem for row in pair] for pair in pairs] == expected
