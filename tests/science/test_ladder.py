"""The realism ladder: what a score says about the image that has it."""

import numpy as np
import pytest

from workflow_scripts.formats.stacks import create_stack, open_stack
from workflow_scripts.judging.damages import DAMAGES, Scene, combine, count_up
from workflow_scripts.rules.data.detect_sources import detect_sources
from workflow_scripts.rules.judging.damage_fields import damage_fields
from workflow_scripts.rules.scoring.build_ladder import BEST_SCORE, build_ladder, damage
from workflow_scripts.runtime.entry import built
from workflow_scripts.settings.judging import DamageFields
from workflow_scripts.settings.power import STRENGTHS
from workflow_scripts.settings.scoring import Ladder

DETECTION = {
    "threshold_sigma": 10,
    "min_area": 5,
    "deblend_thresholds": 32,
    "deblend_contrast": 0.005,
    "background_box": 64,
}
LEVEL = 20.0


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Write three fields of forty Gaussian sources each, detected at ten sigma."""
    folder, rng = tmp_path_factory.mktemp("ladder"), np.random.default_rng(0)
    rows, columns = np.mgrid[:128, :128]
    images = rng.normal(LEVEL, 1, (3, 128, 128)).astype(np.float32)
    for image in images:
        for x, y, flux in zip(*rng.uniform(5, 122, (2, 40)), rng.uniform(500, 5000, 40), strict=True):
            image += flux / (2 * np.pi * 4) * np.exp(-0.5 * ((columns - x) ** 2 + (rows - y) ** 2) / 4)
    with create_stack(folder / "fields.h5") as writer:
        writer.append(image=images, parent=np.arange(3), block=np.arange(3), x0=np.zeros(3, int), y0=np.zeros(3, int))
    detect_sources(
        background=[],
        fields=folder / "fields.h5",
        windows=folder / "fields.h5",
        catalogue=folder / "sources.ecsv",
        segmentation=folder / "maps.h5",
        window_segmentation=folder / "window_maps.h5",
        options=built(detect_sources, DETECTION),
        seed=1,
        code="",
    )
    build(folder, "ladder.h5")
    return folder


def build(folder, name, seed=42, copies=20):
    build_ladder(
        fields=folder / "fields.h5",
        segmentation=folder / "maps.h5",
        catalogue=folder / "sources.ecsv",
        ladder=folder / name,
        options=Ladder(copies=copies, psf_fwhm=4.7),
        seed=seed,
        code="",
    )
    return (folder / name).read_bytes()


def test_scores_are_eight_times_what_is_left(folder):
    with open_stack(folder / "ladder.h5") as stack:
        score, field = stack["score"][:], stack["field"][:]
        strengths = np.stack([stack[name][:] for name in DAMAGES], axis=1)
    assert field.tolist() == [0] * 20 + [1] * 20 + [2] * 20
    np.testing.assert_allclose(score, BEST_SCORE * np.prod(1 - strengths, axis=1))
    assert ((strengths > 0).sum(axis=1) <= 3).all()
    assert (strengths.max(axis=0) > 0.3).all()  # every damage occurs
    assert score.min() < 1.5
    assert score.max() > 6.5


def test_the_same_bytes_twice_and_another_seed(folder):
    assert build(folder, "a.h5", copies=2) == build(folder, "b.h5", copies=2)
    assert build(folder, "a.h5", copies=2) != build(folder, "c.h5", seed=43, copies=2)


def test_a_copy_of_a_field_does_not_depend_on_how_many_there_are_of_it(folder):
    build(folder, "few.h5", copies=2)
    with open_stack(folder / "few.h5") as few, open_stack(folder / "ladder.h5") as many:
        np.testing.assert_array_equal(few["image"][:2], many["image"][:2])


def damage_one(folder, kind):
    damage_fields(
        fields=folder / "fields.h5",
        segmentation=folder / "maps.h5",
        catalogue=folder / "sources.ecsv",
        damaged=folder / f"{kind}.h5",
        kind=kind,
        options=DamageFields(4.7, STRENGTHS),
        seed=42,
        code="",
    )
    return (folder / f"{kind}.h5").read_bytes()


def test_every_field_is_damaged_once_at_each_strength(folder):
    assert damage_one(folder, "removed") == damage_one(folder, "removed")
    with open_stack(folder / "removed.h5") as damaged, open_stack(folder / "fields.h5") as fields:
        images, real = damaged["image"][:], fields["image"][:]
        strength, field = 1 - damaged["score"][:] / BEST_SCORE, damaged["field"][:]
    np.testing.assert_allclose(strength, np.tile(STRENGTHS, 3))
    assert field.tolist() == [0] * 6 + [1] * 6 + [2] * 6
    lost = 1 - (images.sum(axis=(1, 2)) - LEVEL * 128**2) / (real[field].sum(axis=(1, 2)) - LEVEL * 128**2)
    np.testing.assert_allclose(lost.reshape(3, 6).mean(axis=0), STRENGTHS, atol=0.1)
    assert images[5::6].max() < LEVEL + 6  # all sources removed


def test_a_removed_source_leaves_no_ring(folder):
    """The segmentation ends at ten sigma; what lies beyond must go with the source."""
    from skimage.segmentation import expand_labels

    with open_stack(folder / "fields.h5") as images, open_stack(folder / "maps.h5") as maps:
        image, bare = images["image"][0], count_up(maps["segmentation"][0])
    removed = {}
    for reach in (0, 4.7):
        labels = expand_labels(bare, reach)
        scene = Scene(image, labels, 1.0, 4.7, 0.5)
        removed[reach] = DAMAGES["remove"](scene, 1.0, np.random.default_rng(0))[0]
    assert removed[0].max() > LEVEL + 7
    assert removed[4.7].max() < LEVEL + 6


def test_a_field_so_crowded_that_no_background_is_seen_is_an_error_of_one_line(folder, tmp_path):
    with create_stack(tmp_path / "fields.h5") as writer:
        writer.append(image=np.ones((1, 128, 128), np.float32), parent=[0], x0=[0], y0=[0])
    with create_stack(tmp_path / "maps.h5") as writer:
        writer.append(segmentation=np.ones((1, 128, 128), np.int32), parent=[0], x0=[0], y0=[0])
    (tmp_path / "sources.ecsv").write_bytes((folder / "sources.ecsv").read_bytes())
    with pytest.raises(ValueError, match=r"fields.h5: field 0: no background is seen, .* lower ladder.psf_fwhm, or"):
        build(tmp_path, "ladder.h5")


def test_labels_count_up_from_one():
    labels = count_up(np.array([[0, 1164, 7], [7, 7, 300]]))
    assert labels.tolist() == [[0, 3, 1], [1, 1, 2]]
    assert count_up(np.array([[5, 5]])).tolist() == [[1, 1]]


def test_the_strengths_named_are_the_damages_done(folder):
    with open_stack(folder / "fields.h5") as images, open_stack(folder / "maps.h5") as maps:
        scene = Scene(images["image"][0], count_up(maps["segmentation"][0]), 1.0, 4.7, 0.5)
    totals = []
    for trial in range(60):
        image, strengths = damage(scene, 3, np.random.default_rng(trial))
        assert image.shape == scene.image.shape
        assert list(strengths) == list(DAMAGES)
        totals.append(combine(list(strengths.values())))
    assert np.mean(totals) == pytest.approx(0.5, abs=0.12)  # total damages are uniform in [0, 1]
