"""What the products before each product are made with: one more param of every rule of ours. Included after all rules.

A training that is killed leaves no weights. If its settings were changed before, nothing would show it afterwards:
Snakemake looks at the params of products that are there, and takes a product that is missing in between for one that
was deleted because it is no longer needed. So every product remembers the settings of those it is made of.
"""

import hashlib
import json
from functools import cache

from snakemake.iocontainers import Wildcards

REMEMBERED = ("code", "options", "seed")


def parents_of(wildcards, input):
    """Return the hash of the settings that the inputs of a job were made with."""
    settings = sorted({settings_of(str(path)) for path in input})
    return hashlib.sha256("\n".join(settings).encode()).hexdigest()[:12]


@cache
def settings_of(path):
    """Return the settings that a product is made with, as text; of a file that no rule makes, nothing."""
    for one in workflow.rules:
        for pattern in one.output if "parents" in one.params.keys() else ():
            found = pattern.match(path)
            if found:
                wildcards = tuple(sorted(found.groupdict().items()))
                return settings_of_rule(one, tuple(pair for pair in wildcards if pair[0] != "shard"))
    return ""


@cache
def settings_of_rule(one, wildcards):
    """Return the params of a job that shape its products; its shards have the same but for their number."""
    known = Wildcards(fromdict={"shard": "0", **dict(wildcards)})
    params = {name: one.params.get(name) for name in REMEMBERED}
    made = {name: value(known) if callable(value) else value for name, value in params.items()}
    return json.dumps([one.name, wildcards, made], sort_keys=True)


for one in OURS:
    if one.script:
        one.set_params(parents=parents_of)
