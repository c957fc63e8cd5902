"""Random numbers that depend on seed, stream and item alone, not on shards or cores."""

from zlib import crc32

import numpy as np


def sequence(seed, stream, item=0):
    """Return the seed sequence of one item of one stream.

    The stream and the item are the spawn key, not part of the entropy: `[42, 3]` and `[42, 3, 0]` as entropy
    would give the same numbers.
    """
    return np.random.SeedSequence(seed, spawn_key=(crc32(stream.encode()), item))


def rng(seed, stream, item=0):
    """Return a NumPy generator for one item of one stream."""
    return np.random.default_rng(sequence(seed, stream, item))


def torch_seed(seed, stream, item=0):
    """Return an integer that seeds a `torch.Generator` for one item of one stream."""
    return int(sequence(seed, stream, item).generate_state(1, np.uint64)[0] >> np.uint64(1))
