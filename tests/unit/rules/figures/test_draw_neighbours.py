"""Copies of training images come first, beside what they are copies of, however they are turned."""

import numpy as np
import pytest

from workflow_scripts.formats.stacks import create_stack, open_stack
from workflow_scripts.rules.figures.draw_neighbours import closest_pairs, draw_neighbours, nearest, select_tiles
from workflow_scripts.settings.figures import DrawNeighbours

COPY, TRAINED, SIDE = 5, 3, 32  # a generated image is a copy of a training image, or one of its tiles is


def write(path, images):
    with create_stack(path) as writer:
        writer.append(image=images.astype(np.float32))
    return str(path)


@pytest.fixture
def files(tmp_path):
    rng = np.random.default_rng(0)
    train, test, sky = (rng.normal(0, 1, (n, 64, 64)) for n in (6, 7, 8))
    sky[COPY] = np.rot90(train[TRAINED][::-1])
    names = {"real_train": train, "real_test": test, "sky": sky}
    return {name: write(tmp_path / f"{name}.h5", images) for name, images in names.items()}


@pytest.mark.parametrize("side", [None, SIDE])
def test_a_copy_comes_first_and_its_origin_is_turned_as_it_is(files, side):
    sample, as_it_is = select_tiles(files["sky"], side), lambda values: values
    seen, unseen = (nearest(files[name], side, sample["value"], as_it_is) for name in ("real_train", "real_test"))
    found = closest_pairs(
        files["sky"], files["real_train"], side, sample, seen["distance"], seen["position"], unseen["distance"]
    )
    assert found["seen"][0] < 1e-5 < found["unseen"][0]
    with open_stack(files["sky"]) as stack:
        copy = stack["image"][COPY]
    corners = [(y, x) for y in range(0, 64, side or 64) for x in range(0, 64, side or 64)]
    tiles = [copy[y : y + (side or 64), x : x + (side or 64)] for y, x in corners]
    assert any(np.array_equal(found["image"][0], tile) for tile in tiles)
    np.testing.assert_array_equal(found["nearest"][0], found["image"][0])
    assert len(found["image"]) == 4


def test_a_real_test_image_is_not_its_own_neighbour(files):
    own = select_tiles(files["real_test"], SIDE)
    alone = nearest(files["real_test"], SIDE, own["value"], lambda values: values)
    others = nearest(files["real_test"], SIDE, own["value"], lambda values: values, own["image"])
    assert alone["distance"].max() < 1e-5 < others["distance"].min()
    assert (others["position"][:, 0] != own["image"]).all()


@pytest.mark.parametrize("shape", [(12, 12), (20, 24, 3)])
def test_images_smaller_than_a_thumbnail_with_bands_or_not_square(tmp_path, shape):
    rng = np.random.default_rng(0)
    paths = [write(tmp_path / name / "fields.h5", rng.normal(0, 1, (3, *shape))) for name in "abc"]
    options, figure = DrawNeighbours(side=None, skies=["c"]), tmp_path / "neighbours.png"
    draw_neighbours(
        real_test=paths[0],
        real_train=paths[1],
        sky_fields=paths[2:],
        neighbours=str(figure),
        options=options,
    )
    assert figure.read_bytes()[:4] == b"\x89PNG"
