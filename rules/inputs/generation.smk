"""What skies are composed of."""

PARTS_OF_SKIES = {
    "stage": "results/{study}/stages/{name}/weights.safetensors",
    "patches": "results/{study}/patches/train.h5",
    "background": "results/{study}/background/density.h5",
    "noise": "results/{study}/background/noise.h5",
    "process": "results/{study}/process/process.h5",
    "catalogue": "results/{study}/sources/train.ecsv",
    "list": "{name}",  # the user's own file
}


def parts_of_sky(wildcards):
    """Return the file of each role of a sky's recipe, in the order of the roles."""
    return [
        PARTS_OF_SKIES[kind].format(study=wildcards.study, name=name)
        for _, kind, name in SETTINGS[wildcards.study].roles(wildcards.sky)
    ]


def descriptions_of_parts(wildcards):
    """Return the JSON beside the weights of each stage that a sky is made of."""
    weights = [path for path in parts_of_sky(wildcards) if path.endswith(".safetensors")]
    return [path.replace(".safetensors", ".json") for path in weights]


def gpu_count_of_sky(wildcards):
    """Return the GPUs of a job that composes a sky: 0 where no network takes part."""
    kinds = {kind for _, kind, _ in SETTINGS[wildcards.study].roles(wildcards.sky)}
    return gpu_count(wildcards) if "stage" in kinds else 0


def sky_shards(name):
    """Return an input function: one file of each shard of a sky."""
    return lambda wildcards: [
        f"results/{wildcards.study}/skies/{wildcards.sky}/shards/{name}_{shard}.h5"
        for shard in range(SETTINGS[wildcards.study].config["generation"]["n_shards"])
    ]
