"""Matching of injected sources with detections."""

import numpy as np

from workflow_scripts.injection.matching import Catalogue, chance_matches, match_injected

NOTHING = Catalogue(np.zeros((0, 2)), np.zeros(0))


def catalogue(*rows):
    """Return a catalogue of (x, y, flux)."""
    table = np.array(rows, float)
    return Catalogue(table[:, :2], table[:, 2])


def match(injected, after, before=NOTHING, radius=2.0):
    places = np.array(injected, float)
    return match_injected(places[:, :2], places[:, 2], after, before, radius).tolist()


def test_the_brightest_takes_the_nearest_and_others_what_is_left():
    after = catalogue((10, 10, 5), (11.5, 10, 5))
    assert match([(10.9, 10, 1), (10.8, 10, 9)], after) == [0, 1]
    assert match([(10.9, 10, 1), (10.8, 10, 9)], catalogue((11, 10, 5))) == [-1, 0]
    assert match([(10, 13, 1)], after) == [-1]
    assert match([(10, 10, 1)], NOTHING) == [-1]


def test_a_source_that_was_there_must_have_grown_by_half_of_the_flux_and_be_fainter():
    before = catalogue((10, 10, 30))
    assert match([(10.5, 10, 40)], catalogue((10, 10, 49)), before) == [-1]
    assert match([(10.5, 10, 40)], catalogue((10, 10, 51)), before) == [0]
    assert match([(10.5, 10, 20)], catalogue((10, 10, 50)), before) == [-1], "the detection is that of the other"


def test_the_rate_of_chance_matches_is_the_covered_fraction():
    rng = np.random.default_rng(0)
    after = catalogue(*np.column_stack([rng.uniform(0, 400, (300, 2)), np.ones(300)]))
    places = rng.uniform(0, 400, (800, 2))
    rate = chance_matches(places, np.ones(800), after, NOTHING, 3.0, (400, 400)).mean()
    # each of 300 circles of radius 3 takes one source, and on average 0.14 sources are in it for each matched one
    covered = 1 - np.exp(-300 * np.pi * 9 / 400**2)
    assert 0.7 * covered < rate < 1.05 * covered


def test_nothing_matches_itself_at_shifted_positions():
    places = np.array([[50.0, 50.0], [80.0, 80.0]])
    after = Catalogue(places, np.ones(2))
    assert chance_matches(places, np.ones(2), after, NOTHING, 1.0, (100, 100)).tolist() == [0, 0]


def test_distances_without_a_detection_are_infinite():
    assert NOTHING.nearest_distance(np.zeros((2, 2))).tolist() == [np.inf] * 2
    assert catalogue((3, 4, 1)).nearest_distance(np.zeros((1, 2))).tolist() == [5]
