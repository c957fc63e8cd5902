"""Galaxy Zoo 2: classes and attributes out of votes, pictures out of the archive, and what is refused."""

import os
import zipfile
from collections import Counter
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from skimage import io

from workflow_scripts.datasets import galaxy_zoo2
from workflow_scripts.formats.votes import ANSWERS, NODES, classify, published_attributes, read_votes

REAL = os.environ.get("SKYLOOM_REAL_DATA")
COUNTS = [f"{node}_{answer}_count" for node, answers in NODES.items() for answer in answers]
FRACTIONS = [f"{answer}_fraction" for answer in ANSWERS.values()]
HEADER = ["dr7objid", "total_votes", *FRACTIONS, *COUNTS]
KINDS = {
    "merger": {"merger": 0.9, "odd": 0.8, "smooth": 0.9},
    "edge_on": {"edge_on": 0.9, "features": 0.8},
    "elliptical": {"smooth": 0.9, "features": 0.1, "in_between": 0.4, "cigar": 0.5},
    "spiral": {"features": 0.6, "smooth": 0.3},
    "": {"features": 0.5, "smooth": 0.5},
}


def row_of(number, kind, count=20, **changes):
    cells = {"dr7objid": str(number), "total_votes": 100 * (number + 1), **dict.fromkeys(FRACTIONS, 0.0)}
    cells |= {f"{ANSWERS[name]}_fraction": value for name, value in KINDS[kind].items()}
    return {**cells, **dict.fromkeys(COUNTS, count), **changes}


def write(path, rows, header=HEADER):
    lines = [",".join(header), *(",".join(str(row[name]) for name in header) for row in rows)]
    path.write_text("\n".join(lines) + "\n")
    return str(path)


@pytest.fixture
def survey(tmp_path):
    """Five galaxies, one of each kind, and their pictures."""
    votes = write(tmp_path / "votes.csv", [row_of(number, kind) for number, kind in enumerate(KINDS)])
    (tmp_path / galaxy_zoo2.MAPPING).write_text(
        "objid,sample,asset_id\n" + "".join(f"{i},x,{i + 50}\n" for i in range(5))
    )
    with zipfile.ZipFile(tmp_path / galaxy_zoo2.PICTURES, "w") as archive:
        for i in range(5):
            buffer = BytesIO()
            io.imsave(buffer, np.full((48, 48, 3), 50 * i, np.uint8), format="jpeg", check_contrast=False)
            archive.writestr(f"images/{i + 50}.jpg", buffer.getvalue())
    return tmp_path, votes


def test_galaxies_come_out_of_the_archive_with_their_class(survey, caplog):
    caplog.set_level("INFO")
    folder, votes = survey
    options = galaxy_zoo2.Options(files=[votes], crop=32, size=16, attributes="votes")
    images, rows = zip(*galaxy_zoo2.read(folder, options), strict=True)
    assert [row["class"] for row in rows] == ["merger", "edge_on", "elliptical", "spiral"]
    assert [round(float(image.mean()) * 255 / 50) for image in images] == [0, 1, 2, 3]
    assert rows[2]["ellipticity"] == pytest.approx(0.65)
    assert rows[2]["brightness"] == pytest.approx(0.92)
    assert [row["size"] for row in rows] == pytest.approx([0.3, 0.475, 0.65, 0.825])
    assert "'': 1" in caplog.text


def test_votes_with_semicolons_and_blanks(survey):
    folder, votes = survey
    (folder / "other.csv").write_text((folder / "votes.csv").read_text().replace(",", "; "), encoding="utf-8-sig")
    first, second = (read_votes(path, "dr7objid", "fraction") for path in (votes, folder / "other.csv"))
    assert first["id"] == second["id"]
    np.testing.assert_array_equal(first["merger"], second["merger"])


