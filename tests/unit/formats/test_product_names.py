import pytest

from workflow_scripts.formats.product_names import by_folder, by_name


def test_products_belong_to_the_last_name_in_their_paths():
    """The study has the name of a sky."""
    paths = ["results/naive/skies/layered/fields.h5", "results/naive/skies/naive/fields.h5"]
    assert by_name(paths, ["naive", "layered"]) == {"naive": paths[1], "layered": paths[0]}
    assert list(by_name(paths, ["naive", "layered"])) == ["naive", "layered"]
    assert by_name(["features/summary/naive.h5"], ["naive"]) == {"naive": "features/summary/naive.h5"}


@pytest.mark.parametrize(
    ("paths", "message"),
    [
        (["a.csv"], "no file for b; there are a.csv"),
        (["a.csv", "b.csv", "x/b/y.csv"], "x/b/y.csv: a second file for 'b', beside b.csv"),
        (["a.csv", "c.csv"], "c.csv: belongs to none of a, b"),
    ],
)
def test_missing_repeated_and_unknown_products_are_refused(paths, message):
    with pytest.raises(ValueError, match=message):
        by_name(paths, ["a", "b"])


def test_products_are_grouped_by_folder():
    paths = ["scores/trees/naive.csv", "scores/trees/details/naive.csv", "scores/naive/trees.csv"]
    assert by_folder(paths, ["naive", "trees"]) == {"naive": paths[2:], "trees": paths[:2]}
