import re

import numpy as np
import pytest
from trees import SCRIPTS

from workflow_scripts.formats.photometry import Photometry, photometry_of
from workflow_scripts.formats.stacks import copy_attributes, create_stack, open_stack

COLOUR = Photometry(("g", "r"), ("nJy", "nJy"), (31.4, 31.4), 0.168, (1.5, None))
MIXED = Photometry(("f606w", "ks"), ("electron / s", "ct"), (26.49, None), 0.06, (1e-3, 2.0))


@pytest.mark.parametrize("pixels", [COLOUR, MIXED, Photometry(("i",), ("nJy",), (31.4,), 0.2, (0.5,)), Photometry()])
def test_a_stack_and_its_copy_state_what_was_written(tmp_path, pixels):
    with create_stack(tmp_path / "a.h5", **pixels.attributes) as writer:
        writer.append(image=np.zeros((1, 2, 2)))
    with open_stack(tmp_path / "a.h5") as stack, create_stack(tmp_path / "b.h5", **copy_attributes(stack)) as writer:
        assert stack.photometry == pixels
        writer.append(image=np.zeros((1, 2, 2)))
    with open_stack(tmp_path / "b.h5") as stack:
        assert stack.photometry == pixels


def test_values_that_bands_share():
    assert (COLOUR.unit, COLOUR.zeropoint_ab, COLOUR.noise_level) == ("nJy", 31.4, None)
    assert (MIXED.unit, MIXED.zeropoint_ab, MIXED.magnitude_zeropoint) == ("", None, 0.0)
    assert photometry_of({"unit": "DN"}).magnitude_zeropoint == 0.0


def test_the_attributes_are_read_in_one_place():
    direct = re.compile(r"""attributes(\.get\(|\[)["'](unit|zeropoint_ab|noise_level)["']""")
    assert [path.name for path in SCRIPTS.rglob("*.py") if direct.search(path.read_text())] == []
    assert direct.search('stack.attributes["unit"]')
