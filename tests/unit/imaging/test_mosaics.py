import numpy as np

from workflow_scripts.imaging.fields import field_origins
from workflow_scripts.imaging.mosaics import fields_of, part_mosaics


def stack_of(*images, first=0):
    columns = {"image": [], "parent": [], "x0": [], "y0": []}
    for parent, image in enumerate(images):
        for x, y in field_origins(image.shape, 10)[first:]:
            columns["image"].append(image[y : y + 10, x : x + 10])
            for name, value in (("parent", parent), ("x0", x), ("y0", y)):
                columns[name].append(value)
    return {name: np.array(values) for name, values in columns.items()}


def test_every_parent_has_its_mosaic_and_the_fields_come_out_again():
    images = np.random.default_rng(0).normal(size=(2, 30, 40))
    stack = stack_of(*images, first=2)
    mosaics = list(part_mosaics(stack, "image"))
    assert [mosaic.parent for mosaic in mosaics] == [0, 1]
    again = np.concatenate([fields_of(mosaic.pixels, mosaic) for mosaic in mosaics])
    np.testing.assert_array_equal(again, stack["image"])
    assert np.concatenate([mosaic.rows for mosaic in mosaics]).tolist() == list(range(20))


def test_a_position_is_found_in_its_field():
    stack = stack_of(np.zeros((30, 40)), first=2)  # fields 0 and 1 of the first column are missing
    (mosaic,) = part_mosaics(stack, "image")
    x, y = np.array([3.0, 12.5, 9.7]), np.array([25.0, 7.25, 23.0])
    rows, x_field, y_field = mosaic.locate(x, y)
    assert rows.tolist()[:2] == [0, 1]
    np.testing.assert_allclose(x_field + stack["x0"][rows], x)
    np.testing.assert_allclose(y_field + stack["y0"][rows], y)


def test_a_centre_in_the_gap_belongs_to_the_nearest_field():
    (mosaic,) = part_mosaics(stack_of(np.zeros((30, 40)), first=2), "image")
    rows, x, y = mosaic.locate(np.array([4.0, 9.6]), np.array([19.4, 3.0]))
    assert rows.tolist() == [0, 1]
    np.testing.assert_allclose([x[0], y[0], x[1]], [4.0, -0.6, -0.4])