def test_the_tree_asks_for_votes_and_for_the_answers_before(tmp_path):
    rows = [
        row_of(0, "merger", **{f"{ANSWERS['odd']}_fraction": 0.4}),
        row_of(1, "edge_on", **{f"{ANSWERS['features']}_fraction": 0.4}),
        row_of(2, "merger", count=1),
        row_of(3, "spiral", count=1),
    ]
    votes = read_votes(write(tmp_path / "votes.csv", rows), "dr7objid", "fraction")
    assert list(classify(votes, "published")) == ["merger", "edge_on", "merger", "spiral"]
    assert list(classify(votes, "tree")) == ["elliptical", "", "", ""]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({FRACTIONS[0]: 1.2}, f"id 7: {FRACTIONS[0]} is 1.2, not between 0 and 1"),
        ({FRACTIONS[1]: -0.1}, "is -0.1, not between 0 and 1"),
        ({FRACTIONS[2]: "nan"}, f"{FRACTIONS[2]} is nan"),
        ({FRACTIONS[2]: ""}, f"{FRACTIONS[2]} is nan"),
        ({"dr7objid": "0"}, "1 duplicate ids, the first is 0"),
    ],
)
def test_wrong_votes_are_refused(tmp_path, change, message):
    path = write(tmp_path / "votes.csv", [row_of(0, "spiral"), {**row_of(7, "spiral"), **change}])
    with pytest.raises(ValueError, match=message):
        read_votes(path, "dr7objid", "fraction")


@pytest.mark.parametrize("change", [lambda line: line.rpartition(",")[0], lambda line: f"{line},1", lambda line: "7"])
def test_a_row_with_missing_or_extra_cells_is_named(tmp_path, change):
    path = write(tmp_path / "votes.csv", [row_of(0, "spiral"), row_of(7, "spiral")])
    header, first, second = Path(path).read_text().splitlines()
    Path(path).write_text("\n".join([header, "", first, change(second)]))
    with pytest.raises(ValueError, match=rf"votes.csv, row 2: \d+ cells, expected {len(HEADER)} as in the header"):
        read_votes(path, "dr7objid", "fraction")


def test_missing_columns_are_named(tmp_path):
    left = [name for name in HEADER if name not in (FRACTIONS[0], "total_votes")]
    path = write(tmp_path / "votes.csv", [row_of(0, "spiral")], left)
    with pytest.raises(ValueError, match=f"no column {FRACTIONS[0]}, total_votes"):
        read_votes(path, "dr7objid", "fraction")


def test_a_mapping_that_points_nowhere_is_refused_above_the_share(survey):
    folder, votes = survey
    (folder / galaxy_zoo2.MAPPING).write_text("objid,sample,asset_id\n0,x,50\n1,x,999\n2,x,52\n3,x,53\n")
    with pytest.raises(ValueError, match=r"1 of 4 pictures are unusable.*1: the mapping names no picture.*999.jpg"):
        list(galaxy_zoo2.read(folder, galaxy_zoo2.Options(files=[votes], crop=0)))
    kept = list(galaxy_zoo2.read(folder, galaxy_zoo2.Options(files=[votes], crop=0, max_unreadable=0.3)))
    assert [row["id"] for _, row in kept] == ["0", "2", "3"]


def test_a_mapping_with_two_pictures_of_one_galaxy_is_refused(survey):
    folder, votes = survey
    (folder / galaxy_zoo2.MAPPING).write_text("objid,sample,asset_id\n0,x,50\n0,x,51\n")
    with pytest.raises(ValueError, match="1 duplicate ids"):
        list(galaxy_zoo2.read(folder, galaxy_zoo2.Options(files=[votes])))


def test_without_a_network_the_line_says_what_to_do(tmp_path):
    options = galaxy_zoo2.Options(files=["votes.csv"], record="http://127.0.0.1:9/record")
    with pytest.raises(ValueError, match="images_gz2.zip cannot be downloaded.*by hand from"):
        galaxy_zoo2.fetch(tmp_path, options)


@pytest.mark.skipif(not REAL, reason="SKYLOOM_REAL_DATA is not set")
def test_classes_of_real_votes():
    path = Path(REAL, "galaxy_zoo2/table5.csv.gz")
    votes = read_votes(path, "objid", "fraction")
    published = Counter(map(str, classify(votes, "published")))
    assert published == {"merger": 2267, "edge_on": 2146, "elliptical": 10682, "spiral": 3028, "": 1638}
    tree = Counter(map(str, classify(votes, "tree")))
    assert tree == {"merger": 632, "edge_on": 568, "elliptical": 12969, "spiral": 3330, "": 2262}
    debiased = Counter(map(str, classify(read_votes(path, "objid", "debiased"), "published")))
    assert debiased == {"merger": 2220, "edge_on": 2107, "elliptical": 7716, "spiral": 5718, "": 2000}
    size = published_attributes(votes)["size"]
    assert (size.min(), size.max()) == (pytest.approx(0.3), pytest.approx(1.0))
