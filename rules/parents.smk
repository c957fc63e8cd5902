"""The settings of the inputs of each product, as an additional param of every rule. Included after all rules.

A training that is killed leaves no weights. If its settings had been changed before, the change would go unnoticed:
Snakemake compares the params of existing products, and considers a missing intermediate product as deleted because it
is no longer needed. Therefore every product records the settings of its inputs.
"""

import hashlib
import json
from functools import cache

from snakemake.iocontainers import Wildcards

REMEMBERED = ("code", "options", "seed")


def parents_of(wildcards, input):
    """Return the hash of the settings of the inputs of a job."""
    settings = sorted({settings_of(str(path)) for path in input})
    return hashlib.sha256("\n".join(settings).encode()).hexdigest()[:12]


@cache
def settings_of(path):
    """Return the settings of a product as text; nothing for a file that no rule makes."""
    for one in workflow.rules:
        for pattern in one.output if "parents" in one.params.keys() else ():
            found = pattern.match(path)
            if found:
                wildcards = tuple(sorted(found.groupdict().items()))
                return settings_of_rule(one, tuple(pair for pair in wildcards if pair[0] != "shard"))
    return ""


@cache
def settings_of_rule(one, wildcards):
    """Return the params of a job that affect its products; those of its shards differ in their number alone."""
    known = Wildcards(fromdict={"shard": "0", **dict(wildcards)})
    params = {name: one.params.get(name) for name in REMEMBERED}
    made = {name: value(known) if callable(value) else value for name, value in params.items()}
    return json.dumps([one.name, wildcards, made], sort_keys=True)


for one in OURS:
    if one.script:
        one.set_params(parents=parents_of)
