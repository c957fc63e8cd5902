"""What the rules of blending ask for: stamps, shards, products."""


def stamps_for(ending):
    """Return an input function: the stamps that the blends of a part are made of, or their catalogue."""
    return lambda wildcards: "results/{study}/stamps/{part}.{ending}".format(
        study=wildcards.study, part=SETTINGS[wildcards.study].stamp_part(wildcards.split), ending=ending
    )


def blend_shards(wildcards):
    """Return the shards of a set of blends."""
    n_shards = SETTINGS[wildcards.study].blend(wildcards.blend)["n_shards"]
    folder = f"results/{wildcards.study}/blends/{wildcards.blend}/shards"
    return [f"{folder}/{wildcards.split}_{shard}.h5" for shard in range(n_shards)]


def blends_to_crop(product):
    """Return an input function: a product of the blends that crops are taken from."""
    return lambda wildcards: "results/{study}/blends/{blend}/{split}_{product}".format(
        study=wildcards.study,
        blend=SETTINGS[wildcards.study].config["crops"]["blend"],
        split=wildcards.split,
        product=product,
    )


def seed_of_blends(wildcards):
    """Return the seed of a set of blends."""
    return SETTINGS[wildcards.study].seed_of(wildcards.blend)


def blend_products(wildcards):
    """Return everything that the study's sets of blends consist of, so that asking for the report makes it."""
    study = SETTINGS[wildcards.study]
    return [
        f"results/{wildcards.study}/blends/{blend}/{split}_{product}"
        for blend in study.chosen("blends")
        for split in ("train", "test")
        for product in (
            "blends.h5",
            *(("baseline.csv", "baseline.json") if split == "test" else ()),
            *(f"{name}.npy" for name in ("blends", "variance", "flux", *study.blend(blend)["masks"])),
        )
    ]
