import pytest

from workflow_scripts.formats.product_names import by_folder, by_path, by_stem, group_by_folder


def test_products_are_assigned_in_the_order_of_the_names():
    """The study has the name of a sky."""
    paths = ["results/naive/skies/layered/fields.h5", "results/naive/skies/naive/fields.h5"]
    assert by_folder(paths, ["naive", "layered"]) == {"naive": paths[1], "layered": paths[0]}
    assert list(by_folder(paths, ["naive", "layered"])) == ["naive", "layered"]
    assert by_stem(["features/summary/naive.h5"], ["naive"]) == {"naive": "features/summary/naive.h5"}


def test_a_sky_may_have_the_name_of_a_product():
    skies = ["skies/fields/fields.h5", "skies/naive/fields.h5"]
    assert by_folder(skies, ["naive", "fields"]) == {"naive": skies[1], "fields": skies[0]}
    generated = ["generated/comparison/stamps/stamps.h5", "generated/comparison/gan/stamps.h5"]
    assert by_folder(generated, ["stamps", "gan"]) == {"stamps": generated[0], "gan": generated[1]}
    features = ["features/naive/fields.h5", "features/naive/naive.h5"]
    assert by_stem(features, ["naive", "fields"]) == {"naive": features[1], "fields": features[0]}


@pytest.mark.parametrize(
    ("paths", "message"),
    [
        (["a.csv"], "no file for b; there are a.csv"),
        (["a.csv", "b.csv", "x/b.h5"], "x/b.h5: a second file for 'b', beside b.csv"),
        (["a.csv", "a/c.csv"], "a/c.csv: belongs to none of a, b"),
    ],
)
def test_missing_repeated_and_unknown_products_are_refused(paths, message):
    with pytest.raises(ValueError, match=message):
        by_stem(paths, ["a", "b"])


def test_products_are_grouped_by_folder():
    paths = ["scores/trees/naive.csv", "scores/trees/trees.csv", "scores/naive/trees.csv"]
    assert group_by_folder(paths, ["naive", "trees"]) == {"naive": paths[2:], "trees": paths[:2]}
    with pytest.raises(ValueError, match="scores/a/b.csv: belongs to none of b"):
        group_by_folder(["scores/a/b.csv"], ["b"])


def test_a_declared_path_is_found_behind_a_prefix():
    paths = ["sky/results/a/noise.h5", "sky/results/a/process.h5", "/data/list.fits"]
    assert by_path(paths, "results/a/process.h5") == paths[1]
    assert by_path(paths, "/data/list.fits") == paths[2]
    with pytest.raises(ValueError, match="no file results/a/fields.h5 among sky/results/a/noise.h5, "):
        by_path(paths, "results/a/fields.h5")
