"""A network referee from fields to verdicts: training, controls, null and comparison."""

from pathlib import Path

import numpy as np
import pytest

from workflow_scripts.formats.stacks import create_stack, open_stack
from workflow_scripts.judging.comparison import read_outcome
from workflow_scripts.judging.reasons import Failure, Reason
from workflow_scripts.judging.referee import read_controls
from workflow_scripts.metrics.network_two_sample import Options
from workflow_scripts.rules.judging.check_referee import check_referee
from workflow_scripts.rules.judging.compare_samples import compare_samples
from workflow_scripts.rules.judging.measure_null import measure_null
from workflow_scripts.rules.judging.train_referee import train_referee
from workflow_scripts.settings.judging import CompareSamples, MeasureNull
from workflow_scripts.settings.referees import CheckReferee, ControlSample, TrainReferee

N, SIDE = 40, 32
EXTRA = {"noise": 0.2, "same": 0.0}  # of the variance of the noise
STEPS = Options().steps
METRIC = ("network_two_sample", "network_auc", {})


def fields(seed, extra):
    """Return fields with a star each, the noise raised."""
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[:SIDE, :SIDE]
    y, x = rng.uniform(4, SIDE - 4, (2, N, 1, 1))
    stars = 40 * np.exp(-((rows - y) ** 2 + (columns - x) ** 2) / 8)
    return (100 + stars + rng.normal(0, np.sqrt(1 + extra), stars.shape)).astype(np.float32)


def write(path, images):
    with create_stack(path) as writer:
        writer.append(image=images)
    return str(path)


def train(folder, sample, into=None, tile_size=None, steps=STEPS):
    """Train a referee of a sample; return its two files."""
    into = folder / (into or sample)
    written = {"real_scores": str(into / "real.h5"), "sample_scores": str(into / "sample.h5")}
    options = TrainReferee(steps, tile_size, device="cpu", torch_threads=1)
    real, other = (str(folder / f"{name}.h5") for name in ("real", sample))
    train_referee(real=real, other=other, **written, sample=sample, options=options, seed=1, code="")
    return list(written.values())


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder with fields, and the referees of two samples of them."""
    made = tmp_path_factory.mktemp("referee")
    write(made / "real.h5", fields(1, 0.0))
    for number, (sample, extra) in enumerate(EXTRA.items(), 2):
        write(made / f"{sample}.h5", fields(number, extra))
        train(made, sample, steps=STEPS if extra else 20)
    return made


def check(folder, **limits):
    """Check the referee by samples of the folder, each with its limit."""
    controls = [ControlSample(name, limit, "noise", 0.2) for name, limit in limits.items()]
    files = [str(folder / name / f"{side}.h5") for name in limits for side in ("sample", "real")]
    options = CheckReferee(*METRIC, controls, n_bootstrap=50)
    check_referee(scores=files, controls=str(folder / "controls.json"), options=options, seed=1)
    return read_controls(folder / "controls.json")


def compare(folder, sample):
    """Compare a sample by the referee whose controls were checked last."""
    null, given = str(folder / "null.json"), {"train": [], "seed": 1}
    checked = {"real": str(folder / "same/real.h5"), "controls": [str(folder / "controls.json")]}
    measure_null(**checked, null=null, options=MeasureNull(*METRIC, n_null=19), **given)
    given |= {"sample": sample, "options": CompareSamples(*METRIC, n_bootstrap=20)}
    files = {"real": str(folder / sample / "real.h5"), "other": str(folder / sample / "sample.h5")}
    compare_samples(**files, null=null, comparison=str(folder / "result.json"), **given)
    return read_outcome(folder / "result.json").result


def read(path):
    with open_stack(path) as stack:
        return stack["value"][:, 0], stack["group"][:]


def test_more_noise_is_recognised_and_the_same_noise_is_not(folder):
    controls = check(folder, noise=0.9)
    assert controls.failure is None
    assert controls.smallest_damage.strength == 0.2
    assert controls.controls[0].n_blocks == N // 2
    assert compare(folder, "noise").p == 0.05
    alike = compare(folder, "same")
    assert alike.p > 0.05
    assert alike.low < 0.5 < alike.high


def test_a_referee_that_misses_a_control_measures_nothing(folder):
    controls = check(folder, noise=0.9, same=0.9)
    assert [one.recognised for one in controls.controls] == [True, False]
    found = compare(folder, "noise")
    assert found.reason is Reason.REFEREE_INSENSITIVE
    assert found.detail.startswith("same: area under the curve 0.")
    assert found.detail.endswith(", at least 0.9 needed")


def test_half_of_the_fields_is_held_out_and_the_division_of_the_real_ones_is_that_of_every_sample(folder):
    (real, fields_of_real), (_, fields_of_sample) = (
        read(folder / "noise" / f"{name}.h5") for name in ("real", "sample")
    )
    assert len(set(fields_of_real)) == len(set(fields_of_sample)) == len(real) == N // 2
    assert set(fields_of_real) == set(read(folder / "same/real.h5")[1])


def test_the_same_bytes_twice_and_tiles_of_their_fields(folder):
    one, two = (train(folder, "noise", name, tile_size=16, steps=3) for name in ("one", "two"))
    for a, b in zip(one, two, strict=True):
        assert Path(a).read_bytes() == Path(b).read_bytes()
    groups = read(one[0])[1]
    assert np.unique(groups, return_counts=True)[1].tolist() == [4] * (N // 2)


@pytest.mark.parametrize("control", ["few", "noise"])
def test_too_few_fields_are_not_measured(folder, control):
    """With such a control no sample is, else this one alone is not."""
    write(folder / "few.h5", fields(9, 0.0)[:15])
    train(folder, "few")
    controls = check(folder, **{control: 0.5})
    failure = Failure(Reason.TOO_FEW_BLOCKS, "15 blocks of few; a network referee needs at least 16: give more fields")
    assert compare(folder, "few") == failure
    assert controls.failure == (failure if control == "few" else None)
    assert (controls.smallest_damage is None) == (control == "few")
    assert isinstance(compare(folder, "noise"), Failure) == (control == "few")


def test_unequal_numbers_of_fields_are_made_equal(folder):
    write(folder / "few.h5", fields(9, 0.0)[:21])
    for path in train(folder, "few", steps=1):
        assert len(read(path)[0]) == 10


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (np.ones((20, SIDE, 16), np.float32), r"bad.h5: images of 32x16 and 32x32 px"),
        (np.full((20, SIDE, SIDE), np.nan, np.float32), r"image 0 has pixels that are NaN"),
    ],
)
def test_unusable_fields_are_one_clear_line(folder, images, message):
    write(folder / "bad.h5", images)
    with pytest.raises(ValueError, match=message) as error:
        train(folder, "bad")
    assert "\n" not in str(error.value)
